import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import type { Hold } from './hold.ts';
import type { Entry } from './manifest.ts';
import { native } from './names.ts';

/** One scan that keeps what it reads. */
export interface Keeping {
  readonly hold: Hold;
  readonly number: number;
  /** When the scan began. */
  readonly now: number;
  /** Of files so far. */
  kept_bytes: number;
  keep(sha256: string, bytes: Buffer): void;
}

/** A larger file is known by its size and time only: no repository takes it either. */
export const MAX_FILE_BYTES = 100_000_000;
/** Once a scan has kept this much, the same holds for all but small files: a folder of data is no project. */
const MAX_SCAN_BYTES = 2_000_000_000;
const SMALL_BYTES = 1_000_000;

/** A file touched this shortly before the scan may change again without a new time stamp, milliseconds. */
const RACY_MS = 50;

/** Without waiting for the other end of what became a pipe, and without following what became a link. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What a name of a folder is now, its content kept. Undefined when it is neither a file nor a link. Throws what the system says. */
export function look(scan: Keeping, folder: string, name: string): Entry | undefined {
  const path = native(`${scan.hold.at(folder)}/${name}`);
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return linkAt(scan, path, stats);
  if (!stats.isFile()) return undefined;
  const fd = openSync(path, READ);
  try {
    const opened = fstatSync(fd);
    return opened.isFile() ? fileAt(scan, fd, opened) : undefined;
  } finally {
    closeSync(fd);
  }
}

function linkAt(scan: Keeping, path: string | Buffer, stats: Stats): Entry {
  const target = readlinkSync(path, { encoding: 'buffer' });
  const sha256 = hash('sha256', target, 'hex');
  scan.keep(sha256, target);
  return { kind: 'link', mode: 0, size: target.length, sha256, ...stamps(scan, stats) };
}

function fileAt(scan: Keeping, fd: number, stats: Stats): Entry {
  const mode = stats.mode & 0o777;
  if (stats.size > MAX_FILE_BYTES || (scan.kept_bytes > MAX_SCAN_BYTES && stats.size > SMALL_BYTES))
    return { kind: 'large', mode, size: stats.size, sha256: stampOf(stats), ...stamps(scan, stats) };
  const bytes = readFileSync(fd);
  const sha256 = hash('sha256', bytes, 'hex');
  scan.kept_bytes += bytes.length;
  scan.keep(sha256, bytes);
  return { kind: 'file', mode, size: bytes.length, sha256, ...stamps(scan, stats) };
}

/** What stands for the content of a large file: with the ctime, which only the system can set. */
export const stampOf = ({ size, mtimeMs, ctimeMs }: Stats): string => hash('sha256', `large ${size} ${mtimeMs} ${ctimeMs}`, 'hex');

/** A change in the same moment might leave the same stamp: such a file is read again next time. */
const stamps = (scan: Keeping, { mtimeMs, ctimeMs, ino }: Stats): Pick<Entry, 'mtime' | 'ctime' | 'ino' | 'met'> => ({
  mtime: mtimeMs,
  ctime: ctimeMs >= scan.now - RACY_MS ? 0 : ctimeMs,
  ino,
  met: scan.number,
});
