import { shownAsk, waiting } from '../overlays/asks.ts';
import { coming, inFront, withNext } from '../overlays/coming.ts';
import type { ShellState } from '../state.ts';
import { withNow } from '../store/set.ts';
import { REAL_TIME, type Schedule, type Store } from '../store/store.ts';

export interface AttentionDeps {
  readonly store: Pick<Store, 'state' | 'set' | 'subscribe'>;
  readonly now: () => number;
  readonly schedule?: Schedule;
}

/** The time left is shown in these, milliseconds. */
const SECOND = 1000;

/** Brings what asks to the front once nobody types. A timer runs only while something waits for that. Returns the way out. */
export function createAttention({ store, now, schedule = REAL_TIME }: AttentionDeps): () => void {
  let isSoon = false;
  let isOver = false;
  let callOff: (() => void) | undefined;
  const tick = (): void => {
    store.set((state) => withNow(state, now()));
    look();
  };
  const look = (): void => {
    isSoon = false;
    callOff?.();
    callOff = undefined;
    if (isOver) return;
    store.set((state) => withNext(state, now()));
    const next = coming(store.state(), now());
    if (next.is === 'now') store.set((state) => inFront(state, next.ask, now()));
    if (next.is === 'later') callOff = schedule.later(next.ms, look);
    else if (runsOut(store.state())) callOff = schedule.later(SECOND, tick);
  };
  const unsubscribe = store.subscribe(() => {
    const { asks, overlay } = store.state();
    if (isSoon || (asks.length === 0 && overlay?.is !== 'approval')) return;
    isSoon = true;
    // Behind what is handled now: a frame that is being made is not changed under it.
    schedule.soon(look);
  });
  return () => {
    isOver = true;
    unsubscribe();
    callOff?.();
  };
}

const runsOut = (state: ShellState): boolean => state.overlay?.is === 'approval' && (shownAsk(waiting(state), state.overlay.ask)?.expires_at ?? null) !== null;
