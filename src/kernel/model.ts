import type { ErrorCode } from './error-codes.ts';
import type { Millis } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Message, Part } from './message.ts';

/** Tokens of one request as the provider counted them; the three input figures do not overlap. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly schema: JsonObject;
}

export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
  /** Upper bound for the answer, tokens; the budget may have lowered it. */
  readonly max_output: number;
  readonly thinking?: 'off' | 'low' | 'medium' | 'high';
  /** Stable id of the conversation, for prompt caches and for the scripted model's choice of lines. */
  readonly session: string;
  /** Counts the requests of this conversation from 0. */
  readonly number: number;
  /** Answers this conversation has had before, also those compacted away: a scripted model's place in its script. */
  readonly answered: number;
  /** Free labels a scripted model can match on, e.g. `{agent: 'worker', criterion: 'ac1'}`. */
  readonly labels?: Readonly<Record<string, string>>;
}

export type StopReason = 'end' | 'tools' | 'length' | 'refusal';

/** What ends every stream. An error answer carries what had arrived until then in `parts` (never a partial call). */
export type ModelDone =
  | {
      readonly type: 'done';
      readonly ok: true;
      readonly stop: StopReason;
      readonly parts: readonly Part[];
      readonly usage: Usage;
      /** Dollars, null when the price of the model is unknown. */
      readonly cost_usd: number | null;
      /** The model that answered: a fallback may stand in. */
      readonly model: string;
      readonly ms: Millis;
    }
  | {
      readonly type: 'done';
      readonly ok: false;
      readonly code: ErrorCode | 'ABORTED';
      readonly message: string;
      readonly hint?: string;
      readonly parts: readonly Part[];
      readonly usage: Usage;
      readonly cost_usd: number | null;
      readonly model: string;
      readonly ms: Millis;
    };

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  /** A call's arguments are arriving; only for showing progress. */
  | { readonly type: 'calling'; readonly name: string; readonly bytes: number }
  /** An attempt failed and another follows, on this model or the next of the fallback list. Earlier deltas are void. */
  | {
      readonly type: 'retry';
      readonly attempt: number;
      readonly wait_ms: Millis;
      readonly code: ErrorCode;
      readonly message: string;
      /** The model that failed, and the one that is asked next. */
      readonly model: string;
      readonly next_model: string;
      /** The provider is asked too often. */
      readonly limited?: true;
      /** What the failed attempt used all the same. */
      readonly usage: Usage;
      readonly cost_usd: number | null;
    }
  | ModelDone;

export interface ModelFacts {
  /** `provider/model`. */
  readonly id: string;
  readonly context_tokens: number;
  readonly max_output: number;
  readonly images: boolean;
  /** null when unknown. */
  readonly price: Price | null;
}

/** Dollars per million tokens. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
}

export interface Price extends Rates {
  /** Other rates for the whole of a request with more input than this, tokens. */
  readonly long?: Rates & { readonly above: number };
}

export const ratesFor = (price: Price, input: number): Rates => (price.long && input > price.long.above ? price.long : price);

export interface Model {
  readonly facts: ModelFacts;
  /** Never throws, ends with exactly one `done`; aborting closes the socket and ends with code ABORTED. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** Opens models by id (`anthropic/x`, `openai/x`, `openai-compatible/x`, `script:FILE`); throws OxiosError NO_MODEL, NO_KEY, SCRIPT_INVALID. */
export interface Models {
  /** The model used when nothing is said; throws NO_MODEL with the ways to get one. */
  defaultId(): string;
  /** Another model for a second opinion on the work of this one; the same where there is none. */
  secondId(id: string, wanted?: string): string;
  /** Models that vote on the work of `id` where the opinion of `second` does not do; never empty. */
  ballotIds(id: string, second: string): readonly string[];
  open(id: string): Promise<Model>;
}

export const NO_USAGE: Usage = { input: 0, output: 0, cache_read: 0, cache_write: 0 };

export const totalTokens = (usage: Usage): number => usage.input + usage.output + usage.cache_read + usage.cache_write;

export const addUsage = (a: Usage, b: Usage): Usage => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cache_read: a.cache_read + b.cache_read,
  cache_write: a.cache_write + b.cache_write,
});
