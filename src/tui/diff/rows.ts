import { sanitize } from '../../kernel/text/sanitize.ts';
import { fitLine, type Line, type Span, span, type Tone } from '../text/line.ts';
import { expandTabs } from '../text/tabs.ts';
import { wrapLine } from '../text/wrap.ts';
import { type DiffLine, type Hunk, hunksOf, type Stat, statOf } from './hunks.ts';
import { changedWords } from './words.ts';

export interface DiffSize {
  readonly width: number;
  /** Rows at most; the last one says how many lines are left out. */
  readonly most?: number;
}

/** A diff as it is read: line numbers, signs, the words that changed. Several files are named. */
export function diffRows(diff: string, size: DiffSize): readonly Line[] {
  const hunks = hunksOf(diff);
  const isMany = new Set(hunks.map((one) => one.path)).size > 1;
  const rows: Row[] = [];
  const most = size.most ?? Number.POSITIVE_INFINITY;
  let at: Hunk | undefined;
  for (const hunk of hunks) {
    if (rows.length > most) break;
    const isNew = at?.path !== hunk.path;
    if (isMany && isNew) rows.push(fileRow(hunk.path, statOf(hunks.filter((one) => one.path === hunk.path))));
    rows.push(...gapRow(hunk, isNew ? undefined : at), ...bodyRows(hunk, size.width, most - rows.length + 1));
    at = hunk;
  }
  return bounded(rows, { most, width: size.width }, hunks);
}

/** One hunk for itself. */
export function hunkRows(hunk: Hunk, { width, most = Number.POSITIVE_INFINITY }: DiffSize): readonly Line[] {
  return bounded([...gapRow(hunk, undefined), ...bodyRows(hunk, width, most + 1)], { most, width }, [hunk]);
}

/** `+3 -1` */
export const statLine = ({ added, removed }: Stat): Line => [span(`+${added}`, 'added'), span(' '), span(`-${removed}`, 'removed')];

/** A row and how many lines of the diff are shown when it is. */
interface Row {
  readonly of: Line;
  readonly lines: number;
}

function bounded(rows: readonly Row[], { most, width }: Required<DiffSize>, hunks: readonly Hunk[]): readonly Line[] {
  const fitted = (of: readonly Row[]): readonly Line[] => of.map((one) => fitLine(one.of, width));
  if (rows.length <= most) return fitted(rows);
  const kept = rows.slice(0, Math.max(0, most - 1));
  const all = hunks.reduce((sum, one) => sum + one.lines.length, 0);
  const left = all - kept.reduce((sum, one) => sum + one.lines, 0);
  const said = left > 0 ? `… ${left.toLocaleString('en-US')} ${left === 1 ? 'line' : 'lines'} more` : '…';
  return [...fitted(kept), fitLine([span(said, 'dim')], width)].slice(0, most);
}

const fileRow = (path: string, stat: Stat): Row => ({ of: [span(`${shown(path)}  `, 'title'), ...statLine(stat)], lines: 0 });

/** What lies between two hunks, or before the first. */
function gapRow(hunk: Hunk, before: Hunk | undefined): readonly Row[] {
  const from = before ? before.after + sideCount(before, '-') : 1;
  const lines = Math.max(0, hunk.after - from);
  const text = [lines > 0 ? `⋯ ${lines.toLocaleString('en-US')} ${lines === 1 ? 'line' : 'lines'}` : '', shown(hunk.section)]
    .filter((one) => one !== '')
    .join('  ');
  return text === '' ? [] : [{ of: [span(text, 'hunk')], lines: 0 }];
}

const sideCount = (hunk: Hunk, without: '+' | '-'): number => hunk.lines.filter((one) => one.sign !== without).length;

/** A line with its number: of the old text where it is gone, of the new one elsewhere. */
interface Numbered extends DiffLine {
  readonly number: number;
  readonly words?: Line | undefined;
}

