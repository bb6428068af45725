import { changeConfig } from '../../drivers/config/write.ts';
import { openHome } from '../../drivers/store/home.ts';
import { CONFIG, type Config } from '../../kernel/config.ts';
import { configKeys, isConfigKey } from '../../kernel/config-keys.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { issuesOf } from '../../kernel/issues.ts';
import type { Json } from '../../kernel/json.ts';
import { nearest } from '../../kernel/text/nearest.ts';
import { configJson, readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { personasIn } from '../personas.ts';
import { table } from '../render/table.ts';
import { type Args, type Command, text } from './shared.ts';

type Home = ReturnType<typeof homePath>;
type Act = (io: Io, home: Home, args: Args<Record<string, unknown>>) => Promise<unknown>;

export const config: Command = {
  name: 'config',
  usage: 'config <action> [key] [value]',
  describe: 'Read and write config.json: get, set, unset, list; keys says what can be set',
  examples: [
    ['oxios config keys', 'every key, what it means and its default'],
    ['oxios config set model anthropic/claude-sonnet-5-5', ''],
    ['oxios config set providers.openai-compatible.base_url http://127.0.0.1:11434/v1', ''],
    ['oxios config get limits.turns', ''],
    ['oxios config unset limits.turns', 'the default holds again'],
  ],
  options: (yargs) =>
    yargs
      .positional('action', { choices: ['get', 'set', 'unset', 'list', 'keys'] as const, demandOption: true })
      .positional('key', { type: 'string', describe: 'dotted key' })
      .positional('value', { type: 'string', describe: 'JSON, or plain text' }),
  async run(args) {
    await (ACTIONS[text(args.action) ?? ''] as Act)(createIo(args), homePath(args.home), args);
    return EXIT.ok;
  },
};

const ACTIONS: Readonly<Record<string, Act>> = {
  async list(io, home) {
    io.out(JSON.stringify(masked(readConfig(home)), null, io.json ? undefined : 2));
  },
  async keys(io) {
    const keys = configKeys();
    if (io.json) return io.out(JSON.stringify(keys));
    const rows = keys.map((one) => [one.key, one.type, one.default === undefined ? '' : JSON.stringify(one.default), one.text]);
    io.out(
      table(
        [
          { head: 'KEY', whole: true },
          { head: 'TYPE', spare: 1 },
          { head: 'DEFAULT', whole: true, spare: 2 },
          { head: 'MEANING', least: 30 },
        ],
        rows,
        process.stdout.columns,
      ),
    );
  },
  async get(io, home, args) {
    const key = need(text(args.key));
    const value = at(masked(readConfig(home)), key);
    if (value === undefined) throw notSet(key);
    io.out(io.json || typeof value === 'object' ? JSON.stringify(value, null, io.json ? undefined : 2) : String(value));
  },
  async set(io, home, args) {
    const key = need(text(args.key));
    const value = text(args.value);
    if (value === undefined) throw new OxiosError('USAGE', 'the value is missing', { hint: 'such as: oxios config set model openai/gpt-5' });
    if (!isConfigKey(key)) throw new OxiosError('CONFIG_INVALID', noKey(key), { hint: HINT });
    await change(home, (before) => put(before, keysOf(key.split('.')), meant(before, key, value)));
    io.say(`set ${key}`);
    if (io.json) io.out(JSON.stringify({ key, value: at(masked(readConfig(home)), key) }));
  },
  async unset(io, home, args) {
    const key = need(text(args.key));
    await change(home, (before) => take(before, key));
    io.say(`unset ${key}`);
    if (io.json) io.out(JSON.stringify({ key, value: at(masked(readConfig(home)), key) ?? null }));
  },
};

const HINT = 'see the keys with oxios config keys';

/** Text where that fits, else JSON: an API key may consist of digits. */
function meant(before: Record<string, Json>, key: string, value: string): Json {
  const json = parsed(value);
  if (typeof json === 'string') return json;
  const tried = structuredClone(before);
  put(tried, keysOf(key.split('.')), value);
  return CONFIG.safeParse(tried).success ? value : json;
}

/** What is meant, among the keys and the groups of keys. */
function noKey(key: string): string {
  const names = configKeys().flatMap((one) => one.key.split('.').map((_, depth, words) => words.slice(0, depth + 1).join('.')));
  const close = nearest(key, [...new Set(names)]);
  return `there is no key ${key}${close === undefined ? '' : `; did you mean ${close}?`}`;
}

const notSet = (key: string): OxiosError => new OxiosError('NOT_FOUND', isConfigKey(key) ? `${key} is not set` : noKey(key), { hint: HINT });

function need(key: string | undefined): string {
  if (key === undefined || key === '') throw new OxiosError('USAGE', 'the key is missing', { hint: 'such as: oxios config get model' });
  return key;
}

/** Checked as a whole before it is written; what is wrong already can be mended this way. */
async function change(home: Home, edit: (before: Record<string, Json>) => void): Promise<void> {
  openHome(home);
  configJson(home);
  await changeConfig(home, (before) => {
    edit(before);
    const checked = CONFIG.safeParse(before);
    if (!checked.success) throw new OxiosError('CONFIG_INVALID', issuesOf(checked.error, 'the configuration'), { hint: HINT });
    personasIn(checked.data.personas);
    return before;
  });
}

function take(from: Record<string, Json>, key: string): void {
  const path = keysOf(key.split('.'));
  const holder = inside(path.slice(0, -1).reduce<Json | undefined>((one, name) => inside(one)?.[name], from));
  const last = path.at(-1) ?? '';
  if (!holder || !Object.hasOwn(holder, last)) throw notSet(key);
  delete holder[last];
}

const inside = (value: Json | undefined): Record<string, Json> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : undefined;

/** Names of models hold dots of their own: `prices` and `models` are followed by one, and one of their fields. */
function keysOf(path: readonly string[]): readonly string[] {
  const [first = '', ...rest] = path;
  if (first !== 'prices' && first !== 'models') return path;
  const isField = configKeys().some(({ key }) => key.startsWith(`${first}.`) && key.endsWith(`.${rest.at(-1)}`));
  return isField ? [first, rest.slice(0, -1).join('.'), rest.at(-1) ?? ''] : [first, rest.join('.')].filter(Boolean);
}

function put(target: Record<string, Json>, [key = '', ...rest]: readonly string[], value: Json): void {
  // As a model's name it would lead to what all objects share.
  if (key === '__proto__') throw new OxiosError('CONFIG_INVALID', `${key} is no name`, { hint: HINT });
  if (rest.length === 0) target[key] = value;
  else {
    const next = inside(target[key]) ?? {};
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

/** Keys are never shown, nor headers, which may hold one. */
function masked(all: Config): unknown {
  const hide = (value: object | undefined) => value && Object.fromEntries(Object.keys(value).map((name) => [name, '(set)']));
  const providers = Object.entries(all.providers).map(([name, one]) => [
    name,
    one && { ...one, ...(one.api_key === undefined ? {} : { api_key: '(set)' }), ...(one.headers ? { headers: hide(one.headers) } : {}) },
  ]);
  return { ...all, providers: Object.fromEntries(providers) };
}
