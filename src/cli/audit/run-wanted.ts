import { type RunId, runIdOf } from '../../kernel/ids.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { runNamed } from '../run/named.ts';

/** A run of the log, by its id or a beginning of it. Undefined: none was asked for. Throws NOT_FOUND, USAGE. */
export function runWanted(log: { runs(): readonly RunView[] }, id: string | undefined): RunId | undefined {
  if (id === undefined) return undefined;
  // Checkpoints and the like belong to no run that anybody started.
  return id === 'kernel' ? runIdOf(id) : runNamed(log.runs(), id).run;
}
