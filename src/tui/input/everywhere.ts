import type { Outcome, UiIntent } from '../intent.ts';
import { firstAsk } from '../overlays/asks.ts';
import { edit } from '../prompt/edit.ts';
import type { Overlay, ShellState } from '../state.ts';
import { workingInFront } from './in-front.ts';
import type { RouteParts } from './route-parts.ts';
import { edited, keyed } from './route-prompt.ts';

/** What an action comes to that counts wherever the focus is. */
export const everywhere = (state: ShellState, action: string, parts: RouteParts): Outcome => EVERYWHERE[action]?.(state, parts) ?? {};

export const opened = (overlay: Overlay): Outcome => ({ ui: [{ ui: 'open', overlay }] });

const onScreen = (intent: UiIntent) => (): Outcome => ({ ui: [intent] });

const EVERYWHERE: Readonly<Record<string, (state: ShellState, parts: RouteParts) => Outcome>> = {
  interrupt,
  cancel,
  exit,
  suspend: () => ({ screen: 'suspend' }),
  redraw: () => ({ screen: 'redraw' }),
  palette: (state) => (state.overlay?.is === 'palette' ? { ui: [{ ui: 'close' }] } : opened({ is: 'palette' })),
  approval: (state) => opened(firstAsk(state)),
  'next-pane': onScreen({ ui: 'focus', pane: 'next' }),
  'previous-pane': onScreen({ ui: 'focus', pane: 'previous' }),
  'focus-agents': onScreen({ ui: 'focus', pane: 'agents' }),
  'focus-chat': onScreen({ ui: 'focus', pane: 'chat' }),
  'focus-interview': onScreen({ ui: 'focus', pane: 'interview' }),
  'focus-seed': onScreen({ ui: 'focus', pane: 'seed' }),
  'focus-audit': onScreen({ ui: 'focus', pane: 'audit' }),
  layout: onScreen({ ui: 'layout', to: 'toggle' }),
  'scroll-up': onScreen({ ui: 'scroll', by: '-page' }),
  'scroll-down': onScreen({ ui: 'scroll', by: 'page' }),
};

/** A question that is closed is put off. */
function closed(overlay: Overlay): Outcome {
  const isAsk = overlay.is === 'approval' || (overlay.is === 'form' && overlay.submit.is === 'answer');
  return { ui: isAsk ? [{ ui: 'put-off' }, { ui: 'close' }] : [{ ui: 'close' }] };
}

/** Esc: what is open closes, one thing at a time; then the turn ends. What is typed and queued stays. */
function interrupt(state: ShellState): Outcome {
  const { prompt } = state;
  if (state.overlay) return closed(state.overlay);
  if (state.focus === 'prompt' && (prompt.search || prompt.completion)) return { prompt: edit(prompt, { do: 'close', keep: false }) };
  if (state.focus === 'prompt' && prompt.vim?.mode === 'insert') return { prompt: edit(prompt, { do: 'normal' }) };
  const left: Outcome = state.focus === 'prompt' ? { prompt: edit(prompt, { do: 'normal' }) } : { ui: [{ ui: 'focus', pane: 'prompt' }] };
  const working = workingInFront(state);
  return working ? { ...left, world: [{ do: 'interrupt', pid: working.pid }] } : left;
}

/** Ctrl-D: closes what is open, and leaves when nothing is typed; behind the question for a model is nothing to go back to. */
function exit(state: ShellState, parts: RouteParts): Outcome {
  const { prompt, overlay } = state;
  if (overlay?.is === 'exit') return { world: [{ do: 'exit', agents: 'keep' }] };
  if (overlay && overlay.is !== 'setup') return closed(overlay);
  if (overlay || prompt.text === '') return { world: [{ do: 'exit', agents: 'ask' }] };
  return edited(state, keyed(state, 'delete'), parts);
}

/** Milliseconds within which a second Ctrl-C leaves. */
const TWICE_MS = 2_000;

/** Ctrl-C: closes what is open, clears what is typed, interrupts; a second one with nothing in between leaves. */
function cancel(state: ShellState): Outcome {
  const { prompt, overlay, now } = state;
  // Whoever presses it again when asked wants to leave; nothing is lost, the next shell goes on with the agents.
  if (overlay?.is === 'exit') return { world: [{ do: 'exit', agents: 'keep' }] };
  if (overlay) return closed(overlay);
  if (prompt.search) return { prompt: edit(prompt, { do: 'close', keep: false }) };
  if (prompt.text !== '') return { prompt: edit(prompt, { do: 'clear' }) };
  if (prompt.cancelled !== undefined && now - prompt.cancelled <= TWICE_MS)
    return { world: [{ do: 'exit', agents: 'ask' }], prompt: { ...prompt, cancelled: undefined } };
  const working = workingInFront(state);
  const stops = working && !state.stopping.has(working.pid);
  return {
    prompt: { ...prompt, cancelled: now },
    ui: [{ ui: 'notice', tone: 'info', text: 'Ctrl-C again leaves' }],
    ...(stops ? { world: [{ do: 'interrupt', pid: working.pid }] } : {}),
  };
}
