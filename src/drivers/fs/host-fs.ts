import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import type { DirectoryEntry, FileRead, FileStat, FileWritten, HostFs, PathGuard, WriteOptions } from '../../kernel/host.ts';
import { type AbsPath, sha256 } from '../../kernel/ids.ts';
import type { Mounted } from '../../kernel/mount.ts';
import { isAlive } from '../alive.ts';
import { failure, notRegular } from './failure.ts';
import { createSearch } from './search.ts';
import { LINK, type Spot, type Walk } from './spot.ts';
import { walk as walkHeld } from './walk.ts';
import { walkPortable } from './walk-portable.ts';

/** Directories are held where the system lets them be named; elsewhere it is weaker. */
const NAMES_HELD = existsSync('/proc/self/fd');
const bestWalk: Walk = NAMES_HELD ? walkHeld : walkPortable;

/** Opening a FIFO must not wait for its other end. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** More than this is never read at once, bytes. */
const MAX_READ = 256 * 1024 * 1024;

/** Files through a walk that holds each directory: what is judged is what is opened. */
export function createHostFs(walk: Walk = bestWalk): HostFs {
  return {
    read: async (path, guard, range) => read(walk, { path, guard }, range ?? {}),
    write: async (path, bytes, guard, options) => write(walk, { path, guard }, bytes, options ?? {}),
    tidy: async (path, guard) => tidy(walk, { path, guard }),
    stat: async (path, guard) => stat(walk, { path, guard }),
    reach: async (path, mount) => reach(walk, path, mount),
    list: async (path, guard) => list(walk, { path, guard }),
    ...createSearch(walk),
  };
}

interface Target {
  readonly path: AbsPath;
  readonly guard: PathGuard;
}

function read(walk: Walk, { path, guard }: Target, range: { offset?: number; limit?: number }): FileRead {
  const { spot, value: fd } = walk({ path, guard, last: openFile });
  try {
    spot.confirm(fd);
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw notRegular(spot.path, kindWords(stats));
    const from = range.offset ?? 0;
    const want = Math.min(range.limit ?? MAX_READ, MAX_READ, Math.max(0, stats.size - from));
    const bytes = Buffer.alloc(want);
    let got = 0;
    for (let n = 1; got < want && n > 0; got += n) n = readSync(fd, bytes, got, want - got, from + got);
    return { path: spot.path, bytes: bytes.subarray(0, got), ...statOf(stats) };
  } catch (error) {
    throw failure(path, error);
  } finally {
    closeSync(fd);
    spot.release();
  }
}

function openFile(spot: Spot): number | typeof LINK {
  try {
    return openSync(spot.entry, READ);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') return LINK;
    if (errnoOf(error) === 'ENXIO') throw notRegular(spot.path, 'a socket or a pipe');
    throw error;
  }
}

function write(walk: Walk, { path, guard }: Target, bytes: Uint8Array, options: WriteOptions): FileWritten {
  const { spot, value: before } = walk({ path, guard, make: true, last: lookAt });
  try {
    if (spot.name === undefined || before?.isDirectory()) throw notRegular(spot.path, 'a directory');
    if (before && !before.isFile()) throw notRegular(spot.path, kindWords(before));
    if (before && before.nlink > 1)
      throw new OxiosError('PATH_DENIED', `${spot.path} has ${before.nlink} names: writing it would change a file elsewhere`, {
        hint: 'remove this name first, then write the file anew',
      });
    expected(spot, before, options);
    replace(spot, bytes, before?.mode);
    return { path: spot.path, created: !before, sha256: sha256(bytes) };
  } catch (error) {
    throw failure(path, error);
  } finally {
    spot.release();
  }
}

/** What is there now, undefined for nothing; a link is followed by the walk. */
function lookAt(spot: Spot): Stats | undefined | typeof LINK {
  const stats = lstatSync(spot.entry, { throwIfNoEntry: false });
  return stats?.isSymbolicLink() ? LINK : stats;
}

function expected(spot: Spot, before: Stats | undefined, options: WriteOptions): void {
  if (options.expect === undefined) return;
  const now = before ? hashOf(spot) : 'absent';
  if (now === options.expect) return;
  throw new OxiosError('STALE_FILE', `${spot.path} ${now === 'absent' ? 'is gone' : 'changed'} since it was read`, {
    hint: 'read it again before changing it',
  });
}

