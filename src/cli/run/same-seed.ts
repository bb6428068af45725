import { statSync } from 'node:fs';
import { OxiosError } from '../../kernel/errors.ts';
import { readSeedFile } from '../named-file.ts';

/** Where a run's seed was read, and what it was. */
export interface ReadSeed {
  /** Absolute; undefined where it was no file that stays. */
  readonly path?: string | undefined;
  readonly digest: string;
}

/** Undefined for a pipe and the like, which cannot be read again. */
export const lasting = (path: string): string | undefined => (statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined);

/**
 * A run goes on with the seed it began with, and not beside a file that says something else by now. Comments and layout may have
 * changed, and the file may be gone. Throws SEED_TAMPERED, FILE_UNREADABLE.
 */
export function assertSameSeed({ path, digest }: ReadSeed): void {
  if (path === undefined || lasting(path) === undefined) return;
  const reading = readSeedFile(path);
  if (reading.ok && reading.digest === digest) return;
  const now = reading.ok ? `is another seed now: its digest is ${reading.digest}` : 'is no valid seed any more';
  throw new OxiosError('SEED_TAMPERED', `${path} ${now}, and the run began with ${digest}`, {
    hint: `put it back, or move it away to go on with the seed that is kept; for a run of its own: oxios run ${path}`,
  });
}
