import type { Outcome } from '../intent.ts';
import type { SetupChoice } from '../ports.ts';
import type { Overlay, ShellState } from '../state.ts';
import { type Line, line, span } from '../text/line.ts';
import { flow } from './flow.ts';
import { firstField, setupForm } from './form-act.ts';
import { hints, type Size, sheetRows, type View } from './sheet.ts';

type SetupOverlay = Extract<Overlay, { readonly is: 'setup' }>;
type SetupView = View & { readonly overlay: SetupOverlay };

/** First use: one way to get a model. It is looked at before anything is stored. */
export function setupRows(view: SetupView, size: Size): readonly Line[] {
  const { overlay, keymap } = view;
  const chosen = chosenIn(overlay, view.state);
  const ways = WAYS.map(({ name, does }, at) => [
    line(span(at === chosen ? '> ' : '  ', 'accent'), span(name, at === chosen ? 'select' : 'strong')),
    ...flow(does, size.width, { tone: 'dim', indent: 4 }),
  ]);
  const intro = flow('Agents need a model. Choose how to get one; it is tried before anything is stored.', size.width);
  const body = [...intro, [], ...ways.flat(), [], ...told(overlay, size.width)];
  const row = overlay.tried ? body.length - 1 : intro.length + 1 + ways.slice(0, chosen).flat().length;
  return sheetRows({ title: line(span('Welcome to Oxios', 'title')), body, foot: hints(keymap, 'setup', actionsOf(overlay), size.width), at: { row } }, size);
}

export function actOnSetup(overlay: SetupOverlay, action: string, state: ShellState): Outcome | undefined {
  const { at } = state.scroll.overlay;
  const last = WAYS.length - 1;
  if (action === 'down') return { ui: [{ ui: 'move', by: at >= last ? -at : 1 }] };
  if (action === 'up') return { ui: [{ ui: 'move', by: at <= 0 ? last : -1 }] };
  if (action !== 'take' || isBusy(overlay)) return undefined;
  const way = WAYS[chosenIn(overlay, state)] ?? DEMO;
  // What was typed before is there again, to be mended.
  const choice = overlay.tried?.is === way.choice.is ? overlay.tried : way.choice;
  if (choice.is === 'demo') return { ui: [{ ui: 'open', overlay: { is: 'setup', tried: choice } }], world: [{ do: 'setup', choice }] };
  return { ui: [{ ui: 'open', overlay: setupForm(choice, firstField(choice)) }] };
}

interface Way {
  readonly choice: SetupChoice;
  readonly name: string;
  readonly does: string;
}

const DEMO: Way = { choice: { is: 'demo' }, name: 'Demo', does: 'A scripted model, to look around. No key, nothing leaves this machine.' };

/** Nothing stands here that does not work yet: files of local models are run by a server of their own, which the second way reaches. */
const WAYS: readonly Way[] = [
  { choice: { is: 'anthropic', key: '' }, name: 'Anthropic', does: 'With a key of your own. It is stored where only you can read it.' },
  {
    choice: { is: 'openai-compatible', base_url: '', key: '', model: '' },
    name: 'OpenAI-compatible',
    does: 'Any server that speaks it, by its address: also Ollama, llama.cpp or vLLM on this machine.',
  },
  DEMO,
];

/** Begins at what was tried last. */
const chosenIn = ({ tried }: SetupOverlay, { scroll }: ShellState): number => {
  const first = Math.max(
    0,
    WAYS.findIndex(({ choice }) => choice.is === tried?.is),
  );
  return (first + scroll.overlay.at) % WAYS.length;
};

const isBusy = ({ tried, wrong }: SetupOverlay): boolean => tried !== undefined && wrong === undefined;

function actionsOf(overlay: SetupOverlay): Readonly<Record<string, string>> {
  if (isBusy(overlay)) return { interrupt: 'leave it' };
  return { up: 'up', down: 'down', take: overlay.wrong === undefined ? 'take it' : 'try again', interrupt: 'later' };
}

function told({ tried, wrong }: SetupOverlay, width: number): readonly Line[] {
  if (wrong !== undefined) return flow(wrong, width, { tone: 'bad' });
  return tried === undefined ? [] : flow('Checking…', width, { tone: 'accent' });
}
