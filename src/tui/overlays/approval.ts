import type { Millis } from '../../kernel/ids.ts';
import type { ShellAsk } from '../state.ts';
import { type Line, line, span } from '../text/line.ts';
import { GONE, shownAsk, waiting } from './asks.ts';
import { isTypedBeside } from './coming.ts';
import { flow } from './flow.ts';
import { hints, type Size, sheetRows, type View } from './sheet.ts';

/** One thing that waits: what an agent wants to do and why that is asked, or a question with its options. */
export function approvalRows(view: View & { readonly ask: string | undefined }, size: Size): readonly Line[] {
  const { state, keymap } = view;
  const asks = waiting(state);
  const ask = shownAsk(asks, view.ask);
  if (!ask)
    return sheetRows(
      { title: line(span('Approvals', 'title')), body: nothing(view, size.width), foot: hints(keymap, 'approval', CLOSE, size.width), at: { top: 0 } },
      size,
    );
  const place = asks.length > 1 ? ` ${asks.indexOf(ask) + 1} of ${asks.length}` : '';
  const title = line(
    span(ask.kind === 'approval' ? 'Approve' : 'Question', 'title'),
    span(`${place} · ${ask.name} (${ask.pid})`, 'dim'),
    ...left(ask, state.now),
  );
  const foot = isTypedBeside(state) ? typedBeside(view, size.width) : hints(keymap, 'approval', actionsOf(ask, asks.length), size.width);
  return sheetRows({ title, body: bodyOf(ask, size.width), foot, at: { top: state.scroll.overlay.at } }, size);
}

/** The text between title and keys: how far it can be scrolled follows from it. It is laid out once, however often it is painted. */
export function bodyOf(ask: ShellAsk, width: number): readonly Line[] {
  const known = laid.get(ask);
  if (known?.width === width) return known.rows;
  const rows = ask.kind === 'approval' ? approvalBody(ask, width) : questionBody(ask, width);
  laid.set(ask, { width, rows });
  return rows;
}

const laid = new WeakMap<ShellAsk, { readonly width: number; readonly rows: readonly Line[] }>();

/** What is typed goes into the prompt: none of it is an answer. */
const typedBeside = ({ keymap }: View, width: number): readonly Line[] => [
  ...flow('What you type goes to the prompt.', width, { tone: 'warn' }),
  ...hints(keymap, 'everywhere', { approval: 'answer this', interrupt: 'later' }, width),
];

const CLOSE = { interrupt: 'close' };

function actionsOf({ kind, options }: ShellAsk, count: number): Readonly<Record<string, string>> {
  const more = count > 1 ? { next: 'next' } : {};
  if (kind === 'approval')
    return { 'allow-once': 'once', 'allow-run': 'this run', 'allow-rule': 'always in this folder', deny: 'refuse', ...more, interrupt: 'later' };
  return { ...(options.length > 0 ? { choose: `to ${options.length}` } : {}), write: 'own words', deny: 'no answer', ...more, interrupt: 'later' };
}

function nothing({ keymap, state, ask }: View & { readonly ask: string | undefined }, width: number): readonly Line[] {
  const asked = state.asks.length > 0;
  return [
    ...flow(ask === undefined ? 'No agent waits for an answer.' : GONE, width, { tone: 'dim' }),
    ...flow(
      asked
        ? 'An interview has a question: it is in its own pane.'
        : 'What an agent may not do by itself is asked here: with the exact action, its changes, and how far a yes goes.',
      width,
      { tone: 'dim' },
    ),
    ...(asked ? hints(keymap, 'everywhere', { 'focus-interview': 'the interview' }, width) : []),
  ];
}

/** Time until it is refused by itself. */
function left({ expires_at }: ShellAsk, now: Millis): Line {
  if (expires_at === null) return [];
  return line(span(` · refused in ${Math.max(0, Math.ceil((expires_at - now) / 1000))} s`, 'warn'));
}

function approvalBody(ask: ShellAsk, width: number): readonly Line[] {
  const { text, detail, needs, leads = [], reason, origins = [] } = ask;
  return [
    ...flow(text, width, { tone: 'strong', bar: BAR }),
    ...(detail === undefined ? [] : [[], ...detailRows(detail, width)]),
    [],
    ...named('needs', needs.join(', '), width),
    ...[...new Set(leads.map(({ from, to }) => `${from} -> ${to}`))].flatMap((way) => named('leads', way, width, 'warn')),
    ...named('asked', reason, width),
    ...origins.flatMap(({ argument, value, from, found }) =>
      named(
        'from',
        `${argument} ${JSON.stringify(value)} ${found ? 'comes from' : 'was not named by you, and these were read'}: ${from.join('; ')}`,
        width,
        'warn',
      ),
    ),
  ];
}

/** The agent's words stand behind a bar: a line of them must not look like one of ours. */
const BAR = span('│ ', 'border');

const named = (name: string, text: string, width: number, tone: 'text' | 'warn' = 'text'): readonly Line[] =>
  flow(text, width, { tone, lead: span(`${name}${' '.repeat(Math.max(1, 7 - name.length))}`, 'dim') });

/** What would change, or the words of the command, each row behind the bar. Other diffs are folded where nothing changed; of what is approved nothing is left out. */
function detailRows(detail: string, width: number): readonly Line[] {
  return detail.split('\n').flatMap((row) => flow(row, width, { tone: toneOf(row), bar: BAR }));
}

function toneOf(row: string): 'added' | 'removed' | 'hunk' | 'text' {
  if (row.startsWith('@@')) return 'hunk';
  return row.startsWith('+') ? 'added' : row.startsWith('-') ? 'removed' : 'text';
}

function questionBody({ text, options }: ShellAsk, width: number): readonly Line[] {
  return [
    ...flow(text, width, { tone: 'strong', bar: BAR }),
    [],
    ...options.flatMap((one, at) => flow(one, width, { lead: span(`${at + 1} `, 'accent') })),
    ...(options.length === 0 ? flow('It is answered in your own words.', width, { tone: 'dim' }) : []),
  ];
}
