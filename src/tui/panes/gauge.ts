import type { Part } from '../../ouroboros/interview/ambiguity.ts';
import { FLOORS, READY } from '../../ouroboros/view/floors.ts';
import type { Interview, Scored } from '../../ouroboros/view/interview.ts';
import { flow } from '../overlays/flow.ts';
import { packed } from '../overlays/sheet.ts';
import { type Line, line, type Span, span } from '../text/line.ts';

/** How clear each part is by now: a bar with the least it needs marked, the ambiguity of all, what is missing. `rows`: how many may be taken; with few the bars are left out. */
export function gauge({ scores, project }: Pick<Interview, 'scores' | 'project'>, width: number, rows: number): readonly Line[] {
  const last = scores.at(-1);
  if (!last) return flow('Nothing is scored yet.', width, { tone: 'dim' });
  const parts = PARTS.filter((part) => part !== 'context' || project.brownfield);
  const total = totalOf(last, scores.at(-2));
  const missing = last.missing.flatMap((text) => flow(text, width, { lead: span('missing  ', 'warn') }));
  if (rows < parts.length + 1) return [...packed([total, ...parts.map((part) => short(part, last))], width)].slice(0, Math.max(1, rows));
  return [...parts.map((part) => bar(part, last, width)), ...packed([total], width), ...missing].slice(0, Math.max(parts.length + 1, rows));
}

const PARTS: readonly Part[] = ['goal', 'constraints', 'criteria', 'context'];

/** With the score before, so that one sees it move. */
function totalOf({ score, milestone, qualifies }: Scored, before: Scored | undefined): Line {
  const moved = before === undefined ? '' : ` (was ${before.score.toFixed(2)})`;
  const wanted = qualifies ? 'is clear' : score <= READY ? 'below a floor' : `> ${READY.toFixed(2)}`;
  return line(span('ambiguity ', 'dim'), span(`${score.toFixed(2)} ${wanted}`, qualifies ? 'good' : 'warn'), span(` · ${milestone}${moved}`, 'dim'));
}

const isMet = (part: Part, value: number | null): boolean => value !== null && value >= FLOORS[part];
const shown = (value: number | null): string => (value === null ? '?' : value.toFixed(2));

const short = (part: Part, { clarity }: Scored): Line =>
  line(
    span(`${part} `, 'dim'),
    span(`${shown(clarity[part])}${isMet(part, clarity[part]) ? '' : ` < ${FLOORS[part].toFixed(2)}`}`, isMet(part, clarity[part]) ? 'good' : 'warn'),
  );

/** Columns of a part's name, and of the figures behind the bar. */
const NAME = 12;
const FIGURES = 13;
const WIDEST = 40;
/** A bar that is shorter says nothing: the word behind it gives way. */
const LEAST = 5;
/** Nothing that was said is cited for it. */
const UNSAID = ' unsaid';

function bar(part: Part, { clarity, uncited }: Scored, width: number): Line {
  const value = clarity[part];
  const met = isMet(part, value);
  const room = width - NAME - FIGURES;
  const behind = uncited.length > 0 && room - UNSAID.length >= LEAST ? UNSAID.length : 0;
  const wide = Math.max(4, Math.min(WIDEST, room - behind));
  const full = Math.round((value ?? 0) * wide);
  const floor = Math.min(wide - 1, Math.round(FLOORS[part] * wide));
  const cells = Array.from({ length: wide }, (_, at) =>
    at === floor ? span('┃', 'strong') : span(at < full ? '█' : '░', at < full ? (met ? 'good' : 'warn') : 'dim'),
  );
  const figures = met ? ` ${shown(value)} ok` : ` ${shown(value)} < ${FLOORS[part].toFixed(2)}`;
  return [span(part.padEnd(NAME), 'dim'), ...joined(cells), span(figures, met ? 'good' : 'warn'), ...(uncited.includes(part) ? [span(UNSAID, 'dim')] : [])];
}

/** Cells that look alike are one. */
function joined(cells: readonly Span[]): readonly Span[] {
  const spans: Span[] = [];
  for (const cell of cells) {
    const last = spans.at(-1);
    if (last?.tone === cell.tone) spans[spans.length - 1] = span(last.text + cell.text, cell.tone);
    else spans.push(cell);
  }
  return spans;
}
