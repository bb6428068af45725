import type { ErrorCode } from '../../kernel/error-codes.ts';
import { messageOf, OxiosError } from '../../kernel/errors.ts';

export interface Prospects {
  /** Whether another try may help. */
  readonly retry: boolean;
  /** What the provider asked to wait, milliseconds. */
  readonly wait_ms?: number | undefined;
  readonly hint?: string | undefined;
  /** What it says about the provider's health; omitted: down when another try may help, else nothing. */
  readonly says?: 'down' | 'up' | 'nothing';
  /** `absent`: nobody listens there. `blocked`: the model was not asked, it failed too often. `thoughts`: it does not take its earlier thoughts back. `limited`: it is asked too often. */
  readonly kind?: 'absent' | 'blocked' | 'thoughts' | 'limited';
}

/** An attempt that failed, in words for a person. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly prospects: Prospects;
  constructor(code: ErrorCode, message: string, prospects: Prospects) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.prospects = prospects;
  }
}

/** An error that the provider reports inside its stream, sorted like one it answers with. */
export class Reported extends Error {
  readonly status: number;
  readonly code: string;
  constructor(kind: string | number | null | undefined, message: string | undefined) {
    super(message || 'the provider reported an error in the stream');
    this.name = 'Reported';
    this.code = String(kind ?? '');
    this.status = /^[45]\d\d$/u.test(this.code) ? Number(this.code) : (STATUSES[this.code] ?? 500);
  }
}

/** The status that goes with what providers call their errors; anything else may pass. */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_prompt: 400,
  context_length_exceeded: 400,
  authentication_error: 401,
  invalid_api_key: 401,
  billing_error: 402,
  insufficient_quota: 402,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
};

/** What a library of a provider throws for an answer that is an error. */
interface HttpError {
  readonly status?: number;
  readonly headers?: Headers;
  readonly code?: unknown;
  readonly type?: unknown;
  /** Anthropic's words without the JSON around them. */
  readonly apiMessage?: string | null;
}

/** Sorts whatever was thrown: whether another try may help, and what to tell. No secret is in it. */
export function failureOf(error: unknown, secrets: readonly string[], provider: string): Failure {
  const { code, message, prospects } = sorted(error, provider);
  const safe = secrets.filter(Boolean).reduce((text, secret) => text.replaceAll(secret, '[key]'), message);
  return new Failure(code, excerpt(safe), { ...prospects, hint: prospects.hint ?? LATER });
}

/** The longest part of a provider's words that is passed on, characters. */
const MAX_WORDS = 400;

/** One line, not too long. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}...` : line;
}

function sorted(error: unknown, provider: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof OxiosError) return new Failure(error.code, error.detail, { retry: false, hint: error.hint });
  const { status } = error as HttpError;
  if (status === undefined) return connection(error);
  return refused(error as HttpError, status, { provider, words: wordsOf(error, status) });
}

/** The libraries write the status in front. */
const wordsOf = (error: unknown, status: number): string =>
  (error as HttpError).apiMessage ?? messageOf(error).replace(new RegExp(`^${status} (status code )?`, 'u'), '');

/** What providers say when a conversation is too long. */
const TOO_LONG =
  /context.{0,20}(length|window|size|limit)|maximum context|too many tokens|prompt is too long|exceeds? the maximum (number of tokens|input|allowed tokens)|input length/iu;

/** Anthropic's words for a thought that another model had, or that followed another conversation. */
const FOREIGN_THOUGHT = /thinking.{0,80}(signature|bound)|(signature|bound).{0,80}thinking/iu;

interface Refusal {
  readonly provider: string;
  readonly words: string;
}

function refused(error: HttpError, status: number, { provider, words }: Refusal): Failure {
  const said = `${provider} answered ${status}: ${words}`;
  const final = (code: ErrorCode, message: string, hint?: string) => new Failure(code, message, { retry: false, hint, says: 'up' });
  if (status === 401 || status === 403) return final('AUTH', `${provider} refused the credentials (${status}): ${words}`, checkHint(provider));
  if (isTooLong(error, status, words))
    return final('CONTEXT_FULL', `the conversation does not fit: ${words}`, 'set the window of the model: oxios config set models.ID.context_tokens N');
  if (status === 402 || error.code === 'insufficient_quota')
    return final('PROVIDER', said, 'check the balance of the account, or choose another model with --model');
  if (status === 429 || status === 408 || status === 409 || status >= 500)
    return new Failure('PROVIDER_UNAVAILABLE', said, {
      retry: true,
      wait_ms: retryAfter(error.headers),
      ...(status === 429 ? LIMITED : { says: 'down' }),
      hint: LATER,
    });
  if (status === 404) return final('PROVIDER', said, 'check the name of the model and the base URL: oxios models list');
  const hint = 'check the model and the base URL: oxios config list';
  return status === 400 && FOREIGN_THOUGHT.test(words)
    ? new Failure('PROVIDER', said, { retry: true, kind: 'thoughts', wait_ms: 0, says: 'up', hint })
    : final('PROVIDER', said, hint);
}

const LIMITED = { says: 'up', kind: 'limited' } as const;

const isTooLong = ({ code }: HttpError, status: number, words: string): boolean =>
  status === 413 || (status === 400 && (TOO_LONG.test(words) || code === 'context_length_exceeded'));

const LATER = 'try again in a while, name another model with --model, or give a list: oxios config set fallback';

const keyName = (provider: string): string => (provider === 'anthropic' ? 'ANTHROPIC_API_KEY' : 'OPENAI_API_KEY');

const checkHint = (provider: string): string => `check the key, in ${keyName(provider)} or in config.json: oxios config set providers.${provider}.api_key KEY`;

export const keyHint = (provider: string): string => `set ${keyName(provider)}, or: oxios config set providers.${provider}.api_key KEY`;

function connection(error: unknown): Failure {
  const absent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/u.test(chain(error).join(' '));
  const why = innermost(error);
  if (absent)
    return new Failure('PROVIDER_UNAVAILABLE', `the provider cannot be reached: ${why}`, {
      retry: true,
      kind: 'absent',
      hint: 'check the network and the base URL: oxios config list',
    });
  return new Failure('PROVIDER_UNAVAILABLE', `the connection to the provider broke: ${why}`, { retry: true, hint: LATER });
}

/** Codes and messages of an error and its causes. */
function chain(error: unknown): readonly string[] {
  const said: string[] = [];
  for (let one = error, depth = 0; one instanceof Error && depth < 6; one = one.cause, depth++) said.push('code' in one ? String(one.code) : '', one.message);
  return said;
}

function innermost(error: unknown): string {
  let one = error;
  for (let depth = 0; one instanceof Error && one.cause instanceof Error && depth < 6; depth++) one = one.cause;
  return messageOf(one) || (one instanceof Error && 'code' in one ? String(one.code) : 'no reason given');
}

/** Seconds, a date, or OpenAI's milliseconds; anything else is no wish. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const wishes = [Number(headers?.get('retry-after-ms') || Number.NaN), Number(headers?.get('retry-after') || Number.NaN) * 1000];
  const ms = wishes.find((one) => Number.isFinite(one)) ?? Date.parse(headers?.get('retry-after') ?? '') - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
