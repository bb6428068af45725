import { lstatSync, type Stats } from 'node:fs';
import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import type { Folders } from './folders.ts';
import { createHold } from './hold.ts';
import { entriesIn, isTagged } from './listing.ts';
import { type Keeping, look } from './look.ts';
import { type Entry, isSame, type Manifest } from './manifest.ts';
import { native } from './names.ts';

export interface Scan {
  /** What is new, or has other time stamps; the rest is as it was before. */
  readonly looked: Manifest;
  /** Those of them that are new or different. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Folders that were left out, and what is closed to us, relative; the root itself is empty. */
  readonly left_out: readonly string[];
  /** Files by which Git finds the repository of a linked work tree or a submodule. */
  readonly git_files: readonly string[];
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
  const hold = createHold(root);
  const state: State = {
    ...input,
    hold,
    number: scans,
    now: Date.now(),
    kept_bytes: 0,
    exclude: new Set(input.exclude),
    looked: new Map(),
    changed: [],
    left_out: [],
    git_files: [],
    files: 0,
    met: 0,
  };
  try {
    folder(state, root, '');
  } finally {
    hold.close();
  }
  const gone = state.met === before.size ? [] : [...before].flatMap(([path, entry]) => (entry.met === state.number ? [] : [path]));
  const { looked, changed, left_out, git_files } = state;
  return { looked, changed, removed: [...gone, ...nowExcluded(input)], left_out, git_files };
}

/** Files that were part of it before they were excluded. Looked for here: a question less for each file. */
const nowExcluded = ({ root, before, exclude }: ScanInput): readonly string[] =>
  exclude.flatMap((full) => (full.startsWith(`${root}/`) && before.has(full.slice(root.length + 1)) ? [full.slice(root.length + 1)] : []));

interface State extends Omit<ScanInput, 'exclude'>, Keeping {
  readonly exclude: ReadonlySet<string>;
  readonly looked: Manifest;
  readonly changed: string[];
  readonly left_out: string[];
  readonly git_files: string[];
  files: number;
  /** How many of those before. */
  met: number;
}

interface Found {
  readonly full: string;
  readonly prefix: string;
  readonly name: string;
  readonly known: Entry | undefined;
}

/**
 * Whether it counts: it holds something that is kept, or nothing at all. In a linked work tree `.git` is a file: a copy
 * that had it would be the work tree of the same repository.
 */
function folder(state: State, at: string, prefix: string): boolean {
  const entries = entriesIn(at);
  if (!entries) {
    state.left_out.push(prefix.slice(0, -1));
    return true;
  }
  const before = state.folders.in(prefix.slice(0, -1));
  // What was part of it before is not hidden by a tag that an agent puts there.
  if (prefix !== '' && !before && isTagged(at, entries)) {
    state.left_out.push(prefix.slice(0, -1));
    return false;
  }
  let kept = 0;
  for (const { name, kind } of entries) {
    const found: Found = { full: `${at}/${name}`, prefix, name, known: before?.get(name) };
    if (kind === 'dir' ? enter(state, found) : kind === 'file' && file(state, found)) kept += 1;
  }
  return kept > 0 || entries.length === 0;
}

function enter(state: State, found: Found): boolean {
  const { full, prefix, name, known } = found;
  if (LEFT_OUT.has(name)) state.left_out.push(prefix + name);
  if (LEFT_OUT.has(name) || state.exclude.has(full) || !folder(state, full, `${prefix}${name}/`)) return false;
  const stats = statsOf(state, found);
  if (!stats?.isDirectory()) return false;
  const mode = stats.mode & 0o777;
  if (known) meet(state, known);
  if (known?.kind !== 'dir' || known.mode !== mode)
    renew(state, found, { kind: 'dir', mode, size: 0, sha256: '', mtime: 0, ctime: 0, ino: 0, met: state.number });
  return true;
}

const QUIETLY = { throwIfNoEntry: false } as const;

const statsOf = (state: State, found: Found): Stats | undefined => there(state, found, () => lstatSync(native(found.full), QUIETLY));

function file(state: State, found: Found): boolean {
  const { full, prefix, name, known } = found;
  if (name === '.git') state.git_files.push(prefix + name);
  if (name === '.git') return false;
  const stats = statsOf(state, found);
  if (!stats) return false;
  if (++state.files > MAX_FILES) {
    throw new OxiosError('IO', `${state.root} holds more than ${MAX_FILES} files: too many for a workspace`, {
      hint: 'run Oxios in the folder of one project',
    });
  }
  if (known && known.ctime === stats.ctimeMs && known.mtime === stats.mtimeMs && known.ino === stats.ino) {
    meet(state, known);
    return true;
  }
  if (state.exclude.has(full)) return false;
  const entry = there(state, found, () => look(state, prefix.slice(0, -1), name));
  if (!entry) return false;
  if (known) meet(state, known);
  if (known && isSame(known, entry)) state.looked.set(prefix + name, entry);
  else renew(state, found, entry);
  return true;
}

/** Undefined for what is gone meanwhile, is no file any more, or is closed to us. */
function there<T>(state: State, { prefix, name }: Found, what: () => T): T | undefined {
  try {
    return what();
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (CLOSED.includes(code)) state.left_out.push(prefix + name);
    if (CLOSED.includes(code) || CHANGED.includes(code)) return undefined;
    throw error;
  }
}

const CLOSED: readonly string[] = ['EACCES', 'EPERM'];
const CHANGED: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EINVAL'];

function renew(state: State, { prefix, name }: Found, entry: Entry): void {
  state.looked.set(prefix + name, entry);
  state.changed.push(prefix + name);
}

function meet(state: State, known: Entry): void {
  known.met = state.number;
  state.met += 1;
}