/** Unchanged lines in a row that are shown whole; of more, those next to a change. */
const MOST_SAME = 8;
const BESIDE = 3;
/** Lines that changed in a row and are compared word by word. */
const MOST_PAIRS = 40;

function bodyRows(hunk: Hunk, width: number, most: number): readonly Row[] {
  const wide = hunk.isLoose || width < 24 ? 0 : String(Math.max(hunk.before, hunk.after) + hunk.lines.length).length;
  const rows: Row[] = [];
  for (const run of runsOf(numbered(hunk))) {
    if (rows.length >= most) break;
    rows.push(...runRows(run, width, wide));
  }
  return rows;
}

function runRows(run: readonly Numbered[], width: number, wide: number): readonly Row[] {
  if (run[0]?.sign !== ' ' || run.length <= MOST_SAME) return marked(run).flatMap((one) => lineRows(one, width, wide));
  const left = run.length - 2 * BESIDE;
  const fold: Row = { of: [span(`${' '.repeat(wide && wide + 1)}⋯ ${left} lines`, 'hunk')], lines: left };
  const part = (lines: readonly Numbered[]): readonly Row[] => lines.flatMap((one) => lineRows(one, width, wide));
  return [...part(run.slice(0, BESIDE)), fold, ...part(run.slice(-BESIDE))];
}

function numbered(hunk: Hunk): readonly Numbered[] {
  let [before, after] = [hunk.before, hunk.after];
  return hunk.lines.map((one) => {
    const number = one.sign === '-' ? before : after;
    if (one.sign !== '+') before++;
    if (one.sign !== '-') after++;
    return { ...one, number };
  });
}

/** Lines that are unchanged, or that changed, together: first what went, then what came. */
function runsOf(lines: readonly Numbered[]): readonly (readonly Numbered[])[] {
  const runs: Numbered[][] = [];
  for (const one of lines) {
    const last = runs.at(-1);
    const sign = last?.at(-1)?.sign;
    if (last && (sign === one.sign || (sign === '-' && one.sign === '+'))) last.push(one);
    else runs.push([one]);
  }
  return runs;
}

/** As many lines came as went: each took the place of one. */
function marked(run: readonly Numbered[]): readonly Numbered[] {
  const [gone, come] = [run.filter((one) => one.sign === '-'), run.filter((one) => one.sign === '+')];
  if (gone.length === 0 || gone.length !== come.length || gone.length > MOST_PAIRS) return run;
  const pairs = gone.map((one, nth) => changedWords(shown(one.text), shown(come[nth]?.text ?? '')));
  return [...gone.map((one, nth) => ({ ...one, words: pairs[nth]?.[0] })), ...come.map((one, nth) => ({ ...one, words: pairs[nth]?.[1] }))];
}

const TONES: Readonly<Record<DiffLine['sign'], Tone>> = { ' ': 'text', '+': 'added', '-': 'removed' };

function lineRows(one: Numbered, width: number, wide: number): readonly Row[] {
  const tone = TONES[one.sign];
  const gutter: readonly Span[] = wide > 0 ? [span(`${String(one.number).padStart(wide)} `, 'dim')] : [];
  const rows = wrapLine([...gutter, span(`${one.sign} `, tone), ...(one.words ?? [span(shown(one.text), tone)])], width, (wide && wide + 1) + 2);
  const end: readonly Row[] = one.ends ? [] : [{ of: [span(`${' '.repeat(wide && wide + 1)}\\ no newline at the end`, 'dim')], lines: 0 }];
  return [...rows.map((of, nth) => ({ of, lines: nth === rows.length - 1 ? 1 : 0 })), ...end];
}

/** Units of a line that are shown. */
const MOST_LINE = 4000;

const shown = (text: string): string =>
  expandTabs(sanitize(text.length > MOST_LINE ? `${text.slice(0, MOST_LINE)} … ${(text.length - MOST_LINE).toLocaleString('en-US')} characters more` : text));
