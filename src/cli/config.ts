import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CONFIG, type Config } from '../kernel/config.ts';
import { messageOf, OxiosError } from '../kernel/errors.ts';

/** Reads `config.json` directly; `conf` is loaded only to write it. Throws CONFIG_INVALID naming the key. */
export function readConfig(home: string): Config {
  const file = join(home, 'config.json');
  if (!existsSync(file)) return CONFIG.parse({});
  const invalid = (why: string, cause?: unknown) => new OxiosError('CONFIG_INVALID', `${file}: ${why}`, { hint: 'see the keys with oxios config list', cause });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
  const parsed = CONFIG.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(z.prettifyError(parsed.error).replaceAll('\n', ' '));
}
