import { type BusEvent, isDurable } from '../../kernel/events.ts';
import { DEFAULT_KEYMAP } from '../input/keymap.ts';
import { createFrames } from '../screen/frame.ts';
import type { ShellState } from '../state.ts';
import { createPlay } from '../store/play.ts';
import { initialState } from '../store/reduce.ts';
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
  /** The place of the last event whose `seq` is at most this; -1: there is none. */
  placeOf(seq: number): number;
  /** Milliseconds from the event of this place to the next; 0 at the end. */
  pause(place: number): number;
  /** The screen right after the event of this place. */
  screen(place: number, size: PlaybackSize): readonly Line[];
}

export function createPlayback(events: readonly BusEvent[]): Playback {
  const durable = events.flatMap((event, index) => (isDurable(event) ? [{ event, index }] : []));
  const first = initialState({ columns: 1, rows: 1, layout: 'panes', theme: 'dark', now: 0 });
  const play = createPlay({ ...first, kernel: { is: 'open', own: false } }, events);
  const frames = createFrames(DEFAULT_KEYMAP.bindings);
  return {
    length: durable.length,
    placeOf: (seq) => durable.findLastIndex(({ event }) => event.seq <= seq),
    pause: (place) => Math.max(0, (durable[place + 1]?.event.at ?? 0) - (durable[place]?.event.at ?? 0)),
    screen(place, size) {
      const state = inFront(play.seek((durable[place]?.index ?? -1) + 1));
      return flatRows(frames({ ...state, size, now: durable[place]?.event.at ?? 0 }, ' '));
    },
  };
}

/** What a person would look at: an interview and work on a seed in their panes, all else as a conversation. */
function inFront(state: ShellState): ShellState {
  const kind = state.session && state.runs.get(state.session)?.kind;
  return kind === 'interview' || kind === 'run' ? { ...state, focus: kind === 'interview' ? 'interview' : 'seed' } : state;
}
