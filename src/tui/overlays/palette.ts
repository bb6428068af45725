import { type Entry, paletteEntries } from '../commands/palette-entries.ts';
import { type Line, line, type Span, span, type Tone } from '../text/line.ts';
import { fuzzy, type Match } from './fuzzy.ts';
import { between, hints, type Size, sheetRows, type View } from './sheet.ts';

export type PaletteView = View & { readonly models: readonly string[] | undefined };

export interface Found {
  readonly entry: Entry;
  readonly match: Match;
}

/** What is typed, and what it may mean; the best first. */
export function paletteRows(view: PaletteView, themes: readonly string[], size: Size): readonly Line[] {
  const { filter, at } = view.state.scroll.overlay;
  const found = foundIn(view, themes);
  const chosen = Math.min(at, found.length - 1);
  const title = line(span(view.models ? 'Model ' : 'Do ', 'title'), span('> ', 'accent'), span(filter, 'strong'), span('▏', 'accent'));
  const body =
    found.length === 0
      ? [
          line(span(filter === '' ? 'There is no model to choose.' : `Nothing is called like that: ${filter}`, 'dim')),
          line(span('Backspace widens the search.', 'dim')),
        ]
      : found.map((one, place) => entryRow(one, place === chosen, size.width));
  const foot = hints(view.keymap, 'palette', { up: 'up', down: 'down', take: 'do it', interrupt: 'close' }, size.width);
  return sheetRows({ title, body, foot, at: { row: Math.max(0, chosen) } }, size);
}

export function foundIn(view: PaletteView, themes: readonly string[]): readonly Found[] {
  const { filter } = view.state.scroll.overlay;
  const entries = paletteEntries(view, themes);
  const found = entries.flatMap((entry) => {
    const match = fuzzy(filter, entry.label) ?? inWords(filter, entry);
    return match ? [{ entry, match }] : [];
  });
  return filter.trim() === '' ? found : found.sort((a, b) => rank(b) - rank(a));
}

/** Of two that answer it alike a command is meant, also when its arguments make it a little longer. */
const rank = ({ entry, match }: Found): number => match.score + (entry.kind === 'command' ? ALIKE : 0);
const ALIKE = 0.05;

/** What it does counts too, but behind every name, and only by whole words. */
function inWords(filter: string, { does }: Entry): Match | undefined {
  const words = filter.toLowerCase().trim().split(/\s+/u);
  return words.every((word) => does.toLowerCase().includes(word)) ? { score: -1, at: new Set() } : undefined;
}

function entryRow({ entry, match }: Found, isChosen: boolean, width: number): Line {
  const mark = span(isChosen ? '> ' : '  ', 'accent');
  const label = lit(entry.label, match.at, isChosen ? 'select' : 'text');
  return between([mark, ...label, span(`  ${entry.does}`, 'dim')], entry.key === '' ? '' : ` ${entry.key}`, width);
}

/** The letters that were meant stand out. */
function lit(text: string, at: ReadonlySet<number>, tone: Tone): readonly Span[] {
  const spans: Span[] = [];
  let place = 0;
  for (const char of text) {
    const is = at.has(place) ? 'accent' : tone;
    const last = spans.at(-1);
    if (last?.tone === is) spans[spans.length - 1] = span(last.text + char, is);
    else spans.push(span(char, is));
    place += char.length;
  }
  return spans;
}
