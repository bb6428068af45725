import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { which } from '../drivers/exec/which.ts';
import { errnoOf, faultOf, OxiosError } from '../kernel/errors.ts';
import { readSeed } from '../ouroboros/seed/read.ts';
import type { SeedReading } from '../ouroboros/seed/types.ts';

/** The next step where a file named on the command line cannot be had. */
export interface FileHints {
  readonly missing: string;
  readonly folder: string;
}

/** Of any file that is read whole, bytes: an image is the largest that is of use. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A seed file named on the command line; its lints look for programs where this machine has them. */
export const readSeedFile = (file: string, bytes = readNamedSeed(file)): SeedReading =>
  readSeed(bytes, file, { onPath: (program) => which(program, process.env.PATH ?? '', process.cwd()) !== undefined });

/** The bytes of a seed file. Throws FILE_MISSING, FILE_UNREADABLE. */
export const readNamedSeed = (file: string): Uint8Array =>
  readNamed(file, { missing: 'make one with: oxios seed new', folder: `name the file in it: ${file}/seed.yaml` });

/** A file named on the command line, whole. Throws FILE_MISSING, FILE_UNREADABLE, and faults of the device. */
export function readNamed(file: string, hints: FileHints): Uint8Array {
  try {
    const stat = statSync(file);
    // A device such as /dev/zero has no end.
    if (stat.isCharacterDevice()) throw unreadable(`${file} is a device`, 'name a file');
    if (stat.isFIFO() && hasName(file))
      throw unreadable(`${file} is a pipe, and nobody may ever write to it`, 'name a file, or give what a command prints: <(COMMAND)');
    if (stat.size > MAX_BYTES) throw tooLarge(file, stat.size);
    return stat.isFile() ? readFileSync(file) : poured(file);
  } catch (error) {
    const fault = faultOf(error);
    if (fault) throw fault;
    const code = errnoOf(error);
    if (code === 'ENOENT') throw new OxiosError('FILE_MISSING', `${file} does not exist`, { hint: hints.missing, cause: error });
    if (code === 'EISDIR') throw unreadable(`${file} is a folder`, hints.folder, error);
    throw unreadable(`${file} cannot be read: ${String(code)}`, 'check its permissions', error);
  }
}

/** What comes out of a pipe, up to where it is too much. */
function poured(file: string): Uint8Array {
  const fd = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.alloc(64 * 1024);
      const got = readSync(fd, chunk);
      if (got === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, got));
      size += got;
      if (size > MAX_BYTES) throw tooLarge(file, size);
    }
  } finally {
    closeSync(fd);
  }
}

/** Somebody made it in the file system; a shell's `<(...)` and a piped stdin have writers of their own. */
function hasName(file: string): boolean {
  try {
    return !/^\/(?:dev|proc)\//u.test(realpathSync(file));
  } catch {
    // A link of /proc that leads to no path.
    return false;
  }
}

const unreadable = (why: string, hint: string, cause?: unknown): OxiosError =>
  new OxiosError('FILE_UNREADABLE', why, { hint, ...(cause === undefined ? {} : { cause }) });

const tooLarge = (file: string, size: number): OxiosError =>
  unreadable(`${file} has ${size} bytes or more; at most ${MAX_BYTES} are read`, 'name a smaller file');
