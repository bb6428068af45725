import type { InputEvent } from '../input/event.ts';
import type { Binding } from '../input/keys.ts';
import { plainKey } from '../input/named-key.ts';
import { shownAsk, waiting } from '../overlays/asks.ts';
import { held } from '../overlays/coming.ts';
import type { ShellAsk, ShellState } from '../state.ts';

/** What a whole line comes to: what stands in the prompt then, and the events behind it. `isEntered`: it is what is entered into the form that these open. */
export interface Meant {
  readonly prompt?: string;
  readonly events: readonly InputEvent[];
  readonly isEntered?: true;
}

/**
 * Over what is open a line is its keys; else it is what is said. What an agent asks is answered only by a line that is
 * nothing but one of the keys, or its word; anything else is an answer in one's own words to a question, and beside an
 * approval it is said, and what asks waits.
 */
export function meantBy(line: string, state: ShellState, keymap: readonly Binding[]): Meant {
  const { overlay } = state;
  const said: readonly InputEvent[] = line === '' ? [ENTER] : [typed(line), ENTER];
  if (!overlay) return { events: said };
  // Never as keys: what came up just now may be old enough to be answered by them a moment later.
  if (held(state) === 'below') return { prompt: line, events: [ENTER] };
  // A question of one key is answered by one: a sentence is no row of keys.
  if (BY_KEY.has(overlay.is) && line.trim().length > 1) return { events: [LATER, ...said] };
  const ask = overlay.is === 'approval' ? shownAsk(waiting(state), overlay.ask) : undefined;
  if (!ask || line.trim() === '') return { events: line === '' ? [ENTER] : [typed(line)] };
  const answer = answerIn(line.trim(), ask, keymap);
  if (answer) return { events: answer };
  if (ask.kind === 'approval') return { events: [LATER, ...said] };
  return { events: keyFor('write', keymap), isEntered: true };
}

const BY_KEY: ReadonlySet<string> = new Set(['exit', 'review']);

const typed = (text: string): InputEvent => ({ is: 'text', text });
const ENTER: InputEvent = { is: 'key', key: plainKey('enter') };
const LATER: InputEvent = { is: 'key', key: plainKey('escape') };

const WORDS: Readonly<Record<string, string>> = {
  ...{ yes: 'allow-once', once: 'allow-once', run: 'allow-run', always: 'allow-rule', no: 'deny', refuse: 'deny' },
};

/** One character alone is never said: where it is no key, it is a slip. */
function answerIn(line: string, { kind }: ShellAsk, keymap: readonly Binding[]): readonly InputEvent[] | undefined {
  const isKey = keymap.some(({ where, keys }) => where === 'approval' && keys.includes(line));
  if (line.length === 1 && (isKey || kind === 'approval')) return [typed(line)];
  if (line.toLowerCase() === 'later') return [LATER];
  const action = kind === 'approval' ? WORDS[line.toLowerCase()] : undefined;
  return action === undefined ? undefined : keyFor(action, keymap);
}

/** Nothing where no character does it. */
const keyFor = (wanted: string, keymap: readonly Binding[]): readonly InputEvent[] =>
  keymap
    .filter(({ where, action }) => where === 'approval' && action === wanted)
    .flatMap(({ keys }) => keys.filter((key) => key.length === 1).slice(0, 1))
    .map(typed);
