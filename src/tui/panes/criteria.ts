import type { Evidence } from '../../ouroboros/events.ts';
import type { Criterion } from '../../ouroboros/seed/types.ts';
import type { CriterionProgress, Progress } from '../../ouroboros/view/progress.ts';
import { flow } from '../overlays/flow.ts';
import { type Line, type Span, span, type Tone } from '../text/line.ts';

export interface Standing {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** How far a criterion is, as a sign, and as a word for whoever sees no colours. */
export function standingOf(one: CriterionProgress | undefined, tries: number): Standing {
  if (one?.verdict) return VERDICTS[one.verdict.status];
  if (one?.judged || one?.checked) return { sign: '●', word: 'judged…', tone: 'accent' };
  if (one?.over) return { sign: '●', word: 'worked', tone: 'accent' };
  if (one?.started) return { sign: '●', word: tries > 1 ? `try ${tries}${one.lateral === undefined ? '' : ` ${one.lateral}`}` : 'works', tone: 'accent' };
  return { sign: '○', word: 'waits', tone: 'dim' };
}

const VERDICTS: Readonly<Record<NonNullable<CriterionProgress['verdict']>['status'], Standing>> = {
  PASS: { sign: '✓', word: 'PASS', tone: 'good' },
  FAIL: { sign: '✗', word: 'FAIL', tone: 'bad' },
  UNVERIFIED: { sign: '?', word: 'UNVERIFIED', tone: 'warn' },
  UNAVAILABLE: { sign: '!', word: 'UNAVAILABLE', tone: 'warn' },
  INVALID: { sign: '!', word: 'INVALID', tone: 'warn' },
  BLOCKED: { sign: '■', word: 'BLOCKED', tone: 'warn' },
};

/** How many others have to come before each, one after the other: what it is in the tree. A circle is cut. */
export function depthsOf(criteria: readonly Criterion[]): ReadonlyMap<string, number> {
  const byId = new Map(criteria.map((one) => [one.id, one]));
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    // As long as it is not known: whoever comes back to it goes round.
    depths.set(id, 0);
    const depth = Math.max(0, ...(byId.get(id)?.depends_on ?? []).map((before) => 1 + depthOf(before)));
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of criteria) depthOf(id);
  return depths;
}

/** One criterion: its standing, what it promises, and below that, unfolded, what it is checked by and what was found. */
export function criterionRows(one: Criterion, { progress, depth, isAt, isOpen, width }: CriterionView): readonly Line[] {
  const known = progress.criteria.get(one.id);
  const tries = progress.course.tries.filter((each) => each.criterion === one.id && each.generation === progress.generations.at(-1)?.generation).length;
  const { sign, word, tone } = standingOf(known, tries);
  const indent = STEP * Math.min(depth, DEEPEST);
  const after = one.depends_on.length === 0 ? '' : ` (after ${one.depends_on.join(', ')})`;
  const lead: Span = span(`${isAt ? '>' : ' '} ${sign} `, tone);
  const head = flow(`${one.id} ${word}  ${one.description.trim()}${after}`, width, { lead, indent, tone: isAt ? 'select' : 'text' });
  return isOpen ? [...head, ...foundRows(one, known, indent + WITHIN, width)] : head;
}

export interface CriterionView {
  readonly progress: Progress;
  readonly depth: number;
  readonly isAt: boolean;
  readonly isOpen: boolean;
  readonly width: number;
}

const STEP = 2;
const DEEPEST = 4;
const WITHIN = 4;

function foundRows(one: Criterion, known: CriterionProgress | undefined, indent: number, width: number): readonly Line[] {
  const row = (text: string, tone: Tone = 'dim', lead = ''): readonly Line[] =>
    flow(text, width, { indent, tone, ...(lead === '' ? {} : { lead: span(lead, tone) }) });
  return [
    ...(one.verify_command === null ? [] : row(`checked by ${one.verify_command}`)),
    ...(one.expected_artifacts.length === 0 ? [] : row(`leaves ${one.expected_artifacts.join(', ')}`)),
    ...(one.verify_exemption_reason === null ? [] : row(`judged by reading: ${one.verify_exemption_reason}`)),
    ...(known?.again === undefined ? [] : row(`begun anew: ${known.again}`, 'warn')),
    ...(known?.convened === undefined ? [] : row(`three vote: ${known.convened.join('; ')}`)),
    ...(known?.verdict?.evidence ?? []).flatMap((each) => row(evidenceText(each), each.ok ? 'good' : 'bad', each.ok ? '✓ ' : '✗ ')),
    ...(known?.worked && known.worked.claim.trim() !== '' ? row(`its worker says, which proves nothing: ${known.worked.claim.trim()}`) : []),
    ...(known === undefined || Object.keys(known).length === 0 ? row('nobody works on it yet') : []),
  ];
}

const evidenceText = ({ kind, text, at }: Evidence): string => `${kind}: ${text.trim()}${at === undefined || at.length === 0 ? '' : ` (${at.join(', ')})`}`;