function hashOf(spot: Spot): string {
  const fd = openSync(spot.entry, READ);
  try {
    const bytes = Buffer.alloc(fstatSync(fd).size);
    for (let at = 0; at < bytes.length; ) {
      const n = readSync(fd, bytes, at, bytes.length - at, at);
      if (n === 0) break;
      at += n;
    }
    return sha256(bytes);
  } finally {
    closeSync(fd);
  }
}

/** A new file beside the old one, on the disk before it takes its name: there is never half a file. */
function replace(spot: Spot, bytes: Uint8Array, mode: number | undefined): void {
  const temp = spot.beside(tempName());
  const fd = openSync(temp, CREATE, 0o666);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    if (mode !== undefined) fchmodSync(fd, mode & 0o7777);
    fsyncSync(fd);
    renameSync(temp, spot.entry);
  } catch (error) {
    unlinkSync(temp);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Says whose it is, so that one is known whose process was killed. */
const tempName = (): string => `.oxios-${process.pid}-${randomBytes(8).toString('hex')}`;
const TEMP = /^\.oxios-(\d+)-[\da-f]{16}$/u;

function tidy(walk: Walk, target: Target): void {
  const { spot } = walk({ ...target, last: lookAt });
  try {
    for (const name of readdirSync(spot.beside('.'))) {
      const [, pid] = TEMP.exec(name) ?? [];
      if (pid !== undefined && !isAlive(Number(pid))) rmSync(spot.beside(name), { force: true });
    }
  } catch (error) {
    throw failure(target.path, error);
  } finally {
    spot.release();
  }
}

function stat(walk: Walk, { path, guard }: Target): FileStat | undefined {
  try {
    const { spot, value } = walk({ path, guard, last: lookAt });
    spot.release();
    return value && statOf(value);
  } catch (error) {
    if (error instanceof OxiosError && error.code === 'FILE_MISSING') return undefined;
    throw error;
  }
}

/** What cannot be followed to its end stays as it is written: opening it fails in the same place. */
function reach(walk: Walk, path: AbsPath, mount: Mounted | undefined): AbsPath {
  try {
    const { spot } = walk({ path, guard: mount ? { ...ANYWHERE, mount } : ANYWHERE, last: lookAt });
    spot.release();
    return spot.path;
  } catch (error) {
    if (error instanceof OxiosError) return path;
    throw error;
  }
}

const ANYWHERE: PathGuard = { roots: ['/' as AbsPath], allows: () => true };

function list(walk: Walk, { path, guard }: Target): readonly DirectoryEntry[] {
  const { spot, value: fd } = walk({ path, guard, last: openFolder });
  try {
    spot.confirm(fd);
    const held = NAMES_HELD ? `/proc/self/fd/${fd}` : spot.path;
    return readdirSync(held, { withFileTypes: true })
      .map((entry) => entryOf(held, entry.name))
      .filter((entry) => entry !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw failure(path, error);
  } finally {
    closeSync(fd);
    spot.release();
  }
}

function openFolder(spot: Spot): number | typeof LINK {
  try {
    return openSync(spot.entry, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const stats = lstatSync(spot.entry, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) return LINK;
    if (errnoOf(error) === 'ENOTDIR') throw new OxiosError('PATH_INVALID', `${spot.path} is not a directory`, { hint: 'read it with the read tool' });
    throw error;
  }
}

function entryOf(folder: string, name: string): DirectoryEntry | undefined {
  const stats = lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
  if (!stats) return undefined;
  const target = stats.isSymbolicLink() ? targetOf(`${folder}/${name}`) : undefined;
  return { name, kind: kindOf(stats), size: stats.size, ...(target === undefined ? {} : { link_to: target }) };
}

/** Undefined when the link was replaced since it was seen. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (errnoOf(error) === 'EINVAL' || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const statOf = (stats: Stats): FileStat => ({ kind: kindOf(stats), size: stats.size, mtime_ms: stats.mtimeMs, mode: stats.mode & 0o7777 });

const kindOf = (stats: Stats): FileStat['kind'] => (stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other');

const kindWords = (stats: Stats): string => (stats.isDirectory() ? 'a directory' : stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device');
