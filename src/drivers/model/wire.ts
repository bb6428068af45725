import type { Json } from '../../kernel/json.ts';
import { isObject } from '../../kernel/json.ts';
import type { Part } from '../../kernel/message.ts';
import type { ModelRequest, StopReason, Usage } from '../../kernel/model.ts';
import { excerpt, Failure } from './failure.ts';
import type { SseEvent } from './sse.ts';

/** A provider's way of speaking: how a request is sent, and how its answer is read. */
export interface Wire {
  /** Sends the request; rejects with whatever the provider's library throws. */
  open(request: ModelRequest, signal: AbortSignal): Promise<Response>;
  decoder(): Decoder;
}

/** Reads one answer. `take` throws Failure or Reported for what the provider says inside the stream. */
export interface Decoder {
  take(event: SseEvent, out: Deltas): void;
  /** Whether all that belongs to the answer is there; the stream may end now. */
  complete(): boolean;
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

export const cutOff = (): Failure => new Failure('PROVIDER_UNAVAILABLE', 'the answer was cut off before its end', { retry: true });

/** The object of an event. Broken JSON is the provider's fault, or that of the connection when the event itself was cut. */
export function parse({ data, whole }: SseEvent): object {
  try {
    const value: unknown = JSON.parse(data);
    if (isObject(value as Json)) return value as object;
  } catch {
    if (!whole) throw cutOff();
  }
  throw new Failure('PROVIDER_PROTOCOL', `the provider sent an event that is not its own format: ${excerpt(data.slice(0, 80))}`, { retry: true });
}

/** A call as it was streamed. */
export interface RawCall {
  readonly id: string;
  readonly name: string;
  /** The text of the arguments. */
  readonly text: string;
}

/**
 * Reads the calls of one answer, one after the other: arguments that are anything but one JSON object are malformed,
 * and never quietly `{}`. An answer cut at its length limit keeps no call that may be unfinished, a refusal none at all.
 */
export function callReader(stop: StopReason): (call: RawCall) => readonly Part[] {
  const ids = new Set<string>();
  return ({ id: given, name, text }) => {
    const input = argumentsIn(text);
    if (stop === 'refusal' || (stop === 'length' && (input === undefined || text.trim() === ''))) return [];
    const id = given === '' || ids.has(given) ? `${given || 'call'}_${ids.size}` : given;
    ids.add(id);
    return [input === undefined ? { type: 'call', id, name, input: null, malformed: text } : { type: 'call', id, name, input }];
  };
}

/** A call without arguments is streamed as no text at all. */
function argumentsIn(text: string): Json | undefined {
  if (text.trim() === '') return {};
  try {
    const input = JSON.parse(text) as Json;
    return isObject(input) ? input : undefined;
  } catch {
    return undefined;
  }
}

/** A count of tokens, whatever stands there. */
export const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0);

/** Messages and tools never change, and are sent again with every turn: what a provider wants of each is made once. */
export function once<T extends object, R>(make: (one: T) => R): (one: T) => R {
  const made = new WeakMap<T, { readonly it: R }>();
  return (one) => {
    const known = made.get(one) ?? { it: make(one) };
    made.set(one, known);
    return known.it;
  };
}

/** A body for the providers' libraries. As text they would hold it in V8's heap until the answer comes, for a thousand agents a thousand times. */
export const asBytes = (body: object, signal: AbortSignal) => ({
  signal,
  body: Buffer.from(JSON.stringify(body)),
  headers: { 'content-type': 'application/json' },
});
