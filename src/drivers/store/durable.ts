import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file that is there whole or not at all, also after a loss of power; readable by its owner only. */
export function writeDurably(path: string, bytes: Uint8Array, aside = join(dirname(path), `.${process.pid}.new`)): void {
  try {
    const fd = openSync(aside, 'w', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
