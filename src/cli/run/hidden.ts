import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, fstatSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { AbsPath } from '../../kernel/ids.ts';

export interface Seen {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * What no agent of a run may read: the seed, under each of its names, and the files the run reads or writes that hold parts of it.
 */
export function hiddenPaths(cwd: string, seed: Seen, records: readonly (string | undefined)[]): readonly AbsPath[] {
  return unique([...placesOf([seed.path, ...records]), ...otherNames(cwd, seed.path)]);
}

/** Flags that name files which hold the specification, or parts of it. */
const RECORDS = ['events', 'record', 'junit', 'sarif', 'skipCompleted'] as const;

/** What these flags of a command name. */
export const recordsIn = (args: Readonly<Record<string, unknown>>): readonly AbsPath[] =>
  unique(placesOf([...RECORDS.map((one) => (typeof args[one] === 'string' ? args[one] : undefined)), ...OUTPUTS.map(fileOf)]));

/** What is printed may go into a file: `oxios run seed.yaml --json > events.jsonl`. */
const OUTPUTS = [1, 2] as const;

/** The file that is open under this number; where the system does not say, nothing is known. */
function fileOf(fd: number): string | undefined {
  try {
    return fstatSync(fd).isFile() ? readlinkSync(`/proc/self/fd/${fd}`) : undefined;
  } catch {
    return undefined;
  }
}

const unique = (paths: readonly string[]): readonly AbsPath[] => [...new Set(paths)] as AbsPath[];

/** Files as they are named, and as they are reached. */
function placesOf(paths: readonly (string | undefined)[]): readonly string[] {
  const named = paths.filter((one) => one !== undefined).map((one) => resolve(one));
  return [...named, ...named.map(really)];
}

/** Links in it resolved, also of a file that is still to be made. */
function really(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

/** Hard links: the same file under another name in the workspace. */
function otherNames(cwd: string, path: string): readonly string[] {
  const { dev, ino, nlink } = statSync(path);
  if (nlink < 2) return [];
  const found: string[] = [];
  const open = [cwd];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of entriesOf(at)) {
      const full = join(at, entry.name);
      if (entry.isDirectory()) open.push(full);
      else if (entry.isFile() && isSame(full, dev, ino)) found.push(full);
    }
  }
  return found;
}

function isSame(path: string, dev: number, ino: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.dev === dev && stats.ino === ino;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // What is closed to us is closed to the agents.
    return [];
  }
}

/** What the seed's repository is kept in, if it keeps the seed: this text of it, or any that is tracked. No agent may read it either. */
export function gitWith({ path, bytes }: Seen): readonly AbsPath[] {
  const folder = dirname(really(resolve(path)));
  if (!isInRepository(folder)) return [];
  const format = git(folder, ['rev-parse', '--show-object-format']) === 'sha256' ? 'sha256' : 'sha1';
  const blob = createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const isKept = git(folder, ['cat-file', '-e', blob]) !== undefined || git(folder, ['ls-files', '--error-unmatch', '--', basename(path)]) !== undefined;
  if (!isKept) return [];
  const top = git(folder, ['rev-parse', '--show-toplevel']);
  const store = git(folder, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  return unique([...(top === undefined ? [] : [join(top, '.git')]), ...(store === undefined ? [] : [store])]);
}

/** Of a bare repository the folder itself is none to work in. */
export function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}

/** What Git says, undefined when it says no or is not there. Nothing that the repository configures is run. */
function git(folder: string, args: readonly string[]): string | undefined {
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-optional-locks'];
  try {
    return execFileSync('git', [...safe, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
