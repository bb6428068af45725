import type { Config } from '../../kernel/config.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Model, ModelFacts, Models } from '../../kernel/model.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { keyHint } from './failure.ts';
import { DEFAULT_MODELS, KNOWN_MODELS, UNKNOWN_MODEL } from './prices.ts';
import { type Candidate, createModel } from './retry.ts';
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
    const found = breakers.get(id) ?? createBreaker(now);
    breakers.set(id, found);
    return found;
  };
  const open = async (id: string): Promise<Model> => {
    if (id.startsWith('script:')) return openScript(id.slice('script:'.length));
    const ids = [id, ...config.fallback.filter((one) => one !== id)];
    const candidates = ids.map((one) => candidateOf(one, config, env, breaker(one)));
    const [first, ...others] = candidates;
    if (!first) throw new OxiosError('NO_MODEL', 'no model was named');
    await first.wire();
    return createModel([first, ...others], { idle_ms: config.idle_timeout_s * 1000, retries: config.retries });
  };
  return {
    defaultId: () => config.model ?? defaultFor(config, env),
    open(id) {
      const model = opened.get(id) ?? open(id);
      opened.set(id, model);
      return model;
    },
  };
}

function defaultFor(config: Config, env: ModelsOptions['env']): string {
  if (config.providers.anthropic?.api_key ?? env.ANTHROPIC_API_KEY ?? env.ANTHROPIC_AUTH_TOKEN) return DEFAULT_MODELS.anthropic;
  if (config.providers.openai?.api_key ?? env.OPENAI_API_KEY) return DEFAULT_MODELS.openai;
  throw new OxiosError('NO_MODEL', 'no model is configured and no key was found', {
    hint: 'set ANTHROPIC_API_KEY or OPENAI_API_KEY; or use a local server: oxios config set providers.openai-compatible.base_url http://127.0.0.1:11434/v1 and --model openai-compatible/NAME; or play a script: --model script:FILE',
  });
}

type ProviderName = 'anthropic' | 'openai' | 'openai-compatible';

function candidateOf(id: string, config: Config, env: ModelsOptions['env'], breaker: Breaker): Candidate {
  const link = linkOf(id, config, env);
  let wire: Promise<Wire> | undefined;
  return {
    facts: factsOf(id, config),
    provider: link.provider,
    secrets: [link.key],
    breaker,
    wire: () => {
      wire ??= link.provider === 'anthropic' ? anthropic(link) : openai(link);
      return wire;
    },
  };
}

const PROVIDERS: readonly string[] = ['anthropic', 'openai', 'openai-compatible'];

/** How a model is reached: its provider's key and address, from config.json first, then the environment. */
function linkOf(id: string, config: Config, env: ModelsOptions['env']): Link {
  const [provider = '', ...rest] = id.split('/');
  const name = rest.join('/');
  if (!isProvider(provider) || name === '')
    throw new OxiosError('NO_MODEL', `${id} names no model`, { hint: 'write anthropic/NAME, openai/NAME, openai-compatible/NAME or script:FILE' });
  const settings = config.providers[provider] ?? {};
  const found = provider === 'anthropic' ? anthropicEnv(env) : { key: env.OPENAI_API_KEY, base: env.OPENAI_BASE_URL };
  const link: Link = {
    provider,
    name,
    key: settings.api_key ?? found.key ?? '',
    base: settings.base_url ?? found.base,
    api: settings.api ?? 'chat',
    headers: settings.headers ?? {},
  };
  if (link.key === '' && provider !== 'openai-compatible') throw new OxiosError('NO_KEY', `there is no key for ${provider}`, { hint: keyHint(provider) });
  if (provider === 'openai-compatible' && !link.base)
    throw new OxiosError('NO_MODEL', 'the compatible server has no address', {
      hint: 'oxios config set providers.openai-compatible.base_url http://127.0.0.1:11434/v1',
    });
  return link;
}

const isProvider = (name: string): name is ProviderName => PROVIDERS.includes(name);

const anthropicEnv = (env: ModelsOptions['env']) => ({ key: env.ANTHROPIC_API_KEY ?? env.ANTHROPIC_AUTH_TOKEN, base: env.ANTHROPIC_BASE_URL });

export function factsOf(id: string, config: Config): ModelFacts {
  const known = KNOWN_MODELS[id] ?? UNKNOWN_MODEL;
  const own = config.prices[id];
  return {
    id,
    context_tokens: config.models[id]?.context_tokens ?? known.context_tokens,
    max_output: config.models[id]?.max_output ?? known.max_output,
    images: true,
    price: own ? { input: own.input, output: own.output, cache_read: own.cache_read ?? own.input, cache_write: own.cache_write ?? own.input } : known.price,
  };
}

interface Link {
  readonly provider: ProviderName;
  readonly name: string;
  readonly key: string;
  readonly base: string | undefined;
  readonly api: 'chat' | 'responses';
  readonly headers: Readonly<Record<string, string>>;
}

async function anthropic({ name, key, base, headers }: Link): Promise<Wire> {
  const [{ default: Anthropic }, { anthropicWire }] = await Promise.all([import('@anthropic-ai/sdk'), import('./anthropic.ts')]);
  return anthropicWire(new Anthropic({ apiKey: key, maxRetries: 0, defaultHeaders: headers, logLevel: 'off', ...(base ? { baseURL: base } : {}) }), name);
}

async function openai({ provider, name, key, base, api, headers }: Link): Promise<Wire> {
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({ apiKey: key || 'none', maxRetries: 0, defaultHeaders: headers, logLevel: 'off', ...(base ? { baseURL: base } : {}) });
  if (api === 'responses') return (await import('./openai-responses.ts')).responsesWire(client, name);
  return (await import('./openai-chat.ts')).chatWire(client, name, provider === 'openai-compatible');
}
