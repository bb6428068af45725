import type { Seed } from '../../ouroboros/seed/types.ts';
import type { GenerationRecord } from '../../ouroboros/view/generations.ts';
import { type Change, diffSeeds } from '../../ouroboros/view/seed-diff.ts';
import { flow } from '../overlays/flow.ts';
import { type Line, span, type Tone } from '../text/line.ts';

/** One generation: its digest, its score and what was decided; unfolded, what is different from the one before and why. */
export function generationRows(one: GenerationRecord, before: GenerationRecord | undefined, { isAt, isOpen, width }: GenerationView): readonly Line[] {
  const { generation, digest, judged } = one;
  const score = judged?.score == null ? '' : ` score ${judged.score.toFixed(2)}`;
  const said = judged === undefined ? ' under way' : ` ${judged.outcome}${score} · ${judged.decision}: ${judged.reason}`;
  const head = flow(`${generation}  ${digest.slice(0, SHORT)}${said}`, width, { lead: span(isAt ? '> ' : '  ', 'accent'), tone: isAt ? 'select' : 'text' });
  if (!isOpen) return head;
  return [
    ...head,
    ...flow(`digest ${digest}`, width, { indent: WITHIN, tone: 'dim' }),
    ...one.questions.flatMap((text) => flow(text, width, { indent: WITHIN, tone: 'dim', lead: span('? ', 'dim') })),
    ...(before ? changes(before.seed, one.seed, width) : flow('the first one', width, { indent: WITHIN, tone: 'dim' })),
  ];
}

export interface GenerationView {
  readonly isAt: boolean;
  readonly isOpen: boolean;
  readonly width: number;
}

const SHORT = 12;
const WITHIN = 4;

/** What was taken out of the log has no goal any more. */
export const isThere = (seed: Seed | undefined): seed is Seed => typeof seed === 'object' && seed !== null && 'goal' in seed;

function changes(from: Seed, to: Seed, width: number): readonly Line[] {
  const row = (sign: string, text: string, tone: Tone): readonly Line[] => flow(text, width, { indent: WITHIN, tone, lead: span(`${sign} `, tone) });
  if (!isThere(from) || !isThere(to)) return row('!', 'its seed was taken out of the log', 'warn');
  const { fields, criteria, ontology, same } = diffSeeds(from, to);
  if (same) return row('=', 'the same seed', 'dim');
  return [
    ...fields.flatMap((one) => changeRows('', one, row)),
    ...criteria.removed.flatMap((text) => row('-', text, 'removed')),
    ...criteria.added.flatMap((text) => row('+', text, 'added')),
    ...criteria.changed.flatMap(({ id, changes: of }) => of.flatMap((one) => changeRows(`${id} `, one, row))),
    ...(criteria.reordered ? row('~', 'the criteria stand in another order', 'hunk') : []),
    ...ontology.removed.flatMap((name) => row('-', `ontology ${name}`, 'removed')),
    ...ontology.added.flatMap((name) => row('+', `ontology ${name}`, 'added')),
    ...ontology.changed.flatMap((name) => row('~', `ontology ${name}`, 'hunk')),
  ];
}

function changeRows(of: string, { field, from, to }: Change, row: (sign: string, text: string, tone: Tone) => readonly Line[]): readonly Line[] {
  return [
    ...(from === null ? [] : row('-', `${of}${field}: ${plain(from)}`, 'removed')),
    ...(to === null ? [] : row('+', `${of}${field}: ${plain(to)}`, 'added')),
  ];
}

const plain = (value: Change['from']): string => (typeof value === 'string' ? value : JSON.stringify(value));
