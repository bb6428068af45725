import type { Outcome } from '../intent.ts';
import { answerForm } from '../overlays/form-act.ts';
import type { ShellState } from '../state.ts';
import { type Asking, askingIn, chosenIn, interviewInFront } from './interview-state.ts';

/** What a key comes to in the Interview pane; undefined: it means nothing there. `nth`: which of the action's keys it was, from 0. */
export function actOnInterview(action: string, state: ShellState, nth = 0): Outcome | undefined {
  const run = interviewInFront(state);
  const interview = run && state.interviews.get(run);
  if (!run || !interview) return undefined;
  const asking = askingIn(state, run, interview);
  if (asking) return toAsking(asking, action, state.scroll.interview.at, nth);
  if (action !== 'open') return undefined;
  return interview.is === 'seeded' ? { ui: [{ ui: 'focus', pane: 'seed' }] } : undefined;
}

/** Words that an interview knows, by the key that says them. */
const WORDS: Readonly<Record<string, string>> = { later: 'later', back: 'back', force: 'force', auto: 'auto', stop: 'quit' };

function toAsking(asking: Asking, action: string, at: number, nth: number): Outcome | undefined {
  const { ask, is, options } = asking;
  if (action === 'up' || action === 'down') return moved(at, options.length, action);
  if (action === 'write') return { ui: [{ ui: 'open', overlay: answerForm(ask, is === 'question') }] };
  const reply = action === 'open' ? options[chosenIn(asking, at)]?.reply : action === 'choose' ? options[nth]?.reply : wordFor(action, is);
  if (reply === undefined) return undefined;
  return { ui: at === 0 ? [] : [{ ui: 'move', by: -at }], world: [{ do: 'answer', ask: ask.ask, reply: { verdict: 'text', text: reply } }] };
}

/** Whether it is to be written is answered with yes, no, or in words. */
const wordFor = (action: string, is: Asking['is']): string | undefined => (is === 'question' || action === 'stop' ? WORDS[action] : undefined);

/** From the last one on to the first, and back. */
const moved = (at: number, count: number, action: 'up' | 'down'): Outcome => {
  const to = count === 0 ? 0 : (at + (action === 'up' ? count - 1 : 1)) % count;
  return { ui: [{ ui: 'move', by: to - at }] };
};
