import type { AskId } from '../../kernel/ids.ts';
import type { Scope } from '../../kernel/kernel-types.ts';
import { KEYS } from '../input/keys.ts';
import type { Intent, Outcome, UiIntent } from '../intent.ts';
import type { Overlay, ShellAsk, ShellState } from '../state.ts';
import { plainText } from '../text/line.ts';
import { actOnReview } from './act-review.ts';
import { bodyOf } from './approval.ts';
import { shownAsk, waiting } from './asks.ts';
import { detailOf } from './detail.ts';
import { answerForm } from './form-act.ts';
import { helpBody } from './help.ts';
import { isSeen } from './painted.ts';
import { foundIn } from './palette.ts';
import { moveIn, overlaySize, scrollIn } from './scrolled.ts';
import { actOnSessions } from './sessions.ts';
import { actOnSetup } from './setup.ts';
import { themeNames } from './theme-names.ts';

/** What a key comes to in what lies over the panes; undefined: it means nothing there. `nth`: which of the action's keys it was, from 0. */
export function actIn(overlay: Overlay, action: string, state: ShellState, nth = 0): Outcome | undefined {
  if (action === 'interrupt') return { ui: [CLOSE] };
  const act = ACTS[overlay.is] as Act<Overlay> | undefined;
  return act?.({ overlay, action, nth, state });
}

/** What is typed where a list is searched; undefined: nothing is typed there. */
export function typeIn(overlay: Overlay, change: { readonly text: string } | 'backspace', state: ShellState): Outcome | undefined {
  if (overlay.is !== 'palette') return undefined;
  const { filter, at } = state.scroll.overlay;
  const text =
    change === 'backspace'
      ? [...characters.segment(filter)]
          .slice(0, -1)
          .map((one) => one.segment)
          .join('')
      : filter + change.text.replace(/\s+/gu, ' ');
  return {
    ui: [
      { ui: 'filter', text },
      { ui: 'move', by: -at },
    ],
  };
}

const characters = new Intl.Segmenter();

interface Acting<O extends Overlay> {
  readonly overlay: O;
  readonly action: string;
  readonly nth: number;
  readonly state: ShellState;
}
type Act<O extends Overlay> = (acting: Acting<O>) => Outcome | undefined;
type Kind<K extends Overlay['is']> = Extract<Overlay, { readonly is: K }>;

const CLOSE: UiIntent = { ui: 'close' };

const ACTS: { readonly [K in Overlay['is']]?: Act<Kind<K>> } = {
  approval,
  palette,
  help: ({ action, state }) => scrollIn(action, state, helpBody({ state, keymap: KEYS }, overlaySize(state).width).length, 2),
  sessions: ({ action, state }) => actOnSessions(action, state),
  setup: ({ overlay, action, state }) => actOnSetup(overlay, action, state),
  review: ({ overlay, action, state }) => actOnReview(overlay, action, state),
  detail: ({ overlay, action, state }) => {
    const { title, body } = detailOf(overlay.of, state, overlaySize(state).width);
    if (action === 'page') return { world: [{ do: 'page', title, text: body.map(plainText).join('\n') }] };
    return scrollIn(action, state, body.length, 2);
  },
  exit: ({ action }) => {
    if (action === 'keep' || action === 'stop') return { ui: [CLOSE], world: [{ do: 'exit', agents: action }] };
    return undefined;
  },
};

const SCOPES: Readonly<Record<string, Scope>> = { 'allow-once': 'once', 'allow-run': 'run', 'allow-rule': 'rule' };

/** What only counts for what was on the screen before the key came. */
const ANSWERS: ReadonlySet<string> = new Set([...Object.keys(SCOPES), 'deny', 'choose', 'write']);

function approval({ overlay, action, nth, state }: Acting<Kind<'approval'>>): Outcome | undefined {
  const asks = waiting(state);
  const ask = shownAsk(asks, overlay.ask);
  // Gone meanwhile: what comes in its place was not seen yet.
  if (!ask) return undefined;
  if (action === 'next' || action === 'previous') return { ui: [turned(asks, ask, action === 'next' ? 1 : -1)] };
  if (ANSWERS.has(action) && !isSeen(state, ask.ask, overlay)) return undefined;
  if (action === 'deny') return answered(asks, ask, { verdict: 'deny', scope: 'once' });
  const own = ask.kind === 'question' ? toQuestion(asks, ask, action, nth) : toApproval(asks, ask, action);
  return own ?? scrollIn(action, state, bodyOf(ask, overlaySize(state).width).length, APPROVAL_AROUND);
}

function toApproval(asks: readonly ShellAsk[], ask: ShellAsk, action: string): Outcome | undefined {
  const scope = SCOPES[action];
  return scope === undefined ? undefined : answered(asks, ask, { verdict: 'allow', scope });
}

function toQuestion(asks: readonly ShellAsk[], ask: ShellAsk, action: string, nth: number): Outcome | undefined {
  if (action === 'write') return { ui: [{ ui: 'open', overlay: answerForm(ask, false) }] };
  const option = action === 'choose' ? ask.options[nth] : undefined;
  return option === undefined ? undefined : answered(asks, ask, { verdict: 'text', text: option });
}

/** Title, and keys in up to two rows. */
const APPROVAL_AROUND = 3;

const turned = (asks: readonly ShellAsk[], ask: ShellAsk, by: number): UiIntent => ({
  ui: 'open',
  overlay: { is: 'approval', ask: asks[(asks.indexOf(ask) + by + asks.length) % asks.length]?.ask ?? ask.ask },
});

/** The next one that waits comes up by itself. */
function answered(asks: readonly ShellAsk[], ask: ShellAsk, reply: Extract<Intent, { do: 'answer' }>['reply']): Outcome {
  const next = asks[asks.indexOf(ask) + 1] ?? asks.find((one) => one !== ask);
  return {
    ui: [next ? { ui: 'open', overlay: { is: 'approval', ask: next.ask, came: 'next' } } : CLOSE],
    world: [{ do: 'answer', ask: ask.ask as AskId, reply }],
  };
}

function palette({ overlay, action, state }: Acting<Kind<'palette'>>): Outcome | undefined {
  const found = foundIn({ state, keymap: [], models: overlay.models }, themeNames(state));
  const { at } = state.scroll.overlay;
  if (action !== 'take') return moveIn(action, at, Math.max(1, found.length), PAGE);
  const outcome = found[Math.min(at, found.length - 1)]?.entry.outcome;
  return outcome ? { ...outcome, ui: [CLOSE, ...(outcome.ui ?? [])] } : { ui: [CLOSE] };
}

/** Rows of a list that a page key goes. */
const PAGE = 10;
