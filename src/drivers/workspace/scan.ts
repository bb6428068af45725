import { hash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';

import { errnoOf, OxiosError } from '../../kernel/errors.ts';

/** One file or link as it was found. */
export interface Entry {
  readonly kind: 'file' | 'link';
  readonly mode: number;
  readonly size: number;
  /** Of the content, or of a link's target; hex SHA-256. */
  readonly sha256: string;
  /** While these and size and mode are the same, it did not change and is not read. 0: read it again. */
  readonly mtime: number;
  readonly ctime: number;
  readonly ino: number;
}

export type Manifest = Map<string, Entry>;

export interface Scan {
  readonly manifest: Manifest;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Folders that were left out, relative. */
  readonly left_out: readonly string[];
}

/** Folders of installed or generated things: large, and made again from what is kept. A CACHEDIR.TAG marks others. */
const LEFT_OUT = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.tox',
  '.gradle',
  '.next',
  '.turbo',
  '.terraform',
]);

/** More is not a project folder. */
export const MAX_FILES = 200_000;

/** A file touched this shortly before the scan may change again without a new time stamp, milliseconds. */
const RACY_MS = 50;

export interface ScanInput {
  readonly root: string;
  readonly before: Manifest;
  /** Absolute paths that are never part of a workspace. */
  readonly exclude: readonly string[];
  /** Called with the bytes of each new content. */
  keep(sha256: string, bytes: Buffer): void;
}

/** Walks a folder; only what changed since `before` is read. Links are recorded, never followed; pipes and devices are passed over. */
export function scan(input: ScanInput): Scan {
  const state: State = { ...input, manifest: new Map(), changed: [], left_out: [], now: Date.now() };
  folder(state, input.root, '');
  const removed =
    state.manifest.size === input.before.size && state.changed.every((path) => input.before.has(path))
      ? []
      : [...input.before.keys()].filter((path) => !state.manifest.has(path));
  return { manifest: state.manifest, changed: state.changed, removed, left_out: state.left_out };
}

interface State extends ScanInput {
  readonly manifest: Manifest;
  readonly changed: string[];
  readonly left_out: string[];
  readonly now: number;
}

function folder(state: State, at: string, prefix: string): void {
  const entries = entriesOf(at);
  if (prefix !== '' && entries.some((one) => one.name === 'CACHEDIR.TAG')) {
    state.left_out.push(prefix.slice(0, -1));
    return;
  }
  for (const one of entries) {
    if (one.isDirectory()) enter(state, `${at}/${one.name}`, prefix, one.name);
    else if (one.isFile() || one.isSymbolicLink()) file(state, `${at}/${one.name}`, prefix + one.name);
  }
}

function enter(state: State, full: string, prefix: string, name: string): void {
  if (LEFT_OUT.has(name)) state.left_out.push(prefix + name);
  else if (!state.exclude.includes(full)) folder(state, full, `${prefix}${name}/`);
}

/** Empty for a folder that is closed to us, or gone meanwhile. */
function entriesOf(at: string): readonly Dirent[] {
  try {
    return readdirSync(at, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'EACCES' || errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function file(state: State, full: string, path: string): void {
  const stats = lstatSync(full, { throwIfNoEntry: false });
  if (!stats || !(stats.isFile() || stats.isSymbolicLink())) return;
  if (state.manifest.size >= MAX_FILES) {
    throw new OxiosError('IO', `${state.root} holds more than ${MAX_FILES} files: too many for a workspace`, {
      hint: 'run Oxios in the folder of one project',
    });
  }
  const known = state.before.get(path);
  if (known && known.ctime === stats.ctimeMs && known.mtime === stats.mtimeMs && known.ino === stats.ino) {
    state.manifest.set(path, known);
    return;
  }
  const entry = look(state, full, stats);
  if (!entry) return;
  state.manifest.set(path, entry);
  if (!known || known.sha256 !== entry.sha256 || known.mode !== entry.mode || known.kind !== entry.kind) state.changed.push(path);
}

function look(state: State, full: string, stats: Stats): Entry | undefined {
  try {
    const isLink = stats.isSymbolicLink();
    // A change in the same moment might leave the same stamp: such a file is read again next time.
    const ctime = stats.ctimeMs >= state.now - RACY_MS ? 0 : stats.ctimeMs;
    const bytes = isLink ? Buffer.from(readlinkSync(full)) : readFileSync(full);
    const sha256 = hash('sha256', bytes, 'hex');
    state.keep(sha256, bytes);
    return { kind: isLink ? 'link' : 'file', mode: isLink ? 0 : stats.mode & 0o777, size: bytes.length, sha256, mtime: stats.mtimeMs, ctime, ino: stats.ino };
  } catch (error) {
    // Gone or closed to us meanwhile: as if it were not there.
    if (['ENOENT', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** The hash of a tree, by folder: a folder without changes keeps its own. */
export interface TreeHasher {
  /** Hex SHA-256 over folders, paths, kinds, modes and contents. */
  hash(manifest: Manifest, touched: readonly string[] | undefined): string;
}

export function createHasher(): TreeHasher {
  const folders = new Map<string, string>();
  return {
    hash(manifest, touched) {
      const stale = touched && new Set(touched.map(folderOf));
      if (stale) for (const at of stale) folders.delete(at);
      else folders.clear();
      for (const [at, lines] of linesByFolder(manifest, stale)) folders.set(at, hash('sha256', lines.sort().join(''), 'hex'));
      const all = [...folders].map(([at, one]) => `${at}\0${one}\n`);
      return hash('sha256', all.sort().join(''), 'hex');
    },
  };
}

/** One line an entry, by folder; only for the folders that are wanted, if some are named. */
function linesByFolder(manifest: Manifest, wanted: ReadonlySet<string> | undefined): ReadonlyMap<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const [path, entry] of manifest) {
    const at = folderOf(path);
    if (wanted && !wanted.has(at)) continue;
    const line = `${path}\0${entry.kind} ${entry.mode.toString(8)} ${entry.sha256}\n`;
    const list = lines.get(at);
    if (list) list.push(line);
    else lines.set(at, [line]);
  }
  return lines;
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
