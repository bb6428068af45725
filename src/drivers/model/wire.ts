import type { ErrorCode } from '../../kernel/error-codes.ts';
import type { Json } from '../../kernel/json.ts';
import { isObject } from '../../kernel/json.ts';
import type { Part } from '../../kernel/message.ts';
import type { ModelRequest, StopReason, Usage } from '../../kernel/model.ts';
import type { SseEvent } from './sse.ts';

/** A provider's way of speaking: how a request is sent, and how its answer is read. */
export interface Wire {
  /** Sends the request; rejects with whatever the provider's library throws. */
  open(request: ModelRequest, signal: AbortSignal): Promise<Response>;
  decoder(): Decoder;
}

/** Reads one answer. `take` throws Failure for what the provider reports inside the stream. */
export interface Decoder {
  take(event: SseEvent, out: Deltas): void;
  /** Throws Failure when the answer is not complete. */
  end(): Answer;
  /** Tokens counted so far. */
  usage(): Usage;
}

export interface Deltas {
  text: string;
  thinking: string;
}

export interface Answer {
  readonly stop: StopReason;
  readonly parts: readonly Part[];
}

/** An attempt that failed; whether another may help. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly retry: boolean;
  /** What the provider asked to wait, milliseconds. */
  readonly wait_ms: number | undefined;
  readonly hint: string | undefined;
  constructor(code: ErrorCode, message: string, options: { retry: boolean; wait_ms?: number | undefined; hint?: string }) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.retry = options.retry;
    this.wait_ms = options.wait_ms;
    this.hint = options.hint;
  }
}

export const cutOff = (): Failure => new Failure('PROVIDER_UNAVAILABLE', 'the answer was cut off before its end', { retry: true });

/** JSON of an event; broken JSON is the provider's fault. */
export function parse(data: string): Record<string, unknown> {
  try {
    return JSON.parse(data) as Record<string, unknown>;
  } catch (error) {
    throw new Failure('PROVIDER_PROTOCOL', `the provider sent broken JSON: ${data.slice(0, 80)}`, { retry: true, ...(error instanceof Error ? {} : {}) });
  }
}

/** A call from the text of its arguments: anything but one JSON object is malformed, and never quietly `{}`. */
export function callPart(id: string, name: string, text: string): Part {
  if (text.trim() === '') return { type: 'call', id, name, input: {} };
  try {
    const input = JSON.parse(text) as Json;
    if (isObject(input)) return { type: 'call', id, name, input };
  } catch {
    return { type: 'call', id, name, input: null, malformed: text };
  }
  return { type: 'call', id, name, input: null, malformed: text };
}

/** An answer cut at its length limit keeps no call whose arguments are unfinished. */
export const finished = (stop: StopReason, parts: readonly Part[]): Answer => ({
  stop,
  parts: stop === 'length' ? parts.filter((part) => part.type !== 'call' || part.malformed === undefined) : parts,
});
