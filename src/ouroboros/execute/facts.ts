import { createHash } from 'node:crypto';
import type { Contract } from '../evaluate/check.ts';
import { gistOf } from '../evaluate/gist.ts';
import type { CheckFacts } from '../events.ts';
import { programsOf } from '../seed/shell/judge.ts';
import type { Mask } from './mask.ts';
import { normalized } from './stagnation.ts';

/** One thing a contract asks for, and what is found of it. */
interface Point {
  readonly met: boolean;
  /** What a worker may be told where it is not met. */
  readonly lack: string;
}

/** Everything a contract asks for. */
const pointsOf = (contract: Contract, facts: CheckFacts): readonly Point[] => [
  ...(contract.command === null ? [] : [{ met: facts.exit_code === 0 && !facts.timed_out, lack: lackOf(facts) }]),
  ...(contract.assertion === null ? [] : [{ met: facts.assertion_found === true, lack: 'the output that is looked for is not there' }]),
  ...facts.artifacts.map((one) => ({
    met: one.exists && one.bytes > 0,
    lack: one.exists ? `${one.path} is empty` : `${one.path} is missing`,
  })),
];

const lackOf = ({ timed_out, exit_code }: CheckFacts): string =>
  timed_out ? 'the check did not come to an end in time' : `the check fails, with exit ${exit_code ?? 'by a signal'}`;

/** There is something to check a criterion by between two tries. */
export const isCheckable = ({ command, artifacts }: Contract): boolean => command !== null || artifacts.length > 0;

/** What is not met, in words that give no contract away. */
export const lacksIn = (contract: Contract, facts: CheckFacts): readonly string[] => pointsOf(contract, facts).flatMap((one) => (one.met ? [] : [one.lack]));

/** Share of the contract that is not met, 0 to 1. */
export function unmetShare(contract: Contract, facts: CheckFacts): number {
  const points = pointsOf(contract, facts);
  return points.length === 0 ? 0 : points.filter((one) => !one.met).length / points.length;
}

/** Tells outcomes of a check apart; what differs each time, such as times, does not count. */
export const signatureOf = ({ exit_code, timed_out, assertion_found, artifacts, output_tail }: CheckFacts): string =>
  createHash('sha256')
    .update(JSON.stringify([exit_code, timed_out, assertion_found, artifacts.map((one) => [one.path, one.exists, one.bytes > 0]), normalized(output_tail)]))
    .digest('hex')
    .slice(0, SIGNATURE);

/** Characters: enough that two outcomes of one run are never taken for each other. */
const SIGNATURE = 16;

/** Why no other work would change what the check says; undefined: it may. */
export function faultOfContract(contract: Contract, baseline: CheckFacts | undefined, facts: CheckFacts): string | undefined {
  if (facts.refused !== undefined) return 'the check could not be run';
  const missing = facts.interpreter_missing;
  if (missing !== undefined && (programsOf(contract.command ?? '').includes(missing) || baseline?.interpreter_missing === missing))
    return `${missing} is not installed`;
  if (facts.timed_out && baseline?.timed_out) return 'the check did not come to an end before the work either';
  return undefined;
}

/** Of what a check printed, the end: lines, and characters. */
const MAX_LINES = 30;
const MAX_PRINTED = 1500;
/** What a check tool keeps of an output, characters: its first line may have lost its beginning. */
const KEPT = 2000;

/** What a worker is told of a check that did not hold: how it behaves, never how it is checked. */
export function factsTold(contract: Contract, facts: CheckFacts, mask: Mask): readonly string[] {
  const lacks = lacksIn(contract, facts);
  const whole = facts.output_tail.length >= KEPT ? facts.output_tail.slice(facts.output_tail.indexOf('\n') + 1) : facts.output_tail;
  const here = whole.replace(COPY, '');
  // Hidden first and cut afterwards: a piece of a contract is not known for one.
  const printed = mask(here).trimEnd().split('\n').slice(-MAX_LINES).join('\n').slice(-MAX_PRINTED);
  const gist = mask(gistOf(mask(here)));
  return [
    ...lacks.map((lack, at) => (at === 0 ? `${lack}${gist}` : lack)),
    ...(printed.trim() === '' ? [] : [`what it printed, at its end:\n${quoted(printed)}`]),
  ];
}

/** Where the copy lies that was checked: what is in it lies in the working directory. */
const COPY = /\/[^\s'"():]*\/scratch\/[^\s/]+\/workspace\/?/gu;

const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  | ${line}`)
    .join('\n');
