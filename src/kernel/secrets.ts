import { join } from 'node:path';
import { decide } from './decide.ts';
import { OxiosError } from './errors.ts';
import type { HostFs, PathGuard } from './host.ts';
import type { AbsPath } from './ids.ts';
import type { Lent } from './lent.ts';
import type { Run } from './run.ts';

/** More mounts than this do not arrive at the sandbox in one piece; the files nearest to the top come first. */
const MAX_SECRETS = 256;
/** A larger working directory is searched in part only. */
const MAX_FILES = 200_000;

/** Files below the folder that need a grant of their own: a sandboxed command does not see them without it. */
export async function secretsFrom(lent: Lent, folder: AbsPath): Promise<readonly AbsPath[]> {
  const { authority, host, proc } = lent;
  // In a disposable copy a file is what it is in the working directory.
  const isClosed = (name: string): boolean => decide(authority, [{ on: 'fs', right: 'read', under: join(proc.cwd, name) as AbsPath }]).verdict !== 'allow';
  const names = new Set([...(await atTheTop(host.fs, folder)).filter((name) => isSecret(lent, name)), ...(await below(lent))]);
  return [...names]
    .filter(isClosed)
    .slice(0, MAX_SECRETS)
    .map((name) => join(folder, name) as AbsPath);
}

const isSecret = ({ authority, proc }: Lent, name: string): boolean => authority.protection.readable(join(proc.cwd, name) as AbsPath) !== undefined;

/** Looked for once a run: nobody but the user makes new ones in it. The top is looked at each time. */
const found = new WeakMap<Run, Map<AbsPath, Promise<readonly string[]>>>();

function below(lent: Lent): Promise<readonly string[]> {
  const { run, cwd } = lent.proc;
  const known = found.get(run) ?? new Map<AbsPath, Promise<readonly string[]>>();
  found.set(run, known);
  const names = known.get(cwd) ?? search(lent);
  known.set(cwd, names);
  return names;
}

async function search(lent: Lent): Promise<readonly string[]> {
  const { host, proc } = lent;
  const request = { under: proc.cwd, hidden: true, ignored: true, max_results: MAX_FILES };
  const depth = (path: string): number => path.split('/').length;
  const { lines } = await orNothing(host.fs.find(request, guardOf(proc.cwd), new AbortController().signal), { lines: [], truncated: false });
  return lines.filter((name) => isSecret(lent, name)).sort((a, b) => depth(a) - depth(b));
}

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
