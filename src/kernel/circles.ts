import { createHash } from 'node:crypto';
import { OxiosError } from './errors.ts';
import type { EventOf, KernelEvent } from './events.ts';
import type { JsonObject } from './json.ts';
import type { Part, ToolCall } from './message.ts';

/** The same calls with the same results this often in a row are a circle; calls that one may be made of. */
const TIMES = 5;
const LONGEST = 5;

/** What came of a call, as the log and the gate have it. */
export interface CallOutcome {
  readonly ok: boolean;
  readonly text: string;
  readonly details?: JsonObject;
}

/**
 * Notices an agent that goes in circles: the same calls, with the same results, again and again. Outcomes come in as calls
 * end, and are looked at in the order the model wrote the calls.
 */
export interface Circles {
  ended(call: string, outcome: CallOutcome): void;
  /** All calls of one answer have ended. Throws LOOP. */
  look(calls: readonly ToolCall[]): void;
  /** Something was said to the agent: what it did before is no circle with what it does then. */
  cut(): void;
}

/** Goes on from the past of the process. */
export function createCircles(past: readonly KernelEvent[]): Circles {
  const outcomes = new Map<string, CallOutcome>();
  let trail: string[] = [];
  let waits = 0;
  const take = (calls: readonly ToolCall[]): number | undefined => {
    let closed: number | undefined;
    for (const call of calls) {
      const outcome = outcomes.get(call.id);
      if (!outcome) continue;
      // What it waits for goes on by itself: that nothing new is there yet leads nowhere back.
      trail.push(outcome.details?.running === true ? `waits ${waits++}` : digest(call, outcome));
      trail = trail.slice(-TIMES * LONGEST);
      closed ??= circleIn(trail);
    }
    outcomes.clear();
    return closed;
  };
  const cut = (): void => {
    trail = [];
  };
  let left = replay(past, { outcomes, take, cut });
  return {
    ended: (call, outcome) => void outcomes.set(call, outcome),
    look(calls) {
      const length = take(left.calls.length > 0 ? left.calls : calls);
      if (left.told) cut();
      left = NOTHING_LEFT;
      if (length === undefined) return;
      const what = length === 1 ? `the same call of ${calls.at(-1)?.name}` : `the same ${length} calls`;
      throw new OxiosError('LOOP', `the agent went in a circle: ${what} with the same result, ${TIMES} times in a row`, {
        hint: 'see what it did: oxios logs; then say in the task what is in its way, or choose another model with --model',
      });
    },
    cut,
  };
}

/** Calls of the last answer, which are to be looked at when all have ended, and whether something was said to the agent since. */
interface Left {
  readonly calls: readonly ToolCall[];
  readonly told: boolean;
}

const NOTHING_LEFT: Left = { calls: [], told: false };

/** As it was while the process lived. */
function replay(past: readonly KernelEvent[], { outcomes, take, cut }: Replayed): Left {
  const answersOf = new Map<string, string>();
  let left = NOTHING_LEFT;
  for (const event of past) {
    if (event.type === 'tool.intended') answersOf.set(event.call, event.answers);
    else if (event.type === 'tool.finished' || event.type === 'tool.denied') outcomes.set(...outcomeOf(event, answersOf));
    else if (isWord(event)) left = { ...left, told: true };
    const calls = callsIn(event);
    if (!calls) continue;
    take(left.calls);
    if (left.told) cut();
    left = { calls, told: false };
  }
  return left;
}

/** Somebody who lets an agent go on after it was ended wants to see more of it. */
const isWord = ({ type }: KernelEvent): boolean => type === 'message.sent' || type === 'process.exited';

const callsIn = (event: KernelEvent): readonly ToolCall[] | undefined =>
  event.type === 'model.answered' && !event.purpose ? (event.parts as unknown as readonly Part[]).filter((part) => part.type === 'call') : undefined;

interface Replayed {
  readonly outcomes: Map<string, CallOutcome>;
  take(calls: readonly ToolCall[]): unknown;
  cut(): void;
}

function outcomeOf(event: EventOf<'tool.finished'> | EventOf<'tool.denied'>, answersOf: ReadonlyMap<string, string>): [string, CallOutcome] {
  if (event.type === 'tool.denied') return [event.answers, { ok: false, text: event.text }];
  const { ok, text, details } = event;
  return [answersOf.get(event.call) ?? '', { ok, text, ...(details === undefined ? {} : { details: details as JsonObject }) }];
}

/** Calls of the circle that was closed often enough by the last one; undefined: none. */
function circleIn(trail: readonly string[]): number | undefined {
  for (let length = 1; length <= LONGEST; length++) {
    const last = trail.slice(-length * TIMES);
    if (last.length === length * TIMES && last.every((one, at) => one === last[at % length])) return length;
  }
  return undefined;
}

const digest = ({ name, input, malformed = '' }: ToolCall, { ok, text }: CallOutcome): string =>
  createHash('sha256')
    .update(JSON.stringify([name, input, malformed, ok, text]))
    .digest('hex');
