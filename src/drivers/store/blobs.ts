import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../kernel/ids.ts';
import { writeDurably } from './durable.ts';

/** Large bodies and command outputs as files named by their SHA-256. */
export interface Blobs {
  /** On the disk when it returns; the id is the hex SHA-256. */
  put(bytes: Uint8Array): string;
  /** Undefined when it is not there. */
  get(id: string): Buffer | undefined;
  /** Ids of all that are there. */
  all(): readonly string[];
  remove(id: string): void;
}

/** What is not whole yet; its names begin with the number of the process that writes. */
const PARTS = '.parts';

export function createBlobs(folder: string): Blobs {
  let made = false;
  return {
    put(bytes) {
      const id = sha256(bytes);
      if (!made) mkdirSync(join(folder, PARTS), { recursive: true, mode: 0o700 });
      made = true;
      writeDurably(join(folder, id), bytes, join(folder, PARTS, `${process.pid}-${id}`));
      syncFolder(folder);
      return id;
    },
    get(id) {
      try {
        return readFileSync(join(folder, id));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    all: () => (existsSync(folder) ? readdirSync(folder).filter((name) => /^[\da-f]{64}$/u.test(name)) : []),
    remove: (id) => rmSync(join(folder, id), { force: true }),
  };
}

/** The entry that names the file is on the disk soon after: then the name has to be there too. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
