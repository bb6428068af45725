import type { RunId } from '../../kernel/ids.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import type { SessionRow, ShellState } from '../state.ts';

export const rowOf = ({ run, kind, title, cwd, started_at, ended_at, cost_usd }: RunView, isAlive: boolean): SessionRow => ({
  ...{ run, kind, title, cwd, cost_usd, isAlive },
  at: ended_at ?? started_at,
});

/** Newest first; of the same moment, the one that began last. */
export const newestFirst = (rows: readonly SessionRow[]): readonly SessionRow[] =>
  rows.toSorted((one, other) => other.at - one.at || (one.run < other.run ? 1 : -1));

/** The list with these runs as they are now. While it shows what was searched for, none is added. */
export function withRows(state: ShellState, runs: ReadonlySet<RunId>): ShellState {
  const rows = new Map(state.sessions.map((row) => [row.run, row]));
  let isSame = true;
  for (const run of runs) {
    const view = state.runs.get(run);
    const before = rows.get(run);
    if (!view || (!before && state.searched !== '')) continue;
    const row = { ...before, ...rowOf(view, state.alive.has(run)) };
    if (before && before.at === row.at && before.cost_usd === row.cost_usd && before.isAlive === row.isAlive) continue;
    rows.set(run, row);
    isSame = false;
  }
  return isSame ? state : { ...state, sessions: newestFirst([...rows.values()]) };
}
