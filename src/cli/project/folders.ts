import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';

/** From the folder that holds `.git` to this one; this one alone outside a repository. */
export function foldersTo(cwd: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) return [cwd];
  }
}

/** What a project can say in one file, bytes. */
const MAX_BYTES = 1024 * 1024;

/**
 * A file of a project that decides something, undefined when there is none. It has to be a plain file of its own: a link
 * could show what stands elsewhere, a pipe could wait for ever. Throws FILE_UNREADABLE.
 */
export function readOwn(file: string, links: 'follow' | 'refuse' = 'refuse'): string | undefined {
  const wrong = (why: string, cause?: unknown) =>
    new OxiosError('FILE_UNREADABLE', `${file} ${why}`, { hint: 'mend it, or remove it', ...(cause === undefined ? {} : { cause }) });
  let fd: number | undefined;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | (links === 'refuse' ? constants.O_NOFOLLOW : 0));
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw wrong('is not a plain file');
    if (stat.size > MAX_BYTES) throw wrong(`has more than ${MAX_BYTES} bytes`);
    return readFileSync(fd, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP') throw wrong('is a link', error);
    throw faultOf(error) ?? wrong(`cannot be read: ${messageOf(error)}`, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
