import type { RunId } from '../../kernel/ids.ts';
import type { ProcView } from '../../kernel/kernel-types.ts';
import type { Intent, Outcome, UiIntent } from '../intent.ts';
import type { Item, Overlay, ShellState } from '../state.ts';
import { isCut, pageText } from '../store/whole.ts';
import { agentAt } from './agents.ts';
import { entryAt } from './audit.ts';
import { itemAt } from './chat.ts';

/** What a key comes to in the agents', the conversation's and the log's pane; undefined: nothing. */
export function actOn(pane: 'agents' | 'chat' | 'audit', action: string, state: ShellState): Outcome | undefined {
  return ACTS[pane](action, state);
}

type Act = (action: string, state: ShellState) => Outcome | undefined;

const move = (by: number): Outcome => ({ ui: [{ ui: 'move', by }] });
const open = (overlay: Overlay): Outcome => ({ ui: [{ ui: 'open', overlay }] });
const ask = (...world: readonly Intent[]): Outcome => ({ world });
const show = (...ui: readonly UiIntent[]): Outcome => ({ ui });

const ACTS: Readonly<Record<'agents' | 'chat' | 'audit', Act>> = {
  agents(action, state) {
    const { at } = state.scroll.agents;
    const moved = { up: -1, down: 1, top: -at, bottom: FAR }[action];
    if (moved !== undefined) return move(moved);
    const proc = agentAt(state);
    return proc && AGENT[action]?.(proc, state);
  },
  chat(action, state) {
    const { at } = state.scroll.chat;
    if (action === 'up' || action === 'down') return move(action === 'up' ? 1 : -1);
    if (action === 'top') return show({ ui: 'scroll', by: 'home' });
    if (action === 'bottom') return show({ ui: 'move', by: -at }, { ui: 'scroll', by: 'end' });
    const item = itemAt(state);
    return item && ITEM[action]?.(item, state);
  },
  audit(action, state) {
    const { at } = state.scroll.audit;
    // Counted from the newest, which is at the foot.
    const moved = { up: 1, down: -1, top: FAR, bottom: -at }[action];
    if (moved !== undefined) return move(moved);
    if (action === 'verify') return ask({ do: 'verify' });
    const entry = entryAt(state);
    return entry && action === 'open' ? open({ is: 'detail', of: { leaf: entry.leaf } }) : undefined;
  },
};

/** Beyond the end of every list; it stops there. */
const FAR = 1_000_000;

const AGENT: Readonly<Record<string, (proc: ProcView, state: ShellState) => Outcome | undefined>> = {
  open: ({ pid }) => show({ ui: 'select', pid }, { ui: 'focus', pane: 'chat' }),
  message: ({ pid, name, state }) =>
    state.is === 'exited' ? over(name) : open({ is: 'form', title: `Say to ${name} ${pid}`, value: '', submit: { is: 'send', pid } }),
  nice: ({ pid, name, nice, state }) =>
    state.is === 'exited'
      ? over(name)
      : open({ is: 'form', title: `How much ${name} ${pid} gives way, -20 to 19`, value: String(nice), submit: { is: 'nice', pid } }),
  stop: ({ pid, name, state }) => (state.is === 'exited' ? over(name) : ask({ do: 'signal', pid, signal: state.is === 'stopped' ? 'CONT' : 'STOP' })),
  kill: ({ pid, name, state }, shell) => (state.is === 'exited' ? over(name) : ask({ do: 'signal', pid, signal: wasTold(pid, shell) ? 'KILL' : 'TERM' })),
  inspect: ({ pid }) => open({ is: 'detail', of: { pid } }),
};

const over = (name: string): Outcome => show({ ui: 'notice', tone: 'info', text: `${name} has ended` });

/** It was asked to end, and did not since: the log says so. */
const wasTold = (pid: number, { audit }: ShellState): boolean =>
  audit.entries.some((entry) => entry.type === 'process.signalled' && entry.pid === pid && entry.signal === 'TERM');

/** The run of what is shown. */
const runOf = ({ runs, selected }: ShellState): RunId | undefined => [...runs.values()].find(({ procs }) => procs.some(({ pid }) => pid === selected))?.run;

const unfold = ({ id }: Item): Outcome => show({ ui: 'unfold', item: id });

const ITEM: Readonly<Record<string, (item: Item, state: ShellState) => Outcome | undefined>> = {
  unfold,
  open: unfold,
  page(item, state) {
    const run = runOf(state);
    const of = run !== undefined && isCut(item) ? { of: { run, item } } : {};
    return ask({ do: 'page', title: item.is === 'tool' ? item.action : item.is, text: pageText(item), ...of });
  },
  review(item, state) {
    const run = runOf(state);
    if (run === undefined) return undefined;
    return open(item.is === 'tool' && item.diff !== undefined ? { is: 'review', run, call: item.call } : { is: 'review', run });
  },
};
