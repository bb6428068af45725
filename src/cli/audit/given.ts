import { type Checkpoint, parseCheckpoint } from '../../kernel/checkpoint.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { readNamed } from '../authority.ts';

const HINT = 'one is made with: oxios audit checkpoint > FILE';

/** The checkpoint in a file named on the command line. Throws FILE_MISSING, FILE_UNREADABLE, USAGE. */
export function givenCheckpoint(file: string | undefined): (Checkpoint & { readonly note: string }) | undefined {
  if (file === undefined) return undefined;
  const note = new TextDecoder().decode(named(file));
  const parsed = parseCheckpoint(note);
  if (parsed) return { ...parsed, note };
  throw new OxiosError('USAGE', `${file} is no checkpoint`, { hint: HINT });
}

function named(file: string): Uint8Array {
  try {
    return readNamed(file);
  } catch (error) {
    if (error instanceof OxiosError) throw new OxiosError(error.code, error.detail, { hint: HINT, cause: error });
    throw error;
  }
}
