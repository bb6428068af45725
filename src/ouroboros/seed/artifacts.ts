/** Names Windows keeps for itself, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?$/iu;
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 1024;
export const MAX_ARTIFACTS = 253;

/** What is wrong with an expected artifact; undefined when any system can have a file of that name in a workspace. */
export function artifactFault(path: string): string | undefined {
  if (/^([/\\~]|[a-z]:)/iu.test(path)) return 'is absolute';
  if (path.includes('\\')) return 'holds a backslash';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[<>:"|?*,\u0000-\u001f\u007f]/u.test(path)) return 'holds a character that not every system allows';
  const names = path.replace(/\/$/u, '').split('/');
  if (names.includes('..')) return 'leads out of the workspace';
  if (names.every((name) => name === '.' || name === '')) return 'names no file';
  if (names.some((name) => name === '')) return 'has an empty name in it';
  if (!path.includes('/') && /\s/u.test(path)) return 'reads like words, not like a path';
  if (names.some((name) => RESERVED.test(name))) return 'has a name that is reserved';
  if (names.some((name) => name !== '.' && /[. ]$/u.test(name))) return 'has a name that ends in a dot or a space';
  if (names.some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES) || Buffer.byteLength(path) > MAX_PATH_BYTES) return 'is too long';
  return undefined;
}
