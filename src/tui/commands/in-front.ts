import type { RunId } from '../../kernel/ids.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import type { ShellState } from '../state.ts';

/** The run that is meant by an id, or by how it begins; by nothing at all the one in front of those that fit, else the newest. */
export function runMeant(state: ShellState, id: string, fits: (run: RunView) => boolean): RunView | undefined {
  const runs = [...state.runs.values()].filter(fits);
  if (id !== '') return runs.find((one) => one.run === id) ?? only(runs.filter((one) => one.run.startsWith(id)));
  const front = frontRun(state);
  return runs.find((one) => one.run === front) ?? runs.at(-1);
}

/** The run of the process whose transcript is shown, else the conversation. */
export const frontRun = ({ runs, selected, session }: ShellState): RunId | undefined =>
  [...runs.values()].find((one) => one.procs.some(({ pid }) => pid === selected))?.run ?? session;

/** A seed is worked on in it, or was. */
export const isWork = ({ kind }: RunView): boolean => kind === 'run';
export const isInterview = ({ kind }: RunView): boolean => kind === 'interview';
export const isOver = ({ status }: RunView): boolean => status === 'ended';

const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);
