import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, messageOf } from '../../kernel/errors.ts';
import type { SpilledPart } from '../../kernel/host.ts';
import { withCommas } from './clip.ts';

/** An output on its way to the disk. */
export interface Spill {
  write(chunk: Uint8Array): void;
  /** Names the file by its SHA-256. */
  close(): Spilled;
}

export type Spilled = { readonly ok: true; readonly id: string; readonly whole: boolean } | { readonly ok: false; readonly reason: string };

/** Beside the finished ones: what is not whole yet. Its names begin with the number of the process that writes. */
const PARTS = '.parts';

/** The most of one output that is kept, bytes. */
export const MAX_SPILL = 10 * 1024 * 1024;

/** A disk that is full costs the spill, never the command: `close` then says why there is none. */
export function createSpill(folder: string): Spill {
  const temp = join(folder, PARTS, `${process.pid}-${randomBytes(6).toString('hex')}`);
  const hash = createHash('sha256');
  let fd: number | undefined;
  let size = 0;
  let total = 0;
  let failed: string | undefined;

  const attempt = (work: () => void): void => {
    if (failed !== undefined) return;
    try {
      work();
    } catch (error) {
      failed = messageOf(error);
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
      remove(temp);
    }
  };
  const put = (bytes: Uint8Array): void => {
    fd ??= open(temp);
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    hash.update(bytes);
    size += bytes.length;
  };

  return {
    write(chunk) {
      total += chunk.length;
      const fits = chunk.subarray(0, MAX_SPILL - size);
      if (fits.length > 0) attempt(() => put(fits));
    },
    close() {
      const whole = total === size;
      let id = '';
      attempt(() => {
        if (!whole) put(Buffer.from(`\n[... the first ${withCommas(MAX_SPILL)} of ${withCommas(total)} bytes ...]\n`));
        id = hash.digest('hex');
        if (fd !== undefined) closeSync(fd);
        fd = undefined;
        renameSync(temp, join(folder, id));
      });
      return failed === undefined ? { ok: true, id, whole } : { ok: false, reason: failed };
    },
  };
}

/** A part of what was kept; undefined when nothing is kept under the id. */
export function readSpill(folder: string, id: string, { offset, limit }: { readonly offset: number; readonly limit: number }): SpilledPart | undefined {
  if (!/^[\da-f]{64}$/u.test(id)) return undefined;
  let fd: number;
  try {
    fd = openSync(join(folder, id), 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const total_bytes = fstatSync(fd).size;
    const bytes = Buffer.alloc(Math.max(0, Math.min(limit, total_bytes - offset)));
    return { bytes: bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset)), total_bytes };
  } finally {
    closeSync(fd);
  }
}

function open(temp: string): number {
  mkdirSync(dirname(temp), { recursive: true, mode: 0o700 });
  return openSync(temp, 'wx', 0o600);
}

/** What fails to be written may fail to be removed. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nothing is there, or nothing can be done.
  }
}
