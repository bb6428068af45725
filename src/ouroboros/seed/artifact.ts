import { hasControl, hasSpace, isNone, PYTHON_SPACE, pythonLength, stripSpaces } from './python.ts';

/** `a.js, b.js`: a comma and white space part the entries of a list in one text. Undefined when an entry is empty or holds a control character. */
export function parseArtifactList(value: string): readonly string[] | undefined {
  if (hasControl(value)) return undefined;
  if (stripSpaces(value) === '' || isNone(value)) return [];
  const entries = value.split(DELIMITER).map(stripSpaces);
  return entries.includes('') ? undefined : entries;
}

/** What is wrong with a path, and what to write instead. */
export interface ArtifactFault {
  readonly why: string;
  readonly hint: string;
}

/** Why a path would not name the same file on every system, or undefined when it would. */
export function artifactFault(path: string): ArtifactFault | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return textFault(path) ?? placeFault(path, parts) ?? parts.map(partFault).find((fault) => fault !== undefined) ?? wholeFault(path, parts);
}

const DELIMITER = new RegExp(`,[${PYTHON_SPACE}]+`, 'u');
/** What every file system takes for one name, and POSIX promises for a path, bytes. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 255;
const MAX_PATH_CHARS = 2038;

const RENAME = 'give the file a name that every system takes';
const SHORTEN = 'name the folder it is in, or give it a shorter name';

function textFault(path: string): ArtifactFault | undefined {
  if (path === '' || hasControl(path)) return { why: 'is empty or holds a control character', hint: 'remove it, or write the path' };
  if (isNone(path)) return { why: 'is the word NONE', hint: 'write NONE alone, instead of the list' };
  if (path.includes('\\')) return { why: 'has a backslash', hint: `write '/' between folders: ${path.replaceAll('\\', '/')}` };
  if (path.includes(',')) return { why: 'has a comma', hint: `write a list: [${path.split(',').join(', ')}]` };
  return undefined;
}

function placeFault(path: string, parts: readonly string[]): ArtifactFault | undefined {
  if (parts.length === 0 && !path.startsWith('/')) return { why: 'is the workspace itself', hint: 'name what is made in it, such as dist/index.html' };
  const leadsOut = path.startsWith('/') || /^.:/u.test(path) || parts.includes('..');
  return leadsOut ? { why: 'leads outside the workspace', hint: 'write it from the top of the workspace on, such as dist/index.html' } : undefined;
}

/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\u00b9\u00b2\u00b3])$/iu;

function partFault(part: string): ArtifactFault | undefined {
  if (/[ .]$/u.test(part)) return { why: `has a name that ends with a space or a dot: ${part}`, hint: RENAME };
  if (/[<>:"|?*]/u.test(part))
    return {
      why: `has a character that Windows forbids: ${part}`,
      hint: /[*?]/u.test(part) ? 'patterns are not followed: name the files, or the folder they are in' : RENAME,
    };
  if (RESERVED.test((part.split('.', 1)[0] ?? '').replace(/ +$/u, ''))) return { why: `has a name that Windows reserves: ${part}`, hint: RENAME };
  return Buffer.byteLength(part) > MAX_NAME_BYTES ? { why: `has a name of more than ${MAX_NAME_BYTES} bytes`, hint: SHORTEN } : undefined;
}

function wholeFault(path: string, parts: readonly string[]): ArtifactFault | undefined {
  if (Buffer.byteLength(parts.join('/')) > MAX_PATH_BYTES || pythonLength(path) > MAX_PATH_CHARS)
    return { why: `is longer than ${MAX_PATH_BYTES} bytes`, hint: SHORTEN };
  const isProse = hasSpace(path) && !path.includes('/');
  return isProse ? { why: 'reads like prose', hint: `if it is a path, write './${path}'; what is to be true belongs in the description` } : undefined;
}
