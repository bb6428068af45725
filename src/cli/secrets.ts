import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../kernel/errors.ts';
import { isObject } from '../kernel/json.ts';
import type { Secret } from '../kernel/text/needles.ts';
import { createRedactor, type Redactor } from '../kernel/text/redact.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Of `config.json`, as far as secrets are in it. */
interface Settings {
  readonly providers: Readonly<
    Record<string, { readonly api_key?: string | undefined; readonly headers?: Readonly<Record<string, string>> | undefined } | undefined>
  >;
}

/**
 * Values nobody may see, by what they are for: keys and secret headers of providers, from the configuration and the
 * environment, passwords of proxies, and whatever else the environment of this process calls a key, token, secret or
 * password.
 */
export function secretsIn({ providers }: Settings, env: Env): readonly Secret[] {
  const configured = Object.entries(providers).flatMap(([provider, settings]) => [
    ...named(`${provider} key`, settings?.api_key),
    ...Object.entries(settings?.headers ?? {}).flatMap(([header, value]) => (SECRET_HEADER.test(header) ? named(`${provider} header`, value) : [])),
  ]);
  const known = Object.entries(PROVIDER_KEYS).flatMap(([name, variable]) => variable.flatMap((one) => named(name, env[one])));
  const proxies = PROXIES.flatMap((variable) => [variable, variable.toLowerCase()]).flatMap((variable) => named('proxy password', passwordIn(env[variable])));
  const others = Object.entries(env).flatMap(([variable, value]) => (SECRET_VARIABLE.test(variable) && isToken(value) ? named('environment', value) : []));
  return [...configured, ...known, ...proxies, ...others];
}

/** What this process knows of secrets, also where the configuration is broken. Reads no schema: an error is told without loading one. */
export function knownSecrets(home: string, env: Env = process.env): Redactor {
  return createRedactor(secretsIn(providersIn(home), env));
}

function providersIn(home: string): Settings {
  let text = '';
  try {
    text = readFileSync(join(home, 'config.json'), 'utf8');
    const config: unknown = JSON.parse(text);
    return { providers: isObject(config) && isObject(config.providers) ? (config.providers as Settings['providers']) : {} };
  } catch (error) {
    if (errnoOf(error) === undefined && !(error instanceof SyntaxError)) throw error;
    const keys = [...text.matchAll(/"api_key"\s*:\s*"([^"\n]+)/gu)].map(([, key = '']) => key);
    return { providers: Object.fromEntries(keys.map((api_key, at) => [`${at}`, { api_key }])) };
  }
}

const PROVIDER_KEYS: Readonly<Record<string, readonly string[]>> = {
  'anthropic key': ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  'openai key': ['OPENAI_API_KEY'],
};
const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
const SECRET_HEADER = /auth|key|token|secret|cookie|password/iu;
const SECRET_VARIABLE = /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/iu;

/** What servers that want no key are commonly given; it stands in ordinary text. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['lm-studio', 'not-needed', 'no-key-required', 'sk-no-key-required', 'dummy-key', 'placeholder']);

/** A scheme in front of a token belongs to no secret. */
function named(name: string, value: unknown): readonly Secret[] {
  const secret = typeof value === 'string' ? value.replace(/^(?:Bearer|Basic|Token)\s+/iu, '').trim() : undefined;
  return secret === undefined || PLACEHOLDERS.has(secret) ? [] : [{ name, value: secret }];
}

/** Not a path, a number or a word that happens to be called a key. */
const isToken = (value: string | undefined): boolean => value !== undefined && /^[^/~\s]\S{11,}$/u.test(value) && /\d/u.test(value) && /[a-z]/iu.test(value);

function passwordIn(address: string | undefined): string | undefined {
  const password = address !== undefined && URL.canParse(address) ? new URL(address).password : '';
  try {
    return decodeURIComponent(password);
  } catch (error) {
    if (error instanceof URIError) return password;
    throw error;
  }
}
