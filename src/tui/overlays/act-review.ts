import type { Intent, Outcome, UiIntent } from '../intent.ts';
import type { ShellState } from '../state.ts';
import { type Change, canReject, changesIn, type ReviewOverlay } from './review.ts';
import { overlaySize } from './scrolled.ts';

/** What a key comes to in a review. */
export function actOnReview(overlay: ReviewOverlay, action: string, state: ShellState): Outcome | undefined {
  const changes = changesIn(state, overlay);
  const at = Math.max(0, Math.min(state.scroll.overlay.at, changes.length - 1));
  if (changes.length === 0) return undefined;
  const page = Math.max(1, overlaySize(state).height - AROUND);
  const moved = {
    up: to(at - 1, state, changes),
    down: to(at + 1, state, changes),
    'scroll-down': within(page),
    'scroll-up': within(-page),
    'wheel-down': within(WHEEL),
    'wheel-up': within(-WHEEL),
  }[action];
  if (moved) return { ui: moved };
  if (!canReject(state, overlay.run)) return undefined;
  return action === 'apply' ? applied(overlay, changes) : marked({ overlay, changes, at, state }, action);
}

/** Title, keys and the head of the hunk. */
const AROUND = 4;
/** Rows that the wheel goes at a time. */
const WHEEL = 3;

/** Another hunk is looked at from its beginning. */
function to(place: number, state: ShellState, changes: readonly Change[]): readonly UiIntent[] {
  const next = Math.max(0, Math.min(changes.length - 1, place));
  return [
    { ui: 'move', by: next - state.scroll.overlay.at },
    { ui: 'scroll', by: 'end' },
  ];
}

/** Further down in a long hunk: its beginning is what is scrolled from. */
const within = (by: number): readonly UiIntent[] => [{ ui: 'scroll', by: -by }];

interface Marking {
  readonly overlay: ReviewOverlay;
  readonly changes: readonly Change[];
  readonly at: number;
  readonly state: ShellState;
}

/** This hunk, or all from here on; the next one comes up. */
function marked({ overlay, changes, at, state }: Marking, action: string): Outcome | undefined {
  const all = action.endsWith('-all');
  const keeps = { keep: true, 'keep-all': true, reject: false, 'reject-all': false }[action];
  if (keeps === undefined) return undefined;
  const ids = changes.slice(at, all ? undefined : at + 1).map(({ id }) => id);
  const others = (overlay.rejected ?? []).filter((one) => !ids.includes(one));
  const rejected = keeps ? others : [...others, ...ids];
  return { ui: [{ ui: 'change', overlay: { ...overlay, rejected } }, ...(all ? [] : to(at + 1, state, changes))] };
}

/** What was done last is put back first; all of a file at once. */
function applied({ run, rejected = [] }: ReviewOverlay, changes: readonly Change[]): Outcome {
  const unwanted = changes.filter(({ id }) => rejected.includes(id)).toReversed();
  const world = [...Map.groupBy(unwanted, ({ path }) => path)].map(([path, of]): Intent => {
    const calls = [...Map.groupBy(of, ({ call }) => call)];
    return { do: 'reject', run, path, changes: calls.map(([call, all]) => ({ call, hunks: all.map(({ nth }) => nth).toReversed() })) };
  });
  if (world.length === 0) return { ui: [{ ui: 'close' }, { ui: 'notice', tone: 'info', text: 'everything is kept' }] };
  return { ui: [{ ui: 'close' }], world };
}
