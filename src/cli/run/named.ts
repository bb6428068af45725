import { OxiosError } from '../../kernel/errors.ts';
import type { RunView } from '../../kernel/view/runs.ts';

/** The run of that id; a beginning of it is enough when it fits one run only. Throws NOT_FOUND, USAGE. */
export function runNamed(runs: readonly RunView[], id: string): RunView {
  const exact = runs.find((one) => one.run === id);
  const found = exact ? [exact] : runs.filter((one) => id !== '' && one.run.startsWith(id));
  const [only, second] = found;
  if (only && !second) return only;
  if (!only) throw new OxiosError('NOT_FOUND', `no run ${id}`, { hint: 'see the runs with oxios ps --all' });
  const some = found.slice(-MAX_SHOWN).map((one) => one.run);
  throw new OxiosError('USAGE', `${id} fits ${found.length} runs`, { hint: `write more of the id: ${some.join(', ')}` });
}

/** The newest ones. */
const MAX_SHOWN = 3;
