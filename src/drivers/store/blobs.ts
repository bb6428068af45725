import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../kernel/ids.ts';

/** Large bodies and command outputs as files named by their SHA-256. */
export interface Blobs {
  /** On the disk when it returns; the id is the hex SHA-256. */
  put(bytes: Uint8Array): string;
  /** Undefined when it is not there. */
  get(id: string): Buffer | undefined;
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
      const temp = join(folder, PARTS, `${process.pid}-${id}`);
      const fd = openSync(temp, 'w', 0o600);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temp, join(folder, id));
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
  };
}
