import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';

/** Layout of a home folder. Raised when an older Oxios could not read it any more. */
export const HOME_FORMAT = 1;

export interface Home {
  readonly path: AbsPath;
  readonly db: string;
  readonly blobs: AbsPath;
  readonly keys: AbsPath;
  readonly checkpoints: string;
  readonly config: string;
  readonly lock: string;
  readonly socket: string;
  readonly snapshots: AbsPath;
  readonly scratch: AbsPath;
  /** Folders that agents see in the place of a workspace, by run. */
  readonly work: AbsPath;
}

/** The longest path a Unix socket may have on Linux, bytes. */
const MAX_SOCKET_PATH = 107;

export function homeAt(path: AbsPath): Home {
  const at = (name: string) => join(path, name) as AbsPath;
  return {
    path,
    db: at('oxios.db'),
    blobs: at('blobs'),
    keys: at('keys'),
    checkpoints: at('checkpoints'),
    config: at('config.json'),
    lock: at('kernel.lock'),
    socket: socketFor(path),
    snapshots: at('snapshots'),
    scratch: at('scratch'),
    work: at('work'),
  };
}

/** Folders of things that end with the process that made them, and with whose number their names begin. */
export const temporary = (home: Home): readonly string[] => [home.scratch, join(home.blobs, '.parts'), join(home.blobs, '.pipes')];

/** Makes the folder if need be and checks that this version can use it. Throws HOME_VERSION, HOME_UNWRITABLE. */
export function openHome(path: AbsPath): Home {
  const home = homeAt(path);
  try {
    makeFolder(home.path);
    checkFormat(home);
    accessSync(home.path, constants.W_OK | constants.X_OK);
    mkdirSync(join(home.socket, '..'), { recursive: true, mode: 0o700 });
  } catch (error) {
    if (error instanceof OxiosError) throw error;
    throw unwritable(path, error);
  }
  return home;
}

/** The home for reading: nothing is made. Throws HOME_VERSION. */
export function knownHome(path: AbsPath): Home {
  const home = homeAt(path);
  if (existsSync(formatFile(home))) refuseOther(home);
  return home;
}

/** One folder after the other: where nothing can be made (/proc), Node's recursive mkdir tries for ever. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process that starts at the same time was faster.
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** Primary result codes of SQLite: FULL, IOERR. */
const FULL = 13;
const IOERR = 10;
/** Less than SQLite needs for its index of the write-ahead log (32 KB) and a page, bytes: where this is not left, it says "disk I/O error". */
const SCARCE_BYTES = 40 * 1024;

export const unwritable = (path: string, cause: unknown): OxiosError =>
  isFull(path, cause)
    ? new OxiosError('DISK_FULL', `no space left to write ${path}`, { hint: 'free some space, or choose another folder with --home', cause })
    : new OxiosError('HOME_UNWRITABLE', `the home ${path} cannot be written: ${messageOf(cause)}`, {
        hint: 'choose another folder with --home or OXIOS_HOME',
        cause,
      });

function isFull(path: string, cause: unknown): boolean {
  const sqlite = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
  if (errnoOf(cause) === 'ENOSPC' || errnoOf(cause) === 'EDQUOT' || sqlite === FULL) return true;
  return sqlite === IOERR && bytesLeft(dirname(path)) < SCARCE_BYTES;
}

function bytesLeft(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

const formatFile = (home: Home): string => join(home.path, 'home.json');

function checkFormat(home: Home): void {
  if (!existsSync(formatFile(home))) {
    // Written aside, so that another process that starts now never reads half of it.
    const aside = `${formatFile(home)}.${process.pid}`;
    writeFileSync(aside, `${JSON.stringify({ format: HOME_FORMAT })}\n`, { mode: 0o600 });
    renameSync(aside, formatFile(home));
    chmodSync(home.path, 0o700);
  }
  refuseOther(home);
}

function refuseOther(home: Home): void {
  const format = readFormat(formatFile(home));
  if (format === HOME_FORMAT) return;
  throw new OxiosError('HOME_VERSION', `the home ${home.path} has format ${String(format)}, this Oxios knows ${HOME_FORMAT}`, {
    hint: 'use the version of Oxios that wrote it, or another folder with --home',
  });
}

function readFormat(file: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && 'format' in value ? value.format : 'none';
  } catch (error) {
    throw new OxiosError('HOME_VERSION', `${file} cannot be read: ${messageOf(error)}`, { hint: 'choose another folder with --home', cause: error });
  }
}

/** Beside the log, or, where that path is too long for a socket, in a private folder named by its hash. */
function socketFor(path: string): string {
  const near = join(path, 'kernel.sock');
  if (Buffer.byteLength(near) <= MAX_SOCKET_PATH) return near;
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(tmpdir(), `oxios-${userInfo().uid}`, name, 'kernel.sock');
}
