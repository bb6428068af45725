import { chmodSync, lstatSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { put, type Sources } from './copies.ts';
import { stampOf } from './look.ts';
import { type Entry, folderOf, isSame, type Manifest } from './manifest.ts';
import { native } from './names.ts';

export interface Fill {
  readonly wanted: Manifest;
  /** The workspace as it is known, for the times of its files. */
  readonly known: Manifest | undefined;
  readonly root: string;
}

/** Entries between two breaths, in which others may go on. */
const BREATH = 200;

/**
 * Writes a snapshot into an empty folder, files as old as they are in the workspace: programs that compare times see what they saw
 * there. Returns the folder as it is, so that none of it has to be read again. A file that is written in this very moment is told from
 * the copy by its time; where that is not known, the entry says to read it.
 */
export async function fill(sources: Sources, { wanted, known, root }: Fill): Promise<Manifest> {
  const made: Manifest = new Map();
  let count = 0;
  for (const [path, entry] of [...wanted].filter(([, one]) => one.kind === 'dir').sort(byDepth)) {
    const full = native(join(root, path));
    // Its owner can always go on in it.
    const mode = entry.mode | 0o700;
    mkdirSync(full, { recursive: true });
    if ((lstatSync(full).mode & 0o777) !== mode) chmodSync(full, mode);
    made.set(path, { ...entry, mode });
  }
  for (const [path, entry] of wanted) {
    if (entry.kind === 'dir') continue;
    if (!wanted.has(folderOf(path))) mkdirSync(native(join(root, folderOf(path))), { recursive: true });
    put(sources, { root, path }, entry);
    const found = copied(native(join(root, path)), entry, known?.get(path));
    if (found) made.set(path, found);
    count += 1;
    if (count % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return made;
}

const byDepth = ([a]: readonly [string, Entry], [b]: readonly [string, Entry]): number => a.length - b.length;

/** Undefined for a large file whose content was not there any more. */
function copied(full: string | Buffer, entry: Entry, known: Entry | undefined): Entry | undefined {
  const isDated = entry.kind === 'file' && known !== undefined && known.mtime > 0 && isSame(known, entry);
  if (isDated) utimesSync(full, known.mtime / 1000, known.mtime / 1000);
  const stats = lstatSync(full, { throwIfNoEntry: false });
  if (!stats) return undefined;
  const sha256 = entry.kind === 'large' ? stampOf(stats) : entry.sha256;
  const isKnown = isDated || entry.kind === 'large';
  return { ...entry, sha256, mtime: stats.mtimeMs, ctime: isKnown ? stats.ctimeMs : 0, ino: stats.ino, met: 0 };
}
