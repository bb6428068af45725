import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** What a command printed: bounded in memory, whole in a file up to a limit. */
export interface Output {
  add(stream: 'out' | 'err', chunk: Buffer): string;
  /** Text since the last drain. */
  drain(): string;
  end(): { readonly output: string; readonly total_bytes: number; readonly spill?: string };
}

/** The whole output is kept on disk up to this, bytes. */
const MAX_SPILL = 10 * 1024 * 1024;

/** Keeps the first and the last half of `cap` bytes; the rest goes to `folder`, named by its SHA-256. */
export function createOutput(cap: number, folder: string): Output {
  const decoders = { out: new StringDecoder('utf8'), err: new StringDecoder('utf8') };
  const half = Math.floor(cap / 2);
  let head = '';
  let tail = '';
  let undrained = '';
  let total = 0;
  let spill: Spill | undefined;
  let early: Buffer[] | undefined = [];

  const keep = (text: string): void => {
    if (head.length < half) {
      const room = half - head.length;
      head += text.slice(0, room);
      text = text.slice(room);
    }
    tail += text;
    if (tail.length > 2 * half) tail = tail.slice(-half);
    undrained = (undrained + text).slice(-cap);
  };

  return {
    add(stream, chunk) {
      total += chunk.length;
      if (total <= cap) early?.push(chunk);
      else {
        spill ??= openSpill(folder, early ?? []);
        early = undefined;
        spill.write(chunk);
      }
      const text = decoders[stream].write(chunk);
      keep(text);
      return text;
    },
    drain() {
      const text = undrained;
      undrained = '';
      return text;
    },
    end() {
      keep(decoders.out.end() + decoders.err.end());
      if (!spill) return { output: head + tail, total_bytes: total };
      const id = spill.close();
      const cut = total - Buffer.byteLength(head) - Buffer.byteLength(tail.slice(-half));
      return {
        output: `${head}\n[... ${Math.max(cut, 0)} bytes cut; the whole output is blob ${id} ...]\n${tail.slice(-half)}`,
        total_bytes: total,
        spill: id,
      };
    },
  };
}

interface Spill {
  write(chunk: Buffer): void;
  close(): string;
}

function openSpill(folder: string, first: readonly Buffer[]): Spill {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temp = join(folder, `.spill-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const fd = openSync(temp, 'wx', 0o600);
  const hash = createHash('sha256');
  let size = 0;
  const write = (chunk: Buffer): void => {
    const fits = chunk.subarray(0, MAX_SPILL - size);
    if (fits.length === 0) return;
    for (let at = 0; at < fits.length; ) at += writeSync(fd, fits, at);
    hash.update(fits);
    size += fits.length;
  };
  for (const chunk of first) write(chunk);
  return {
    write,
    close() {
      closeSync(fd);
      const id = hash.digest('hex');
      try {
        renameSync(temp, join(folder, id));
      } catch (error) {
        rmSync(temp, { force: true });
        throw error;
      }
      return id;
    },
  };
}
