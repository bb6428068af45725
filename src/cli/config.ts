import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG, type Config } from '../kernel/config.ts';
import { errnoOf, messageOf, OxiosError } from '../kernel/errors.ts';
import { issuesOf } from '../kernel/issues.ts';
import { knownSecrets } from './secrets.ts';

/** Reads `config.json` directly; `conf` is loaded only to write it. Throws CONFIG_INVALID naming the key. */
export function readConfig(home: string): Config {
  const parsed = CONFIG.safeParse(configJson(home));
  if (parsed.success) return parsed.data;
  throw invalid(home, issuesOf(parsed.error, 'the configuration'), 'see the keys with oxios config keys; take one out with oxios config unset KEY');
}

/** What is in the file, `{}` when there is none. Throws CONFIG_INVALID when it is no JSON or cannot be read. */
export function configJson(home: string): unknown {
  try {
    return JSON.parse(readFileSync(fileIn(home), 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return {};
    throw invalid(home, withoutExcerpt(messageOf(error)), 'mend it with an editor, or remove it', error);
  }
}

/** What stands beside the mistake may be a part of a key. */
const withoutExcerpt = (message: string): string => message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/su, ' in the JSON');

const fileIn = (home: string): string => join(home, 'config.json');

const invalid = (home: string, why: string, hint: string, cause?: unknown): OxiosError =>
  new OxiosError('CONFIG_INVALID', `${fileIn(home)}: ${knownSecrets(home).text(why)}`, { hint, cause });
