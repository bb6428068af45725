import { normalize } from 'node:path';
import { isUnder } from './capability.ts';

/**
 * What a child process may know of the environment. An allow-list: no provider key, no loader variable, no
 * configuration of another program ever reaches a command an agent runs.
 */
const PASSED = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'COLORTERM', 'NO_COLOR', 'TMPDIR']);

export function scrubbed(env: Readonly<Record<string, string | undefined>>, added: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && passes(entry[0]));
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    PAGER: 'cat',
    ...added,
    OXIOS: '1',
  };
}

/** Where programs are looked for: never in a folder that agents write, nor in one that depends on where a command runs. */
export function pathOutside(path: string | undefined, workspace: string): string | undefined {
  const folders = path?.split(':').filter((folder) => folder.startsWith('/') && !isUnder(normalize(folder), workspace));
  return folders?.join(':') || undefined;
}

const passes = (name: string): boolean => PASSED.has(name) || name.startsWith('LC_');
