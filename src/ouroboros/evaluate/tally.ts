import type { Evidence } from '../events.ts';
import type { Ballot } from './events.ts';
import { triggerText } from './triggers.ts';

/** Three who were asked, and why. */
export interface Consensus {
  readonly triggers: readonly string[];
  readonly ballots: readonly Ballot[];
}

export type Decision = 'approved' | 'rejected' | 'open';

/** Two thirds of the votes that count approve; with fewer than two that count nothing is decided. */
export function decisionOf(ballots: readonly Pick<Ballot, 'vote'>[]): Decision {
  const valid = ballots.filter((one) => one.vote !== null).length;
  const approvals = ballots.filter((one) => one.vote === 'approve').length;
  if (valid < MIN_VALID) return 'open';
  return 3 * approvals >= 2 * valid ? 'approved' : 'rejected';
}

const MIN_VALID = 2;

/** Why there was a vote, how it went, and how independent those who voted are: a line for the whole and one for each ballot. */
export function consensusEvidence({ triggers, ballots }: Consensus): readonly Evidence[] {
  const decision = decisionOf(ballots);
  const valid = ballots.filter((one) => one.vote !== null);
  const approvals = valid.filter((one) => one.vote === 'approve').length;
  const how = decision === 'open' ? `only ${valid.length} of ${ballots.length} ballots count` : `${approvals} of ${valid.length} approve`;
  const why = triggers.map(triggerText).join('; ');
  return [
    { kind: 'consensus', ok: decision === 'approved', text: `consensus: ${how}; asked for because ${why}` },
    ...ballots.map((one): Evidence => ({ kind: 'consensus', ok: one.vote === 'approve', text: ballotText(one), ...at(one) })),
  ];
}

const at = ({ evidence }: Ballot): { at?: string[] } => (evidence.length === 0 ? {} : { at: [...evidence] });

function ballotText({ ballot, persona, model, vote, independent, reasons, why_not }: Ballot): string {
  const who = `ballot ${ballot}, ${persona}, by ${model} (${independenceOf(independent)})`;
  return vote === null ? `${who} does not count: ${why_not ?? ''}` : `${who}: ${vote}: ${reasons.slice(0, MAX_REASONS)}`;
}

const MAX_REASONS = 300;

function independenceOf({ of_worker, of_ballots }: Ballot['independent']): string {
  if (of_worker && of_ballots) return 'another model than the worker and the other ballots';
  if (of_worker) return 'another model than the worker, the same as another ballot';
  return of_ballots ? 'the same model as the worker' : 'the same model as the worker and another ballot';
}
