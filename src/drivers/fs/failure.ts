import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { PathGuard } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { MAX_HOPS } from './spot.ts';

/** `asked` is the path of the call, `reached` where the walk got to. */
export function denied(asked: string, reached: string, guard: PathGuard): OxiosError {
  const lead = asked === reached ? asked : `${asked} leads to ${reached}, which`;
  return new OxiosError('PATH_DENIED', `${lead} is outside what was granted`, {
    hint: guard.roots.length === 0 ? 'nothing is granted here' : `granted here: ${guard.roots.join(', ')}`,
  });
}

export const linkLoop = (asked: string, hops: number): OxiosError =>
  new OxiosError('PATH_DENIED', `${asked} passes more than ${hops} links`, { hint: 'name the file itself instead of a link' });

export const notRegular = (path: string, kind: string): OxiosError =>
  new OxiosError('PATH_INVALID', `${path} is ${kind}, not a regular file`, {
    hint: kind === 'a directory' ? 'list it with ls, or name a file in it' : 'only regular files can be read and written',
  });

export const throughFile = (asked: string, cause: unknown): OxiosError =>
  new OxiosError('PATH_INVALID', `${asked} leads through a file as if it were a directory`, { hint: 'list its folder with ls', cause });

/** `where` is how the system reaches the folder that should hold `name`; undefined when it cannot be listed. */
export function missing(asked: string, folder: string, name: string, near: { where: string; guard: PathGuard }): OxiosError {
  const names = nearNames(near.where, name).filter((one) => near.guard.allows(join(folder, one) as AbsPath));
  return new OxiosError('FILE_MISSING', `${asked} does not exist: ${folder} has no "${name}"`, {
    hint: names.length > 0 ? `near names there: ${names.join(', ')}` : `list ${folder} to see what is there`,
  });
}

/** Turns an error of the operating system into ours. */
export function failure(asked: string, error: unknown): OxiosError {
  if (error instanceof OxiosError) return error;
  const code = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new OxiosError('DISK_FULL', `no space to write ${asked}`, { hint: 'free some space and try again', cause: error });
  }
  if (code === 'ENAMETOOLONG') return new OxiosError('PATH_INVALID', `${asked} has a name that is too long`, { cause: error });
  if (code === 'ENOENT') return new OxiosError('FILE_MISSING', `${asked} does not exist`, { cause: error });
  if (code === 'ENOTDIR') return throughFile(asked, error);
  if (code === 'ELOOP') return linkLoop(asked, MAX_HOPS);
  const known = code === undefined ? undefined : MEANINGS[code];
  return new OxiosError('IO', `${asked}: ${known ?? messageOf(error)}`, { hint: 'check the permissions of the path', cause: error });
}

const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  EIO: 'the disk reported an error',
};

/** A hint is of use when short; a folder of more entries is not compared. */
const MAX_NEAR = 5;
const MAX_COMPARED = 2_000;

function nearNames(where: string, name: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(where);
  } catch (error) {
    if (errnoOf(error) !== undefined) return [];
    throw error;
  }
  return names
    .slice(0, MAX_COMPARED)
    .map((one) => ({ one, far: distance(one.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, MAX_NEAR)
    .map(({ one }) => one);
}

/** Levenshtein distance; a name that holds the other counts as one step away. */
function distance(a: string, b: string): number {
  if (a.length > 3 && b.length > 3 && (a.includes(b) || b.includes(a))) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(at(row, j - 1) + Number(a[i - 1] !== b[j - 1]), at(row, j) + 1, at(next, j - 1) + 1));
    row = next;
  }
  return row[b.length] ?? 0;
}

const at = (row: readonly number[], index: number): number => row[index] ?? 0;
