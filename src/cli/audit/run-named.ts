import { OxiosError } from '../../kernel/errors.ts';
import { type RunId, runIdOf } from '../../kernel/ids.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { onlyMatch } from '../commands/resume.ts';

/** A run of the log, by its id or a beginning of it. Undefined: none was asked for. Throws NOT_FOUND. */
export function runNamed(log: { runs(): readonly RunView[] }, id: string | undefined): RunId | undefined {
  if (id === undefined) return undefined;
  // Checkpoints and the like belong to no run that anybody started.
  if (id === 'kernel') return runIdOf(id);
  const runs = log.runs();
  const found = runs.find((one) => one.run === id) ?? onlyMatch(runs, id);
  if (found) return found.run;
  throw new OxiosError('NOT_FOUND', `no run ${id}`, { hint: 'see the runs with oxios ps --all' });
}
