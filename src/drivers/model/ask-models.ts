import { z } from 'zod';
import { OxiosError } from '../../kernel/errors.ts';
import { failureOf } from './failure.ts';
import { createFetch } from './http.ts';
import { proxyOf } from './proxy.ts';

export interface AskedProvider {
  readonly provider: 'anthropic' | 'openai-compatible';
  readonly settings: { readonly api_key?: string; readonly base_url?: string };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Providers answer this at once; one that does not is not there. Milliseconds. */
const PATIENCE_MS = 15_000;

/** The models a provider says it has, asked with this key at this address. Throws AUTH, PROVIDER, PROVIDER_UNAVAILABLE, PROVIDER_PROTOCOL. */
export async function askModels({ provider, settings, env }: AskedProvider): Promise<readonly string[]> {
  const { api_key: key = '' } = settings;
  try {
    const answer = await createFetch(proxyOf(env))(urlOf(provider, settings.base_url, env), {
      headers: provider === 'anthropic' ? { 'x-api-key': key, 'anthropic-version': ANTHROPIC_VERSION } : key === '' ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(wordsIn(text)), { status: answer.status });
    return LIST.parse(JSON.parse(text)).data.map((one) => one.id);
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      throw new OxiosError('PROVIDER_PROTOCOL', 'what answers there is no provider of models', {
        hint: 'check the address: it commonly ends in /v1',
        cause: error,
      });
    const { code, message, prospects } = failureOf(error, [key], provider);
    throw new OxiosError(code, message, { ...(prospects.hint === undefined ? {} : { hint: prospects.hint }), cause: error });
  }
}

const ANTHROPIC_VERSION = '2023-06-01';

const LIST = z.object({ data: z.array(z.object({ id: z.string() })) });

function urlOf(provider: AskedProvider['provider'], base: string | undefined, env: AskedProvider['env']): string {
  const root = provider === 'anthropic' ? `${base ?? (env.ANTHROPIC_BASE_URL || 'https://api.anthropic.com')}/v1` : (base ?? '');
  const url = `${root.replace(/\/+$/u, '')}/models`;
  if (URL.canParse(url) && /^https?:/u.test(url)) return url;
  throw new OxiosError('PROVIDER', `${base ?? ''} is no address`, { hint: 'write it whole, such as http://127.0.0.1:11434/v1' });
}

/** What the provider says of an error, without the JSON around it. */
function wordsIn(text: string): string {
  try {
    return ERROR.parse(JSON.parse(text)).error.message;
  } catch {
    return text;
  }
}

const ERROR = z.object({ error: z.object({ message: z.string() }) });
