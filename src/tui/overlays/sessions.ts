import type { Outcome } from '../intent.ts';
import type { SessionRow, ShellState } from '../state.ts';
import { columnsOf, type Line, line, span } from '../text/line.ts';
import { ago, dollars } from './ago.ts';
import { flow } from './flow.ts';
import { moveIn, overlaySize } from './scrolled.ts';
import { between, hints, type Size, sheetRows, type View } from './sheet.ts';

/** All sessions, the newest first, or those in which something was said; one of them is gone on with. */
export function sessionsRows({ state, keymap }: View, size: Size): readonly Line[] {
  const { at } = state.scroll.overlay;
  const { sessions, searched } = state;
  const chosen = Math.min(at, sessions.length - 1);
  const title = line(
    span('Sessions', 'title'),
    span(` · ${sessions.length}`, 'dim'),
    ...(searched === '' ? [] : [span(' with ', 'dim'), span(searched, 'strong')]),
  );
  const entries = sessions.map((one, place) => entryRows(one, { state, isChosen: place === chosen, width: size.width }));
  const body = sessions.length === 0 ? nothing(searched, size.width) : entries.flat();
  const row = entries.slice(0, Math.max(0, chosen)).reduce((sum, one) => sum + one.length, 0);
  const actions = { take: 'go on', fork: 'fork', export: 'export', search: 'search', new: 'new', interrupt: 'close' };
  return sheetRows({ title, body, foot: hints(keymap, 'sessions', actions, size.width), at: { row } }, size);
}

/** What a key comes to in the list. */
export function actOnSessions(action: string, state: ShellState): Outcome | undefined {
  const { sessions, scroll } = state;
  const chosen = sessions[Math.min(scroll.overlay.at, sessions.length - 1)];
  if (action === 'new') return { ui: [{ ui: 'close' }], world: [{ do: 'new-session' }] };
  if (action === 'search') return { ui: [{ ui: 'open', overlay: searchForm(state.searched) }] };
  if (chosen && action === 'take') return { ui: [{ ui: 'close' }], world: [{ do: 'resume', run: chosen.run }] };
  if (chosen && action === 'fork') return { ui: [{ ui: 'close' }], world: [{ do: 'fork-session', run: chosen.run }] };
  if (chosen && action === 'export') return { ui: [{ ui: 'open', overlay: exportForm(chosen.run) }] };
  return moveIn(action, scroll.overlay.at, Math.max(1, sessions.length), Math.max(1, overlaySize(state).height - AROUND));
}

/** Asks for the name of the file a session is written to. */
export const exportForm = (run: SessionRow['run']) =>
  ({
    is: 'form',
    title: 'Write the session to (.md, or .jsonl for its events)',
    value: 'session.md',
    submit: { is: 'export', run, form: 'markdown' },
  }) as const;

const searchForm = (value: string) => ({ is: 'form', title: 'Sessions in which was said', value, submit: { is: 'search-sessions' } }) as const;

const AROUND = 2;

const nothing = (searched: string, width: number): readonly Line[] =>
  searched === ''
    ? flow('There is no session yet: what you say in the prompt begins the first one.', width, { tone: 'dim' })
    : flow(`Nobody said that in any session: ${searched}. Search for less of it.`, width, { tone: 'dim' });

interface Row {
  readonly state: ShellState;
  readonly isChosen: boolean;
  readonly width: number;
}

/** Kind, what it is about, and at the end how old it is and what it cost; below it where the words were found. */
function entryRows(one: SessionRow, { state, isChosen, width }: Row): readonly Line[] {
  const { run, kind, title, at, cost_usd, isAlive, found } = one;
  const tone = isChosen ? 'select' : run === state.session ? 'strong' : 'text';
  const sign = span(isAlive ? '● ' : '  ', 'good');
  const name = title === '' ? run : title.replace(/\s+/gu, ' ');
  const left = line(
    span(isChosen ? '> ' : '  ', 'accent'),
    sign,
    span(kind.padEnd(KIND), 'dim'),
    span(name, tone),
    ...(run === state.session ? [span(' (this one)', 'dim')] : []),
  );
  const figures = width < NARROW ? ` ${ago(at, state.now)}` : `  ${padded(ago(at, state.now), AGE)}  ${padded(dollars(cost_usd), COST)}`;
  const head = between(left, figures, width);
  return found === undefined ? [head] : [head, ...flow(found, width, { tone: 'dim', indent: 4, most: 1 }).slice(0, 1)];
}

/** Columns of the longest kind, of an age and of a cost; below so many columns there is room for the age alone. */
const KIND = 10;
const AGE = 10;
const COST = 9;
const NARROW = 60;

const padded = (text: string, columns: number): string => `${' '.repeat(Math.max(0, columns - columnsOf(text)))}${text}`;
