import { hash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';

import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import type { Folders } from './folders.ts';
import type { Entry, Manifest } from './manifest.ts';

export interface Scan {
  /** What is new, or has other time stamps; the rest is as it was before. */
  readonly looked: Manifest;
  /** Those of them that are new or different. */
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
  /** The same by folder. */
  readonly folders: Pick<Folders, 'in'>;
  /** Absolute paths that are never part of a workspace. */
  readonly exclude: readonly string[];
  /** Called with the bytes of each new content. */
  keep(sha256: string, bytes: Buffer): void;
}

let scans = 0;

/** Walks a folder; only what changed since `before` is read. Links are recorded, never followed; pipes and devices are passed over. */
export function scan(input: ScanInput): Scan {
  const { root, before } = input;
  scans += 1;
  const state: State = {
    ...input,
    exclude: new Set(input.exclude),
    looked: new Map(),
    changed: [],
    left_out: [],
    number: scans,
    now: Date.now(),
    files: 0,
    met: 0,
  };
  folder(state, root, '');
  const gone = state.met === before.size ? [] : [...before].flatMap(([path, entry]) => (entry.met === state.number ? [] : [path]));
  const { looked, changed, left_out } = state;
  return { looked, changed, removed: [...gone, ...nowExcluded(input)], left_out };
}

/** Files that were part of it before they were excluded. Looked for here: a question less for each file. */
const nowExcluded = ({ root, before, exclude }: ScanInput): readonly string[] =>
  exclude.flatMap((full) => (full.startsWith(`${root}/`) && before.has(full.slice(root.length + 1)) ? [full.slice(root.length + 1)] : []));

interface State extends Omit<ScanInput, 'exclude'> {
  readonly exclude: ReadonlySet<string>;
  readonly looked: Manifest;
  readonly changed: string[];
  readonly left_out: string[];
  readonly number: number;
  readonly now: number;
  files: number;
  /** How many of those before. */
  met: number;
}

/** In a linked work tree `.git` is a file: a copy that had it would be the work tree of the same repository. */
function folder(state: State, at: string, prefix: string): void {
  const entries = entriesOf(at);
  if (prefix !== '' && entries.some((one) => one.name === 'CACHEDIR.TAG')) {
    state.left_out.push(prefix.slice(0, -1));
    return;
  }
  const before = state.folders.in(prefix.slice(0, -1));
  for (const one of entries) {
    if (one.isDirectory()) enter(state, `${at}/${one.name}`, prefix, one.name);
    else if (one.name !== '.git' && (one.isFile() || one.isSymbolicLink()))
      file(state, { full: `${at}/${one.name}`, prefix, name: one.name, known: before?.get(one.name) });
  }
}

function enter(state: State, full: string, prefix: string, name: string): void {
  if (LEFT_OUT.has(name)) state.left_out.push(prefix + name);
  else if (!state.exclude.has(full)) folder(state, full, `${prefix}${name}/`);
}

/** Empty for a folder that is closed to us, or gone meanwhile. */
function entriesOf(at: string): readonly Dirent[] {
  try {
    return readdirSync(at, { withFileTypes: true });
  } catch (error) {
    if (['EACCES', 'ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}

const QUIETLY = { throwIfNoEntry: false } as const;

interface Found {
  readonly full: string;
  readonly prefix: string;
  readonly name: string;
  readonly known: Entry | undefined;
}

function file(state: State, { full, prefix, name, known }: Found): void {
  const stats = lstatSync(full, QUIETLY);
  if (!stats) return;
  if (++state.files > MAX_FILES) {
    throw new OxiosError('IO', `${state.root} holds more than ${MAX_FILES} files: too many for a workspace`, {
      hint: 'run Oxios in the folder of one project',
    });
  }
  if (known && known.ctime === stats.ctimeMs && known.mtime === stats.mtimeMs && known.ino === stats.ino) {
    meet(state, known);
    return;
  }
  if (!(stats.isFile() || stats.isSymbolicLink()) || state.exclude.has(full)) return;
  const entry = look(state, full, stats);
  if (!entry) return;
  if (known) meet(state, known);
  const path = prefix + name;
  state.looked.set(path, entry);
  if (!known || known.sha256 !== entry.sha256 || known.mode !== entry.mode || known.kind !== entry.kind) state.changed.push(path);
}

function meet(state: State, known: Entry): void {
  known.met = state.number;
  state.met += 1;
}

function look(state: State, full: string, stats: Stats): Entry | undefined {
  try {
    const isLink = stats.isSymbolicLink();
    // A change in the same moment might leave the same stamp: such a file is read again next time.
    const ctime = stats.ctimeMs >= state.now - RACY_MS ? 0 : stats.ctimeMs;
    const bytes = isLink ? Buffer.from(readlinkSync(full)) : readFileSync(full);
    const sha256 = hash('sha256', bytes, 'hex');
    state.keep(sha256, bytes);
    const { mtimeMs: mtime, ino } = stats;
    return { kind: isLink ? 'link' : 'file', mode: isLink ? 0 : stats.mode & 0o777, size: bytes.length, sha256, mtime, ctime, ino, met: state.number };
  } catch (error) {
    // Gone or closed to us meanwhile: as if it were not there.
    if (['ENOENT', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
