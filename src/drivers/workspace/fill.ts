import { chmodSync, constants, copyFileSync, lstatSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { put, type Sources } from './copies.ts';
import { stampOf } from './look.ts';
import { type Entry, isSame, type Manifest } from './manifest.ts';
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
  for (const [path, entry] of [...wanted].filter(([, one]) => one.kind === 'dir').sort(byDepth)) made.set(path, folder(join(root, path), entry));
  for (const [path, entry] of [...wanted].filter(([, one]) => one.kind !== 'dir')) {
    const found = file(sources, { root, path }, entry, known?.get(path));
    if (found) made.set(path, found);
    count += 1;
    if (count % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return made;
}

/** Its owner can always go on in it. */
function folder(full: string, entry: Entry): Entry {
  const mode = entry.mode | 0o700;
  mkdirSync(native(full), { recursive: true });
  if ((lstatSync(native(full)).mode & 0o777) !== mode) chmodSync(native(full), mode);
  return { ...entry, mode };
}

interface Place {
  readonly root: string;
  readonly path: string;
}

/** Undefined for a large file whose content was not there any more. */
function file(sources: Sources, place: Place, entry: Entry, known: Entry | undefined): Entry | undefined {
  const full = join(place.root, place.path);
  if (!isCopied(sources, place, entry, known)) put(sources, place, entry);
  return copied(native(full), entry, known);
}

const byDepth = ([a]: readonly [string, Entry], [b]: readonly [string, Entry]): number => a.length - b.length;

/** Faster than from the store. Only where the file is, before and after, the one that the snapshot has. */
function isCopied({ from }: Sources, { root, path }: Place, entry: Entry, known: Entry | undefined): boolean {
  if (from === undefined || entry.kind !== 'file' || !known || known.ctime === 0 || !isSame(known, entry)) return false;
  const live = native(join(from, path));
  if (!isStill(live, known)) return false;
  copyFileSync(live, native(join(root, path)), constants.COPYFILE_FICLONE);
  return isStill(live, known);
}

function isStill(live: string | Buffer, { mtime, ctime, ino }: Entry): boolean {
  const stats = lstatSync(live, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.mtimeMs === mtime && stats.ctimeMs === ctime && stats.ino === ino;
}

/** As it is now. */
function copied(full: string | Buffer, entry: Entry, known: Entry | undefined): Entry | undefined {
  const isDated = entry.kind === 'file' && known !== undefined && known.mtime > 0 && isSame(known, entry);
  if (isDated) utimesSync(full, known.mtime / 1000, known.mtime / 1000);
  const stats = lstatSync(full, { throwIfNoEntry: false });
  if (!stats) return undefined;
  const sha256 = entry.kind === 'large' ? stampOf(stats) : entry.sha256;
  const isKnown = isDated || entry.kind === 'large';
  return { ...entry, sha256, mtime: stats.mtimeMs, ctime: isKnown ? stats.ctimeMs : 0, ino: stats.ino, met: 0 };
}
