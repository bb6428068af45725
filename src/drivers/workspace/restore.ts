import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import type { RestoreOptions, TreeChange } from '../../kernel/host.ts';
import { difference, folderChanges } from './difference.ts';
import { createHold, type Hold, STEP } from './hold.ts';
import { type Entry, folderOf, type Manifest, nameOf } from './manifest.ts';
import { native } from './names.ts';
import { contentOf, type Objects } from './objects.ts';

export interface PutBack {
  readonly store: Objects;
  readonly root: string;
  /** What is there, just scanned, and what is to be there. */
  readonly now: Manifest;
  readonly wanted: Manifest;
  readonly options: RestoreOptions;
}

/** What was done, and what it met. */
export interface Done {
  readonly changes: readonly TreeChange[];
  /** New names of folders that stood in the way and hold what no snapshot has. */
  readonly aside: readonly string[];
}

/** Steps between two looks at whether to stop. */
const BREATH = 100;

/**
 * Makes a folder equal to a snapshot. Each file is written aside and renamed, so that a crash leaves it old or new, and
 * doing it again finishes it. No link is followed and no file is written through: what other names a file has keep their content.
 */
export async function putBack({ store, root, now, wanted, options }: PutBack): Promise<Done> {
  const hold = createHold(root);
  const aside: string[] = [];
  const { changes, folders } = todo(now, wanted, options);
  const steps: readonly (() => void)[] = [
    ...changes
      .filter(({ change }) => change === 'removed')
      .map(
        ({ path }) =>
          () =>
            removeFile(hold, path),
      ),
    ...folders
      .filter(({ change }) => change === 'removed')
      .toReversed()
      .map(
        ({ path }) =>
          () =>
            removeFolder(hold, path),
      ),
    ...folders
      .filter(({ change }) => change === 'added')
      .map(
        ({ path }) =>
          () =>
            makeFolder(hold, path),
      ),
    ...changes.flatMap(({ path }) => {
      const entry = wanted.get(path);
      return entry && entry.kind !== 'large' && entry.kind !== 'dir' ? [() => putFile({ hold, store, aside }, path, entry)] : [];
    }),
    ...folders
      .filter(({ change }) => change !== 'removed')
      .toReversed()
      .map(
        ({ path }) =>
          () =>
            setMode(hold, path, wanted.get(path)?.mode ?? 0o755),
      ),
  ];
  try {
    await inTurn(steps, options);
  } finally {
    hold.close();
  }
  return { changes, aside };
}

async function inTurn(steps: readonly (() => void)[], { signal, progress }: RestoreOptions): Promise<void> {
  for (const [at, step] of steps.entries()) {
    if (at % BREATH === 0) {
      progress?.(at, steps.length);
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw new OxiosError('INTERRUPTED', `stopped after ${at} of ${steps.length} steps`, { hint: 'do it again to finish it' });
    }
    step();
  }
}

/** Files and folders apart: a folder is no change by itself, and where only some files are put back only those around them matter. */
function todo(now: Manifest, wanted: Manifest, { only }: RestoreOptions): Record<'changes' | 'folders', readonly TreeChange[]> {
  const changes = difference(now, wanted).filter(({ path }) => !only || only.has(path));
  const around = foldersAbove(changes);
  return { changes, folders: folderChanges(now, wanted).filter(({ path }) => !only || around.has(path) || only.has(path)) };
}

function foldersAbove(changes: readonly TreeChange[]): ReadonlySet<string> {
  const above = new Set<string>();
  for (const { path } of changes) for (let at = folderOf(path); at !== '' && !above.has(at); at = folderOf(at)) above.add(at);
  return above;
}

/** Opens folders that nobody may enter or write on the way to what changes, so that it can be seen and reached. Whether there were any. */
export function openUp({ root, now, wanted, options }: Omit<PutBack, 'store'>): boolean {
  const { changes, folders } = todo(now, wanted, options);
  const concerned = new Set([...foldersAbove([...changes, ...folders]), ...folders.map(({ path }) => path)]);
  const closed = [...concerned].filter((path) => now.get(path)?.kind === 'dir' && ((now.get(path)?.mode ?? OWNER) & OWNER) !== OWNER);
  const hold = createHold(root);
  try {
    for (const path of closed.sort()) setMode(hold, path, (now.get(path)?.mode ?? 0) | OWNER);
    return closed.length > 0;
  } finally {
    hold.close();
  }
}

/** Read, write and search by the owner. */
const OWNER = 0o700;

const removeFile = (hold: Hold, path: string): void => quietly(['ENOENT'], () => unlinkSync(at(hold, path)));

/** What holds more than snapshots know of stays. */
const removeFolder = (hold: Hold, path: string): void => quietly(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'], () => rmdirSync(at(hold, path)));

function makeFolder(hold: Hold, path: string): void {
  const name = native(`${hold.at(folderOf(path), { make: true })}/${nameOf(path)}`);
  const there = lstatSync(name, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  // A pipe, a socket: nothing that has a content.
  if (there) unlinkSync(name);
  mkdirSync(name);
}

interface Putting {
  readonly hold: Hold;
  readonly store: Objects;
  readonly aside: string[];
}

function putFile({ hold, store, aside }: Putting, path: string, entry: Entry): void {
  const bytes = contentOf(store, entry.sha256, path);
  const folder = folderOf(path);
  const within = hold.at(folder, { make: true });
  const temp = `${within}/.oxios-${process.pid}-${randomBytes(8).toString('hex')}`;
  const name = native(`${within}/${nameOf(path)}`);
  try {
    if (entry.kind === 'link') symlinkSync(Buffer.from(bytes), temp);
    else writeNew(temp, bytes, entry.mode);
    try {
      renameSync(temp, name);
    } catch (error) {
      if (errnoOf(error) !== 'EISDIR') throw error;
      // A folder with what no snapshot has in it: it is kept, under another name.
      const other = `${path}.before-undo-${randomBytes(3).toString('hex')}`;
      renameSync(name, native(`${within}/${nameOf(other)}`));
      aside.push(other);
      renameSync(temp, name);
    }
  } catch (error) {
    quietly(['ENOENT'], () => unlinkSync(temp));
    throw error;
  }
}

function writeNew(path: string, bytes: Uint8Array, mode: number): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

/** Of a folder, through a descriptor that can be no link. */
function setMode(hold: Hold, path: string, mode: number): void {
  if (process.platform !== 'linux') {
    chmodSync(at(hold, path), mode);
    return;
  }
  const fd = openSync(at(hold, path), STEP);
  try {
    chmodSync(`/proc/self/fd/${fd}`, mode);
  } finally {
    closeSync(fd);
  }
}

const at = (hold: Hold, path: string): string | Buffer => native(`${hold.at(folderOf(path))}/${nameOf(path)}`);

function quietly(codes: readonly string[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!codes.includes(errnoOf(error) ?? '')) throw error;
  }
}
