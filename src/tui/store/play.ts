import { OxiosError } from '../../kernel/errors.ts';
import { type BusEvent, isDurable } from '../../kernel/events.ts';
import type { Millis } from '../../kernel/ids.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import type { ShellState } from '../state.ts';
import { createFold, type Fold } from './fold.ts';
import { withSession } from './set.ts';

/** A recorded event file, played as the shell would have shown it. Places count events from 0: at `n`, the first n were taken. */
export interface Play {
  readonly count: number;
  at(): number;
  state(): ShellState;
  /** Forward it goes on from where it is, back it begins anew. */
  seek(to: number): ShellState;
  /** Since the first event, when what is at this place was recorded; text that streamed came with what the log has before it. */
  timeOf(place: number): Millis;
  /** The place this long after the first event. */
  placeAt(ms: Millis): number;
}

/** Events as `--json` and `--events` write them, one a line. Throws USAGE with the line that is none. */
export function eventsIn(text: string, name: string): readonly BusEvent[] {
  const events = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [eventIn(line, `${name}:${at + 1}`)]));
  if (events.length > 0) return events;
  throw new OxiosError('USAGE', `${name} has no events in it`, { hint: HINT });
}

export function createPlay(initial: ShellState, events: readonly BusEvent[]): Play {
  const times = timesOf(events);
  const session = events[0]?.run;
  let fold: Fold = createFold(initial);
  let state = initial;
  let at = 0;
  return {
    count: events.length,
    at: () => at,
    state: () => state,
    seek(to) {
      const place = Math.max(0, Math.min(to, events.length));
      if (place < at) {
        fold = createFold(initial);
        state = initial;
        at = 0;
      }
      for (const event of events.slice(at, place)) fold.take(event);
      at = place;
      state = at === 0 ? initial : withSession(fold.into(state), session);
      return state;
    },
    timeOf: (place) => times[Math.max(0, Math.min(place, events.length) - 1)] ?? 0,
    placeAt: (ms) => times.findLastIndex((time) => time <= ms) + 1,
  };
}

const HINT = 'a file of events is what oxios run --events FILE and --json write';

function eventIn(line: string, place: string): BusEvent {
  const value = parsed(line, place);
  const wrong = wrongIn(value);
  if (wrong === undefined) return value as unknown as BusEvent;
  throw new OxiosError('USAGE', `${place} is no event: ${wrong}`, { hint: HINT });
}

function parsed(line: string, place: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch (error) {
    throw new OxiosError('USAGE', `${place} is not JSON`, { hint: HINT, cause: error });
  }
}

/** What an event has to have to be put in its place; what it says is read as it is. */
function wrongIn(value: Json): string | undefined {
  if (!isObject(value)) return 'it is no object';
  const lacks = (key: string, type: string): boolean => typeof value[key] !== type;
  if (lacks('type', 'string')) return 'it has no type';
  if (lacks('run', 'string') || lacks('pid', 'number')) return 'it does not say of which run and process it is';
  if ('seq' in value) return lacks('seq', 'number') || lacks('leaf', 'number') || lacks('at', 'number') ? 'it does not say where in the log it is' : undefined;
  return lacks('after', 'number') || lacks('text', 'string') ? 'it has neither a place in the log nor a text' : undefined;
}

/** When each event came, since the first; never before the one in front of it. */
function timesOf(events: readonly BusEvent[]): readonly Millis[] {
  const start = events.find(isDurable)?.at ?? 0;
  let last = 0;
  return events.map((event) => {
    if (isDurable(event)) last = Math.max(last, event.at - start);
    return last;
  });
}
