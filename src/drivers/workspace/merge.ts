import { hash } from 'node:crypto';
import { type Entry, folderOf, isSame, type Manifest } from './manifest.ts';
import { mergedText } from './merge-text.ts';
import { contentOf, type Objects } from './objects.ts';

export interface Sides {
  /** What both sides began with: the workspace then, and the copy as it was made. */
  readonly base: Manifest;
  readonly copied: Manifest;
  /** The workspace, and the copy, as they are now. */
  readonly ours: Manifest;
  readonly theirs: Manifest;
}

export interface Merged {
  readonly manifest: Manifest;
  /** Paths, folders among them, that are not as in `ours`. */
  readonly changed: readonly string[];
  /** Paths that cannot be both. */
  readonly conflicts: readonly string[];
}

/**
 * What the copy changed, brought into the workspace as it is now. Where both changed a file, texts are merged line by line; `yields`
 * are paths of generated things, where the copy's is taken. Contents that are made by it are kept in the store.
 */
export function merged(store: Objects, sides: Sides, yields: ReadonlySet<string>): Merged {
  const manifest: Manifest = new Map(sides.ours);
  const changed = new Set<string>();
  const conflicts: string[] = [];
  for (const path of touched(sides)) {
    const wanted = wantedAt(store, sides, path, yields);
    if (!wanted) conflicts.push(path);
    else if (!isEqual(wanted.entry, sides.ours.get(path))) set({ manifest, changed }, path, wanted.entry);
  }
  conflicts.push(...blocked({ manifest, changed }, sides.ours));
  return { manifest, changed: [...changed], conflicts: [...new Set(conflicts)].sort() };
}

type Merging = { readonly manifest: Manifest; readonly changed: Set<string> };

function set({ manifest, changed }: Merging, path: string, entry: Entry | undefined): void {
  changed.add(path);
  if (entry) manifest.set(path, entry);
  else manifest.delete(path);
}

/** What the copy changed. A folder is only there or not. */
const touched = ({ copied, theirs }: Sides): readonly string[] =>
  [...new Set([...copied.keys(), ...theirs.keys()])].filter((path) => !isEqual(copied.get(path), theirs.get(path)));

const isEqual = (a: Entry | undefined, b: Entry | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.kind === 'dir' ? b.kind === 'dir' : isSame(a, b);

interface Wanted {
  readonly entry: Entry | undefined;
}

/** What is to be at a path that the copy changed. Undefined: it cannot be both. */
function wantedAt(store: Objects, { base, ours, theirs }: Sides, path: string, yields: ReadonlySet<string>): Wanted | undefined {
  const [was, mine, other] = [base.get(path), ours.get(path), theirs.get(path)];
  if (isEqual(mine, other) || isEqual(was, mine) || yields.has(path)) return { entry: other };
  if (was?.kind !== 'file' || mine?.kind !== 'file' || other?.kind !== 'file') return undefined;
  const mode = one(was.mode, mine.mode, other.mode);
  const content = one(was.sha256, mine.sha256, other.sha256);
  if (mode === undefined) return undefined;
  if (content !== undefined) return { entry: { ...(content === mine.sha256 ? mine : other), mode } };
  const text = mergedText(...textsOf(store, path, [was, mine, other]));
  return text === undefined ? undefined : { entry: { ...other, mode, ...keep(store, text) } };
}

/** The one that changed; undefined where both did. */
const one = <T>(was: T, mine: T, other: T): T | undefined => (was === mine || mine === other ? other : was === other ? mine : undefined);

function keep(store: Objects, text: string): Pick<Entry, 'size' | 'sha256'> {
  const bytes = Buffer.from(text);
  const sha256 = hash('sha256', bytes, 'hex');
  store.put(sha256, bytes);
  return { size: bytes.length, sha256 };
}

const textsOf = (store: Objects, path: string, [was, mine, other]: readonly [Entry, Entry, Entry]): Parameters<typeof mergedText> => {
  const text = ({ sha256 }: Entry): string | undefined => textOf(contentOf(store, sha256, path));
  return [text(was), text(mine), text(other)];
};

/** Undefined for what is no text. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_TEXT_BYTES || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const MAX_TEXT_BYTES = 2_000_000;

const FOLDER: Entry = { kind: 'dir', mode: 0o755, size: 0, sha256: '', mtime: 0, ctime: 0, ino: 0, met: 0 };

/** What cannot be where it is: below a file, or a file where others are. Folders that hold something stay or are made. */
function blocked(merging: Merging, ours: Manifest): readonly string[] {
  const { manifest, changed } = merging;
  const below = [...changed].filter((path) => manifest.has(path) && !hasFolders(merging, ours, path));
  const holding = new Set([...manifest.keys()].flatMap(foldersOf));
  const around = [...changed].filter((path) => holding.has(path));
  for (const path of around) stay(merging, ours, path);
  return [...below, ...around.filter((path) => changed.has(path) && manifest.get(path)?.kind !== 'dir')];
}

/** Makes those that are not there. False: one of them is no folder. */
function hasFolders(merging: Merging, ours: Manifest, path: string): boolean {
  for (const at of foldersOf(path)) {
    const around = merging.manifest.get(at);
    if (around && around.kind !== 'dir') return false;
    const mine = ours.get(at);
    if (!around) set(merging, at, mine?.kind === 'dir' ? mine : FOLDER);
  }
  return true;
}

/** The copy removed a folder in which there is something new. */
function stay({ manifest, changed }: Merging, ours: Manifest, path: string): void {
  const mine = ours.get(path);
  if (manifest.has(path) || mine?.kind !== 'dir') return;
  manifest.set(path, mine);
  changed.delete(path);
}

/** All folders around it. */
function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = folderOf(path); at !== ''; at = folderOf(at)) folders.push(at);
  return folders;
}
