import { closeSync, constants, type Dirent, openSync, readdirSync, readSync } from 'node:fs';
import { errnoOf } from '../../kernel/errors.ts';
import { native, textOf } from './names.ts';

export interface Named {
  readonly name: string;
  /** `file`: a link as well. */
  readonly kind: 'dir' | 'file' | 'other';
}

/** What is in a folder; nothing for one that is gone meanwhile, undefined for one that is closed to us. */
export function entriesIn(at: string): readonly Named[] | undefined {
  try {
    const plain = readdirSync(native(at), { withFileTypes: true });
    if (!plain.some(({ name }) => name.includes(REPLACED))) return plain.map((one) => ({ name: one.name, kind: kindOf(one) }));
    // Some name is no UTF-8.
    const raw = readdirSync(native(at), { withFileTypes: true, encoding: 'buffer' });
    return raw.map((one) => ({ name: textOf(one.name), kind: kindOf(one) }));
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (code === 'EACCES') return undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

const REPLACED = '\ufffd';

const kindOf = (one: Dirent<string> | Dirent<NonSharedBuffer>): Named['kind'] =>
  one.isDirectory() ? 'dir' : one.isFile() || one.isSymbolicLink() ? 'file' : 'other';

/** Whether a program has marked the folder as a cache: https://bford.info/cachedir. */
export function isTagged(at: string, entries: readonly Named[]): boolean {
  return entries.some(({ name, kind }) => name === TAG && kind === 'file') && beginning(`${at}/${TAG}`) === SIGNATURE;
}

const TAG = 'CACHEDIR.TAG';
const SIGNATURE = 'Signature: 8a477f597d28d172789f06886806bc55';

function beginning(path: string): string {
  let fd = -1;
  try {
    fd = openSync(native(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(SIGNATURE.length);
    return bytes.toString('latin1', 0, readSync(fd, bytes));
  } catch {
    // What cannot be read marks nothing.
    return '';
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}
