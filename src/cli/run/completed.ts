import { OxiosError } from '../../kernel/errors.ts';
import { readNamed } from '../named-file.ts';

const HINT = 'make it with: oxios run seed.yaml --events FILE';

/**
 * Criteria whose work is done already: what an earlier run proved, from the file of its --events or --json, or ids one a
 * line. Only their workers are left out; they are checked like all others. Throws USAGE for an id the seed does not have.
 */
export function completedIn(file: string, ids: readonly string[]): readonly string[] {
  const proved = new Map<string, boolean>();
  const lines = new TextDecoder().decode(readNamed(file, { missing: HINT, folder: HINT })).split(/\r?\n/u);
  for (const line of lines.map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('{')) note(proved, line, file);
    else proved.set(line, true);
  }
  const done = [...proved].flatMap(([id, passed]) => (passed ? [id] : []));
  const foreign = done.find((id) => !ids.includes(id));
  if (foreign === undefined) return done;
  throw new OxiosError('USAGE', `${file} names ${foreign.slice(0, 100)}, which the seed does not have`, { hint: `its criteria are: ${ids.join(', ')}` });
}

/** The last verdict on a criterion counts. */
function note(proved: Map<string, boolean>, line: string, file: string): void {
  let event: { readonly type?: unknown; readonly criterion?: unknown; readonly status?: unknown };
  try {
    event = JSON.parse(line) as typeof event;
  } catch (error) {
    throw new OxiosError('USAGE', `${file} is neither a list of criteria nor events of a run`, {
      hint: HINT,
      cause: error,
    });
  }
  if (event.type === 'ac.judged') proved.set(String(event.criterion), event.status === 'PASS');
}
