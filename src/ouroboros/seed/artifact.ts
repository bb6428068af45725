import { hasControl, hasSpace, isNone, PYTHON_SPACE, pythonLength, stripSpaces } from './python.ts';

/** `a.js, b.js`: a comma and white space part the entries of a list in one text. Undefined when an entry is empty or holds a control character. */
export function parseArtifactList(value: string): readonly string[] | undefined {
  if (hasControl(value)) return undefined;
  if (stripSpaces(value) === '' || isNone(value)) return [];
  const entries = value.split(DELIMITER).map(stripSpaces);
  return entries.includes('') ? undefined : entries;
}

/** Why a path would not name the same file on every system, or undefined when it would. */
export function artifactFault(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return textFault(path) ?? placeFault(path, parts) ?? parts.map(partFault).find((fault) => fault !== undefined) ?? wholeFault(path, parts);
}

const DELIMITER = new RegExp(`,[${PYTHON_SPACE}]+`, 'u');
/** What every file system takes for one name, and POSIX promises for a path, bytes. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 255;
const MAX_PATH_CHARS = 2038;

function textFault(path: string): string | undefined {
  if (path === '' || hasControl(path)) return 'is empty or holds a control character';
  if (isNone(path)) return 'is the word NONE; write it alone, instead of the list';
  if (path.includes('\\')) return "has a backslash; write '/' between folders";
  if (path.includes(',')) return 'has a comma; several paths are a list, or one text with a comma and a space between them';
  return undefined;
}

function placeFault(path: string, parts: readonly string[]): string | undefined {
  if (parts.length === 0 && !path.startsWith('/')) return 'is the workspace itself';
  return path.startsWith('/') || /^.:/u.test(path) || parts.includes('..') ? 'leads outside the workspace' : undefined;
}

/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\u00b9\u00b2\u00b3])$/iu;

function partFault(part: string): string | undefined {
  if (/[ .]$/u.test(part)) return `has a name that ends with a space or a dot: ${part}`;
  if (/[<>:"|?*]/u.test(part)) return `has a character that Windows forbids: ${part}`;
  if (RESERVED.test((part.split('.', 1)[0] ?? '').replace(/ +$/u, ''))) return `has a name that Windows reserves: ${part}`;
  return Buffer.byteLength(part) > MAX_NAME_BYTES ? `has a name of more than ${MAX_NAME_BYTES} bytes` : undefined;
}

function wholeFault(path: string, parts: readonly string[]): string | undefined {
  if (Buffer.byteLength(parts.join('/')) > MAX_PATH_BYTES || pythonLength(path) > MAX_PATH_CHARS) return `is longer than ${MAX_PATH_BYTES} bytes`;
  return hasSpace(path) && !path.includes('/') ? `reads like prose; a path with spaces starts with ./` : undefined;
}
