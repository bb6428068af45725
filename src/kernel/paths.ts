import { isAbsolute, normalize } from 'node:path';
import { OxiosError } from './errors.ts';
import type { AbsPath } from './ids.ts';

/** Linux's PATH_MAX and NAME_MAX, bytes. */
const MAX_PATH = 4096;
const MAX_NAME = 255;

/** The absolute form of a path as written: relative to `cwd`, `~` is the user's home. Lexical only. Throws PATH_INVALID. */
export function absoluteIn(path: string, cwd: string, userHome: string): AbsPath {
  const refuse = (why: string): never => {
    throw new OxiosError('PATH_INVALID', `path ${JSON.stringify(path.slice(0, 80))} ${why}`, { hint: 'give a path below the working directory' });
  };
  if (path === '') return refuse('is empty');
  if (path.includes('\0')) return refuse('holds a NUL byte');
  if (/^\\(?:\\|\?\?\\)/u.test(path)) return refuse('is a Windows device or network path');
  const full = stripSlash(normalize(writtenIn(path, cwd, userHome)));
  if (Buffer.byteLength(full) > MAX_PATH) return refuse(`is longer than ${MAX_PATH} bytes`);
  if (full.split('/').some((name) => Buffer.byteLength(name) > MAX_NAME)) return refuse(`has a name longer than ${MAX_NAME} bytes`);
  return full as AbsPath;
}

/** The same with its `..` as they were written: behind a link they lead up from its target. */
export function writtenIn(path: string, cwd: string, userHome: string): AbsPath {
  const expanded = path === '~' || path.startsWith('~/') ? userHome + path.slice(1) : path;
  return stripSlash(isAbsolute(expanded) ? expanded : `${cwd}/${expanded}`) as AbsPath;
}

const stripSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
