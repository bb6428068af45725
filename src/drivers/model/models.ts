import type { Config, ProviderSettings } from '../../kernel/config.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Model, ModelFacts, Models } from '../../kernel/model.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { keyHint } from './failure.ts';
import { createFetch, type Fetch } from './http.ts';
import { DEFAULT_MODELS, KNOWN_MODELS, UNKNOWN_MODEL } from './prices.ts';
import { proxyOf } from './proxy.ts';
import { type Candidate, createModel, type Patience } from './retry.ts';
import { openScript } from './script.ts';
import type { Wire } from './wire.ts';

export interface ModelsOptions {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now?: () => number;
}

/** Models by id. SDKs are loaded when the first model of theirs is opened. */
export function createModels({ config, env, now = Date.now }: ModelsOptions): Models {
  const opened = new Map<string, Promise<Model>>();
  const breakers = new Map<string, Breaker>();
  const breaker = (id: string): Breaker => {
    const found = breakers.get(id) ?? createBreaker({ pause_ms: config.breaker_pause_s * 1000, now });
    breakers.set(id, found);
    return found;
  };
  const reach: Reach = { config, env, fetch: createFetch(proxyOf(env)) };
  const open = async (id: string): Promise<Model> => {
    if (id.startsWith('script:')) return openScript(id.slice('script:'.length));
    const others = [...new Set(config.fallback)].filter((one) => one !== id);
    const first = candidateOf(linkOf(id, reach), config, breaker(id));
    await first.wire();
    const model = createModel([first, ...others.map((one) => fallbackOf(one, reach, breaker(one)))], patienceOf(config));
    const thinking = config.models[id]?.thinking ?? config.thinking;
    return thinking === undefined ? model : { ...model, stream: (request, signal) => model.stream({ thinking, ...request }, signal) };
  };
  return {
    defaultId: () => config.model ?? defaultFor(config, env),
    secondId(id, wanted) {
      // A script asks nobody: what it plays needs no key and costs nothing.
      if (id.startsWith('script:')) return id;
      return wanted ?? config.judge ?? config.fallback.find((one) => one !== id && isReachable(one, reach)) ?? id;
    },
    ballotIds(id, second) {
      if (id.startsWith('script:')) return [id];
      if (config.ballots.length > 0) return [...new Set(config.ballots)];
      const others = config.fallback.filter((one) => one !== id && isReachable(one, reach));
      return [...new Set([second, ...others])];
    },
    open(id) {
      const model = opened.get(id) ?? open(id);
      opened.set(id, model);
      return model;
    },
  };
}

function defaultFor(config: Config, env: ModelsOptions['env']): string {
  if (config.providers.anthropic?.api_key || env.ANTHROPIC_API_KEY || env.ANTHROPIC_AUTH_TOKEN) return DEFAULT_MODELS.anthropic;
  if (config.providers.openai?.api_key || env.OPENAI_API_KEY) return DEFAULT_MODELS.openai;
  throw new OxiosError('NO_MODEL', 'no model is configured and no key was found', { hint: NO_DEFAULT });
}

/** The three ways to get a model. */
export const NO_DEFAULT =
  'set ANTHROPIC_API_KEY or OPENAI_API_KEY; or use a local server: oxios config set providers.openai-compatible.base_url http://127.0.0.1:11434/v1 and --model openai-compatible/NAME; or play a script: --model script:FILE';

/** What every model of a kernel shares. */
interface Reach extends Pick<ModelsOptions, 'config' | 'env'> {
  readonly fetch: Fetch;
}

type ProviderName = 'anthropic' | 'openai' | 'openai-compatible';

const patienceOf = (config: Config): Patience => ({ idle_ms: config.idle_timeout_s * 1000, retries: config.retries });

function candidateOf(link: Link, config: Config, breaker: Breaker): Candidate {
  let wire: Promise<Wire> | undefined;
  return {
    facts: factsOf(link.id, config),
    provider: link.provider,
    secrets: [link.key, ...Object.values(link.headers)],
    breaker,
    wire: () => {
      wire ??= link.provider === 'anthropic' ? anthropic(link) : openai(link);
      return wire;
    },
  };
}

/** A fallback that cannot be asked hurts nobody until its turn comes; then it says what it lacks. */
function fallbackOf(id: string, reach: Reach, breaker: Breaker): Candidate {
  const { config } = reach;
  try {
    return candidateOf(linkOf(id, reach), config, breaker);
  } catch (error) {
    return { facts: factsOf(id, config), provider: id, secrets: [], breaker, wire: () => Promise.reject(error) };
  }
}

