import { messageOf } from '../../kernel/errors.ts';
import { Failure } from './wire.ts';

/** What providers say when a conversation is too long. */
const TOO_LONG = /context.{0,20}(length|window)|maximum context|too many tokens|prompt is too long|exceeds? the (maximum|limit)|input length/iu;

interface HttpError {
  readonly status?: number;
  readonly headers?: Headers;
  readonly cause?: unknown;
}

/** Sorts whatever a provider's library threw: whether another try may help, and what to tell. */
export function failureOf(error: unknown, secrets: readonly string[], provider: string): Failure {
  if (error instanceof Failure) return error;
  const { status, headers } = error as HttpError;
  const message = secrets.filter(Boolean).reduce((text, secret) => text.replaceAll(secret, '[key]'), messageOf(error));
  if (status === undefined) return connection(error, message);
  if (status === 401 || status === 403)
    return new Failure('AUTH', `${provider} refused the credentials (${status})`, { retry: false, hint: keyHint(provider) });
  if (status === 413 || (status === 400 && TOO_LONG.test(message)))
    return new Failure('CONTEXT_FULL', `the conversation does not fit: ${message}`, { retry: false });
  if (status === 408 || status === 409 || status === 429 || status >= 500)
    return new Failure('PROVIDER_UNAVAILABLE', `${provider} answered ${status}: ${message}`, { retry: true, wait_ms: retryAfter(headers) });
  return new Failure('PROVIDER', `${provider} answered ${status}: ${message}`, {
    retry: false,
    hint: status === 404 ? 'check the name of the model: oxios models list' : 'check the model and the base URL: oxios config list',
  });
}

export const keyHint = (provider: string): string =>
  provider === 'anthropic'
    ? 'set ANTHROPIC_API_KEY, or: oxios config set providers.anthropic.api_key KEY'
    : `set OPENAI_API_KEY, or: oxios config set providers.${provider}.api_key KEY`;

function connection(error: unknown, message: string): Failure {
  const text = `${message} ${messageOf((error as HttpError).cause ?? '')}`;
  const refused = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/u.test(`${text} ${causes(error)}`);
  return new Failure(
    'PROVIDER_UNAVAILABLE',
    refused ? `the provider cannot be reached: ${innermost(error)}` : `the connection to the provider broke: ${innermost(error)}`,
    {
      retry: true,
      hint: refused ? 'check the network and the base URL: oxios config list' : 'try again in a while',
    },
  );
}

function causes(error: unknown): string {
  const chain: string[] = [];
  for (let one = error, depth = 0; one instanceof Error && depth < 6; one = one.cause, depth++) chain.push('code' in one ? String(one.code) : '', one.message);
  return chain.join(' ');
}

function innermost(error: unknown): string {
  let one = error;
  for (let depth = 0; one instanceof Error && one.cause instanceof Error && depth < 6; depth++) one = one.cause;
  return messageOf(one) || (one instanceof Error && 'code' in one ? String(one.code) : 'no reason given');
}

/** Seconds, a date, or OpenAI's milliseconds. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = headers?.get('retry-after-ms');
  if (ms && Number.isFinite(Number(ms))) return Number(ms);
  const after = headers?.get('retry-after');
  if (!after) return undefined;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
