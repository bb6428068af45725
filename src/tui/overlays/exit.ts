import type { ProcView } from '../../kernel/kernel-types.ts';
import type { ShellState } from '../state.ts';
import { type Line, line, span } from '../text/line.ts';
import { flow } from './flow.ts';
import { hints, type Size, sheetRows, type View } from './sheet.ts';

/** Agents that something is under way in: who only waits for the next message is not at work. */
export const atWork = ({ runs }: Pick<ShellState, 'runs'>): readonly ProcView[] =>
  [...runs.values()]
    .filter((run) => run.status === 'running')
    .flatMap(({ procs }) => procs.filter((one) => !keepsOthers(one, procs)))
    .filter(({ state }) => state.is !== 'exited' && !(state.is === 'waiting' && (state.on === 'message' || state.on === 'child')));

/** The root of a conversation does nothing by itself that anybody waits for while its agent lives. */
const keepsOthers = ({ pid, body }: ProcView, procs: readonly ProcView[]): boolean =>
  body === 'chat' && procs.some(({ ppid, state }) => ppid === pid && state.is !== 'exited');

/** Leaving with agents at work: they are kept, stopped, or one stays. */
export function exitRows({ state, keymap }: View, size: Size): readonly Line[] {
  const busy = atWork(state);
  const title = line(span('Leave?', 'title'), span(busy.length === 1 ? ' · one agent is at work' : ` · ${busy.length} agents are at work`, 'dim'));
  const body = [
    ...busy.flatMap(({ pid, name, tool, state: is }) =>
      flow(`${name}${tool === null ? '' : `: ${tool}`}`, size.width, { lead: span(`${pid} `, 'accent'), tone: is.is === 'stopped' ? 'dim' : 'text' }),
    ),
    [],
    ...flow('Kept, they end as interrupted and the next shell goes on with them; nothing they did is lost.', size.width, { tone: 'dim' }),
  ];
  return sheetRows(
    { title, body, foot: hints(keymap, 'exit', { keep: 'keep and leave', stop: 'stop them and leave', interrupt: 'stay' }, size.width), at: { top: 0 } },
    size,
  );
}
