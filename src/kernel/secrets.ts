import { basename, dirname, join } from 'node:path';
import { isUnder } from './capability.ts';
import { decide } from './decide.ts';
import { OxiosError } from './errors.ts';
import type { HostFs, PathGuard } from './host.ts';
import type { AbsPath } from './ids.ts';
import type { Lent } from './lent.ts';
import { homesOf } from './protect.ts';
import type { Run } from './run.ts';

/** Mounts cost, the more there are: where there are more such files than this, whole folders of them are hidden. */
const MANY_SECRETS = 200;
/** And more than this are not hidden one by one where they lie in the working directory itself: a sandbox can make about three thousand mounts. */
const MAX_SECRETS = 2000;
/** A working directory with more files than this is not looked through. */
const MAX_FILES = 2_000_000;

/** Files below the folder that need a grant of their own: a sandboxed command does not see them without it. */
export async function secretsFrom(lent: Lent, folder: AbsPath): Promise<readonly AbsPath[]> {
  const { authority, host, proc } = lent;
  // In a disposable copy a file is what it is in the working directory.
  const isClosed = (name: string): boolean => decide(authority, [{ on: 'fs', right: 'read', under: join(proc.cwd, name) as AbsPath }]).verdict !== 'allow';
  const names = new Set([...(await atTheTop(host.fs, folder)).filter((name) => isSecret(lent, name)), ...(await below(lent))]);
  return gathered([...names].filter(isClosed)).map((name) => join(folder, name) as AbsPath);
}

/** Too many files become the folders that hold the most of them. Throws when they lie in the working directory itself. */
export function gathered(names: readonly string[], many: number = MANY_SECRETS, max: number = MAX_SECRETS): readonly string[] {
  if (names.length <= many) return names;
  const folders = [...Map.groupBy(names, (name) => dirname(name))].sort(([, a], [, b]) => b.length - a.length);
  const found: string[] = [];
  let left = names.length;
  for (const [folder, inside] of folders) {
    const isWhole = left > many && folder !== '.' && inside.length > 1;
    found.push(...(isWhole ? [folder] : inside));
    if (isWhole) left -= inside.length - 1;
  }
  if (left <= max) return found;
  throw new OxiosError('PATH_DENIED', `there are ${names.length} files here that commands must not see, more than can be hidden`, {
    hint: 'move keys and environment files into a folder of their own',
  });
}

const isSecret = ({ authority, proc }: Lent, name: string): boolean => authority.protection.readable(join(proc.cwd, name) as AbsPath) !== undefined;

/** The `.git` of repositories in the working directory, which commands may read only. */
export async function repositoriesIn(lent: Lent): Promise<readonly AbsPath[]> {
  return (await foundIn(lent)).repositories.map((name) => join(lent.proc.cwd, name) as AbsPath);
}

/**
 * Folders in a home that is writable: commands write in these, and in the home itself nothing, where a new file with the right name
 * is run by the next shell. Those that begin with a dot are settings.
 */
export async function foldersOfHomes(lent: Lent): Promise<readonly AbsPath[]> {
  const { caps, granted } = lent.authority;
  const isWritable = (home: AbsPath): boolean => [...caps, ...granted].some((one) => one.on === 'fs' && one.right === 'write' && isUnder(home, one.under));
  const lists = homesOf(lent)
    .filter(isWritable)
    .map(async (home) =>
      (await orNothing(lent.host.fs.list(home, guardOf(home)), []))
        .filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.'))
        .map((entry) => join(home, entry.name) as AbsPath),
    );
  return (await Promise.all(lists)).flat();
}

interface Found {
  readonly secrets: readonly string[];
  readonly repositories: readonly string[];
}

/** Looked for once a run: nobody but the user makes new ones in it. The top is looked at each time. */
const found = new WeakMap<Run, Map<AbsPath, Promise<Found>>>();

const below = async (lent: Lent): Promise<readonly string[]> => (await foundIn(lent)).secrets;

function foundIn(lent: Lent): Promise<Found> {
  const { run, cwd } = lent.proc;
  const known = found.get(run) ?? new Map<AbsPath, Promise<Found>>();
  found.set(run, known);
  const names = known.get(cwd) ?? search(lent);
  known.set(cwd, names);
  return names;
}

async function search(lent: Lent): Promise<Found> {
  // What is found holds for the workspace and for every copy of it.
  const { bare: host, proc } = lent;
  const request = { under: proc.cwd, hidden: true, ignored: true, git: true, max_results: MAX_FILES };
  const { lines, truncated } = await orNothing(host.fs.find(request, guardOf(proc.cwd), new AbortController().signal), { lines: [], truncated: false });
  if (truncated)
    throw new OxiosError('PATH_DENIED', `there are more than ${MAX_FILES} files below ${proc.cwd}, too many to tell which hold secrets`, {
      hint: 'work in a smaller folder: --project-dir',
    });
  const isOfGit = (name: string): boolean => basename(name) === '.git' || name.endsWith('/.git/HEAD') || name === '.git/HEAD';
  return {
    secrets: lines.filter((name) => !GIT.test(name) && isSecret(lent, name)),
    repositories: lines.filter(isOfGit).map((name) => name.replace(/\/HEAD$/u, '')),
  };
}

const GIT = /(?:^|\/)\.git(?:\/|$)/u;

const atTheTop = async (fs: HostFs, folder: AbsPath): Promise<readonly string[]> =>
  (await orNothing(fs.list(folder, guardOf(folder)), [])).map((entry) => entry.name);

const guardOf = (folder: AbsPath): PathGuard => ({ roots: [folder], allows: () => true });

/** A folder that cannot be listed runs no command either; that is said there. */
async function orNothing<T>(work: Promise<T>, nothing: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OxiosError) return nothing;
    throw error;
  }
}
