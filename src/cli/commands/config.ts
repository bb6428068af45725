import { z } from 'zod';
import { changeConfig } from '../../drivers/config/write.ts';
import { openHome } from '../../drivers/store/home.ts';
import { CONFIG, type Config } from '../../kernel/config.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { type Command, text } from './shared.ts';

export const config: Command = {
  name: 'config',
  usage: 'config <action> [key] [value]',
  describe: 'Read and write config.json: get, set, unset, list',
  examples: [
    ['oxios config set model anthropic/claude-sonnet-5-5', ''],
    ['oxios config set providers.openai-compatible.base_url http://127.0.0.1:11434/v1', ''],
    ['oxios config get limits.turns', ''],
    ['oxios config unset limits.turns', 'the default holds again'],
  ],
  options: (yargs) =>
    yargs
      .positional('action', { choices: ['get', 'set', 'unset', 'list'] as const, demandOption: true })
      .positional('key', { type: 'string', describe: 'dotted key' })
      .positional('value', { type: 'string', describe: 'JSON, or plain text' }),
  async run(args) {
    const io = createIo(args);
    const home = homePath(args.home);
    const key = text(args.key);
    if (args.action === 'set') {
      await set(home, key, text(args.value));
      io.say(`set ${key}`);
      return EXIT.ok;
    }
    if (args.action === 'unset') {
      await unset(home, need(key));
      io.say(`unset ${key}`);
      return EXIT.ok;
    }
    const shown = masked(readConfig(home));
    const value = args.action === 'get' ? at(shown, need(key)) : shown;
    if (value === undefined) throw new OxiosError('NOT_FOUND', `${key} is not set`, { hint: 'see what is: oxios config list' });
    io.out(io.json || typeof value === 'object' ? JSON.stringify(value, null, io.json ? undefined : 2) : String(value));
    return EXIT.ok;
  },
};

function need(key: string | undefined): string {
  if (key === undefined || key === '') throw new OxiosError('USAGE', 'the key is missing', { hint: 'such as: oxios config get model' });
  return key;
}

async function set(home: ReturnType<typeof homePath>, key: string | undefined, value: string | undefined): Promise<void> {
  if (value === undefined) throw new OxiosError('USAGE', 'the value is missing', { hint: 'such as: oxios config set model openai/gpt-5' });
  const path = need(key).split('.');
  openHome(home);
  readConfig(home);
  await changeConfig(home, (before) => {
    put(before, keysOf(path), parsed(value));
    const checked = CONFIG.safeParse(before);
    if (!checked.success)
      throw new OxiosError('CONFIG_INVALID', z.prettifyError(checked.error).replaceAll('\n', ' '), { hint: 'see the keys with oxios config list' });
    return before;
  });
}

async function unset(home: ReturnType<typeof homePath>, key: string): Promise<void> {
  openHome(home);
  readConfig(home);
  await changeConfig(home, (before) => {
    const path = keysOf(key.split('.'));
    const holder = path.slice(0, -1).reduce<Json | undefined>((one, name) => inside(one)?.[name], before);
    const last = path.at(-1) ?? '';
    const found = inside(holder);
    if (!found || !Object.hasOwn(found, last)) throw new OxiosError('NOT_FOUND', `${key} is not set`, { hint: 'see what is: oxios config list' });
    delete found[last];
    return before;
  });
}

const inside = (value: Json | undefined): Record<string, Json> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : undefined;

/** Model ids hold dots of their own: `prices` and `models` are followed by one key. */
const keysOf = (path: readonly string[]): readonly string[] => {
  const [first, ...rest] = path;
  if (first !== 'prices' && first !== 'models') return path;
  const last = rest.at(-1) ?? '';
  const isField = ['input', 'output', 'cache_read', 'cache_write', 'context_tokens', 'max_output', 'images', 'thinking'].includes(last);
  return isField ? [first, rest.slice(0, -1).join('.'), last] : [first, rest.join('.')].filter(Boolean);
};

function put(target: Record<string, Json>, [key = '', ...rest]: readonly string[], value: Json): void {
  if (['__proto__', 'constructor', 'prototype'].includes(key)) throw new OxiosError('USAGE', `${key} is no key`);
  if (rest.length === 0) target[key] = value;
  else {
    const inner = target[key];
    const next = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Record<string, Json>) : {};
    target[key] = next;
    put(next, rest, value);
  }
}

function parsed(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

const at = (value: unknown, key: string): unknown =>
  keysOf(key.split('.')).reduce<unknown>((one, name) => (typeof one === 'object' && one !== null ? (one as Record<string, unknown>)[name] : undefined), value);

/** Keys are never shown. */
function masked(all: Config): unknown {
  const providers = Object.fromEntries(
    Object.entries(all.providers).map(([name, one]) => [name, one?.api_key === undefined ? one : { ...one, api_key: '(set)' }]),
  );
  return { ...all, providers };
}
