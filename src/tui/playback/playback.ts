import { type BusEvent, isDurable } from '../../kernel/events.ts';
import { DEFAULT_KEYMAP } from '../input/keymap.ts';
import { createFrames } from '../screen/frame.ts';
import type { ShellState } from '../state.ts';
import { createFold } from '../store/fold.ts';
import { initialState } from '../store/reduce.ts';
import { withSession } from '../store/set.ts';
import type { Line } from '../text/line.ts';
import { flatRows } from './flat.ts';

export interface PlaybackSize {
  readonly columns: number;
  readonly rows: number;
}

/** Recorded events as the shell would have shown them. */
export interface Playback {
  /** Durable events: the places that can be looked at, from 0. */
  readonly length: number;
  /** The place of the last event whose `seq` is at most this. */
  placeOf(seq: number): number;
  /** Milliseconds from the event of this place to the next; 0 at the end. */
  pause(place: number): number;
  /** The screen right after the event of this place. */
  screen(place: number, size: PlaybackSize): readonly Line[];
}

export function createPlayback(events: readonly BusEvent[]): Playback {
  const durable = events.flatMap((event, index) => (isDurable(event) ? [{ event, index }] : []));
  let walk = begun();
  const stateAt = (place: number): ShellState => {
    const until = durable[place]?.index ?? -1;
    // Back is anew: a fold only goes on.
    if (until < walk.next - 1) walk = begun();
    for (; walk.next <= until; walk.next++) walk.fold.take(events[walk.next] as BusEvent);
    walk.state = walk.fold.into(walk.state);
    return walk.state;
  };
  return {
    length: durable.length,
    placeOf: (seq) => durable.findLastIndex(({ event }) => event.seq <= seq),
    pause: (place) => Math.max(0, (durable[place + 1]?.event.at ?? 0) - (durable[place]?.event.at ?? 0)),
    screen(place, size) {
      const state = inFront(stateAt(place));
      const now = durable[place]?.event.at ?? 0;
      return flatRows(walk.frames({ ...state, size, now }, ' '));
    },
  };
}

interface Walk {
  readonly fold: ReturnType<typeof createFold>;
  readonly frames: ReturnType<typeof createFrames>;
  state: ShellState;
  /** The first event that was not taken. */
  next: number;
}

function begun(): Walk {
  const state = initialState({ columns: 1, rows: 1, layout: 'panes', theme: 'dark', now: 0 });
  return { fold: createFold(state), frames: createFrames(DEFAULT_KEYMAP.bindings), state: { ...state, kernel: { is: 'open', own: false } }, next: 0 };
}

/** What a person would look at: the newest run, in the pane of its kind. */
function inFront(state: ShellState): ShellState {
  const newest = [...state.runs.values()].at(-1);
  if (!newest) return state;
  if (newest.kind === 'interview' || newest.kind === 'run') return { ...state, focus: newest.kind === 'interview' ? 'interview' : 'seed', selected: undefined };
  return state.session === newest.run ? state : withSession(state, newest.run);
}
