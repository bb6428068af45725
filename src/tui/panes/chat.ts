import type { Listed } from '../screen/list.ts';
import type { RowCache } from '../screen/row-cache.ts';
import type { Item, ShellState, Transcript } from '../state.ts';
import type { Line } from '../text/line.ts';
import { wrapText } from '../text/wrap.ts';
import { itemLook, itemRows } from './items.ts';

export type ChatState = Pick<ShellState, 'transcripts' | 'selected' | 'scroll' | 'unfolded' | 'focus' | 'now' | 'runs'>;

export const transcriptOf = ({ transcripts, selected }: Pick<ShellState, 'transcripts' | 'selected'>): Transcript | undefined =>
  selected === undefined ? undefined : transcripts.get(selected);

/** The thing that the keys of the pane act on: `at` counts from the newest. */
export function itemAt(state: Pick<ShellState, 'transcripts' | 'selected' | 'scroll'>): Item | undefined {
  const items = transcriptOf(state)?.items ?? [];
  return items[Math.max(0, items.length - 1 - state.scroll.chat.at)];
}

export function chatTitle(state: Pick<ShellState, 'runs' | 'selected'>): string {
  const proc = [...state.runs.values()].flatMap((run) => run.procs).find((one) => one.pid === state.selected);
  return proc === undefined ? 'Chat' : `Chat · ${proc.name} ${proc.pid}`;
}

/** What an agent said and did, as a list whose rows are laid out when they are looked at, and once. */
export function chatList(state: ChatState, width: number, cache: RowCache): Listed {
  const transcript = transcriptOf(state);
  const items = transcript?.items ?? [];
  const head = headOf(transcript);
  const first = head === undefined ? 0 : 1;
  const at = state.focus === 'chat' ? itemAt(state)?.id : undefined;
  return {
    count: items.length + first,
    idAt: (index) => items[index - first]?.id ?? HEAD,
    rowsAt(index) {
      const item = items[index - first];
      if (item === undefined) return wrapText(head ?? '', width, 'dim');
      const look = { width, isUnfolded: state.unfolded.has(item.id), isAt: item.id === at, now: state.now };
      return cache.rows(`${width} ${state.selected} ${item.id}`, itemLook(item, look), () => itemRows(item, look));
    },
  };
}

/** What stands where nothing was said yet. */
export const emptyChat = (width: number, { runs }: Pick<ShellState, 'runs'>): readonly Line[] =>
  (runs.size === 0 ? WELCOME : NOTHING_YET).flatMap((text) => (text === '' ? [[]] : wrapText(text, width, 'dim')));

const HEAD = 'older';

const headOf = (transcript: Transcript | undefined): string | undefined =>
  transcript && transcript.dropped > 0 ? `${transcript.dropped} older entries are only in the log (oxios logs shows them).` : undefined;

const WELCOME = [
  'What do you want to get done?',
  '',
  'Type it and press Enter. An agent answers, asks, or goes to work at once; what it may not do by itself it asks about.',
  '/interview IDEA turns a large or unclear idea into a specification first.',
  '! runs a command, @ completes a file, ? shows all keys, Ctrl-K all commands.',
];
const NOTHING_YET = ['Nothing was said here yet.', '', 'Select an agent in the Agents pane (Alt-1, Enter), or type and press Enter.'];
