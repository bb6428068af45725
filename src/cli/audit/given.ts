import { type Checkpoint, parseCheckpoint } from '../../kernel/checkpoint.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { readNamed } from '../named-file.ts';

const HINT = 'one is made with: oxios audit checkpoint > FILE';

/** The checkpoint in a file named on the command line. Throws FILE_MISSING, FILE_UNREADABLE, USAGE. */
export function givenCheckpoint(file: string | undefined): (Checkpoint & { readonly note: string }) | undefined {
  if (file === undefined) return undefined;
  const note = new TextDecoder().decode(readNamed(file, { missing: HINT, folder: HINT }));
  const parsed = parseCheckpoint(note);
  if (parsed) return { ...parsed, note };
  throw new OxiosError('USAGE', `${file} is no checkpoint`, { hint: HINT });
}
