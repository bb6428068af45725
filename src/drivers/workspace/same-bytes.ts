import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf } from '../../kernel/errors.ts';

const CHUNK_BYTES = 1_000_000;

/** Whether two names are of files with the same content; read in parts, as long as they are alike. False where one is no file. */
export function hasSameBytes(one: string | Buffer, other: string | Buffer): boolean {
  const held: number[] = [];
  try {
    for (const path of [one, other]) held.push(openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
    const [a = -1, b = -1] = held;
    const [statsA, statsB] = [fstatSync(a), fstatSync(b)];
    return statsA.isFile() && statsB.isFile() && statsA.size === statsB.size && readsAlike(a, b);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  } finally {
    for (const fd of held) closeSync(fd);
  }
}

function readsAlike(a: number, b: number): boolean {
  const [left, right] = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
  for (;;) {
    const [had, has] = [readSync(a, left), readSync(b, right)];
    if (had !== has || !left.subarray(0, had).equals(right.subarray(0, has))) return false;
    if (had === 0) return true;
  }
}