function isReachable(id: string, reach: Reach): boolean {
  try {
    return linkOf(id, reach).id === id;
  } catch (error) {
    if (error instanceof OxiosError) return false;
    throw error;
  }
}

const PROVIDERS: readonly string[] = ['anthropic', 'openai', 'openai-compatible'];

/** How a model is reached: its provider's key and address, from config.json first, then the environment. */
function linkOf(id: string, { config, env, fetch }: Reach): Link {
  const [provider = '', ...rest] = id.split('/');
  const name = rest.join('/');
  if (!isProvider(provider) || name === '')
    throw new OxiosError('NO_MODEL', `${id} names no model`, { hint: 'write anthropic/NAME, openai/NAME, openai-compatible/NAME or script:FILE' });
  const settings: ProviderSettings = config.providers[provider] ?? {};
  const found = fromEnv(provider, settings.base_url, env);
  const link: Link = {
    id,
    provider,
    name,
    key: settings.api_key ?? found.key ?? '',
    base: settings.base_url ?? found.base,
    api: settings.api ?? 'chat',
    headers: settings.headers ?? {},
    fetch,
  };
  if (link.key === '' && provider !== 'openai-compatible') throw new OxiosError('NO_KEY', `there is no key for ${provider}`, { hint: keyHint(provider) });
  if (provider === 'openai-compatible' && !link.base)
    throw new OxiosError('NO_MODEL', 'the compatible server has no address', {
      hint: 'oxios config set providers.openai-compatible.base_url http://127.0.0.1:11434/v1',
    });
  return link;
}

/** A key for OpenAI goes to no other server, unless the environment names that server too. */
function fromEnv(provider: ProviderName, configured: string | undefined, env: ModelsOptions['env']): { key: string | undefined; base: string | undefined } {
  if (provider === 'anthropic') return { key: env.ANTHROPIC_API_KEY || env.ANTHROPIC_AUTH_TOKEN, base: env.ANTHROPIC_BASE_URL };
  const key = provider === 'openai-compatible' && configured !== undefined ? undefined : env.OPENAI_API_KEY;
  return { key, base: env.OPENAI_BASE_URL };
}

const isProvider = (name: string): name is ProviderName => PROVIDERS.includes(name);

export function factsOf(id: string, config: Config): ModelFacts {
  const known = KNOWN_MODELS[id] ?? KNOWN_MODELS[undated(id)] ?? UNKNOWN_MODEL;
  const own = config.prices[id];
  const { context_tokens = known.context_tokens, max_output, images = true } = config.models[id] ?? {};
  return {
    id,
    context_tokens,
    // Nobody who sets a small window means an answer that fills it.
    max_output: max_output ?? Math.min(known.max_output, Math.ceil(context_tokens / 4)),
    images,
    price: own ? { input: own.input, output: own.output, cache_read: own.cache_read ?? own.input, cache_write: own.cache_write ?? own.input } : known.price,
  };
}

/** Providers serve a model under its name and under that of a day. */
const undated = (id: string): string => id.replace(/-(\d{8}|\d{4}-\d\d-\d\d)$/u, '');

interface Link {
  readonly id: string;
  readonly provider: ProviderName;
  readonly name: string;
  readonly key: string;
  readonly base: string | undefined;
  readonly api: 'chat' | 'responses';
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

async function anthropic(link: Link): Promise<Wire> {
  const [{ default: Anthropic }, { anthropicWire }] = await Promise.all([import('@anthropic-ai/sdk'), import('./anthropic.ts')]);
  return anthropicWire(new Anthropic(clientOptions(link)), link.name);
}

async function openai(link: Link): Promise<Wire> {
  const { provider, name, key, api, headers } = link;
  const { default: OpenAI } = await import('openai');
  // A server that wants no key gets none.
  const anonymous = key === '' ? { authorization: null } : {};
  const client = new OpenAI({ ...clientOptions(link), apiKey: key || 'none', defaultHeaders: { ...anonymous, ...headers } });
  if (api === 'responses') return (await import('./openai-responses.ts')).responsesWire(client, name);
  return (await import('./openai-chat.ts')).chatWire(client, name, provider === 'openai-compatible');
}

/** Oxios tries again itself, and says itself what went wrong. */
const clientOptions = ({ key, base, headers, fetch }: Link) => ({
  apiKey: key,
  maxRetries: 0,
  defaultHeaders: headers,
  logLevel: 'off' as const,
  fetch,
  ...(base ? { baseURL: base } : {}),
});
