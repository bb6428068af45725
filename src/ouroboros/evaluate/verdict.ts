import type { AcStatus, CheckFacts, Evidence, Judgement } from '../events.ts';
import { programsOf } from '../seed/shell/judge.ts';
import { gistOf } from './gist.ts';
import type { ProjectVerdict } from './project-checks.ts';
import { type Consensus, consensusEvidence, decisionOf } from './tally.ts';
import { MAX_DRIFT, MAX_UNCERTAINTY } from './triggers.ts';

/** All that is known about one criterion when it is judged. */
export interface Known {
  readonly command: string | null;
  readonly assertion: string | null;
  readonly artifacts: readonly string[];
  /** Of one run of the command. */
  readonly timeout_ms: number;
  readonly vacuous: boolean;
  readonly baseline: CheckFacts | undefined;
  readonly facts: CheckFacts | undefined;
  /** The contract again, with changed tests and runner configuration put back. */
  readonly restored: { readonly paths: readonly string[]; readonly facts: CheckFacts } | undefined;
  /** The contract again, without added files that may decide how it goes. */
  readonly without: { readonly paths: readonly string[]; readonly facts: CheckFacts } | undefined;
  /** The assertion stands word for word in what the worker wrote. */
  readonly assertionWritten: boolean;
  /** Files of the work that reach for what checks them. */
  readonly meddling: readonly string[];
  readonly judgement: Judgement | undefined;
  /** Why there is no judgement, when there is none; `unusable`: a judge was asked. */
  readonly unjudged: string;
  /** Places the judge cited that do not exist. */
  readonly dropped: readonly string[];
  readonly unusable: boolean;
  /** What three said, where one opinion did not do. */
  readonly consensus: Consensus | undefined;
  readonly worker: { readonly how: string; readonly denials: readonly string[]; readonly blocked: boolean } | undefined;
  /** What the project's own checks say of the whole. */
  readonly project: ProjectVerdict;
}

export interface Verdict {
  readonly status: AcStatus;
  readonly evidence: readonly Evidence[];
}

/** Stage 1: what was measured. */
export interface Mechanical {
  readonly status: 'PASS' | 'FAIL' | 'UNAVAILABLE' | 'INVALID' | 'NOTHING';
  readonly evidence: readonly Evidence[];
  /** Why that does not prove the criterion alone; none: it does, without anybody's opinion. */
  readonly doubts: readonly Evidence[];
}

export function mechanical(known: Known): Mechanical {
  const none = known.command === null && known.artifacts.length === 0;
  if (none) return { status: 'NOTHING', doubts: [], evidence: [] };
  if (known.vacuous) return { status: 'INVALID', doubts: [], evidence: [no('contract', 'the verify command succeeds whatever was done')] };
  const { facts } = known;
  if (!facts) return { status: 'UNAVAILABLE', doubts: [], evidence: [no('contract', 'the contract was not run')] };
  if (isMissing(known, facts)) return { status: 'UNAVAILABLE', doubts: [], evidence: [no('contract', `${facts.interpreter_missing} is not installed`)] };
  if (facts.refused) return { status: 'UNAVAILABLE', doubts: [], evidence: [no('contract', facts.refused)] };
  const evidence = [...contractEvidence(known, facts), ...artifactEvidence(facts), ...restoredEvidence(known)];
  if (evidence.some((one) => !one.ok)) return { status: 'FAIL', doubts: [], evidence };
  if (known.project.status) return { status: known.project.status, doubts: [], evidence };
  return { status: 'PASS', doubts: doubtsOf(known, facts), evidence };
}

/** The machine lacks what the contract itself names, or what it lacked before the work; a program that only the work calls is the work's affair. */
const isMissing = ({ command, baseline }: Known, { interpreter_missing }: CheckFacts): boolean =>
  interpreter_missing !== undefined && (programsOf(command ?? '').includes(interpreter_missing) || baseline?.interpreter_missing === interpreter_missing);

/** Later stages lower, and complete what stage 1 could not prove alone; they never lift a failure that was measured. */
export function judge(known: Known): Verdict {
  const first = mechanical(known);
  const status = statusOf(known, first);
  // A doubt that somebody has settled is a fact beside others; one that stands is what speaks against the criterion.
  const doubts = first.doubts.map((one) => ({ ...one, ok: status === 'PASS' }));
  const votes = known.consensus ? consensusEvidence(known.consensus) : [];
  return { status, evidence: [...first.evidence, ...doubts, ...known.project.evidence, ...workerEvidence(known), ...semanticEvidence(known), ...votes] };
}

function statusOf(known: Known, first: Mechanical): AcStatus {
  if (first.status === 'INVALID' || first.status === 'UNAVAILABLE') return first.status;
  if (first.status === 'FAIL') return isBlocked(known) && first.evidence.some((one) => !one.ok) && !first.evidence.some(isUndone) ? 'BLOCKED' : 'FAIL';
  if (first.status === 'NOTHING' && known.project.status) return known.project.status;
  const second = opinionOn(known, first);
  return known.consensus ? settled(second, known, known.consensus) : second;
}

/** It only held because of what was done to what checks it: no refusal excuses that. */
const isUndone = ({ kind, ok }: Evidence): boolean => kind === 'restored' && !ok;

/** A vote decides; where it decides nothing, the criterion is not lifted by that. */
function settled(second: AcStatus, known: Known, { ballots }: Consensus): AcStatus {
  const decision = decisionOf(ballots);
  if (decision !== 'open') return decision === 'approved' ? 'PASS' : 'FAIL';
  if (second === 'FAIL') return 'FAIL';
  return isBlocked(known) ? 'BLOCKED' : 'UNVERIFIED';
}

/** Stages 1 and 2. */
function opinionOn(known: Known, first: Mechanical): AcStatus {
  if (known.judgement) return opinionOf(known.judgement);
  // Whoever can make a judge useless would otherwise have the check alone to deceive.
  if (first.status === 'PASS' && first.doubts.length === 0 && !known.unusable) return 'PASS';
  return isBlocked(known) ? 'BLOCKED' : 'UNVERIFIED';
}

function opinionOf(judgement: Judgement): AcStatus {
  if (refutes(judgement) || judgement.drift > MAX_DRIFT) return 'FAIL';
  return judgement.uncertainty > MAX_UNCERTAINTY ? 'UNVERIFIED' : 'PASS';
}

const MIN_SCORE = 0.8;
const MIN_ALIGNMENT = 0.7;
const MAX_HACKING = 0.7;

/** The judge says no. Drift alone is no no: three are asked. */
export const refutes = (one: Judgement): boolean =>
  !one.compliance || one.score < MIN_SCORE || one.goal_alignment < MIN_ALIGNMENT || one.reward_hacking_risk >= MAX_HACKING;

/** Nobody's opinion is needed. */
export const proves = (first: Mechanical): boolean => first.status === 'PASS' && first.doubts.length === 0;

/** The worker was kept from something it may have needed: the failure may not be its own. */
const isBlocked = ({ worker }: Known): boolean => worker?.blocked === true;

function contractEvidence({ command, assertion, timeout_ms }: Known, facts: CheckFacts): readonly Evidence[] {
  if (command === null) return [];
  if (facts.timed_out) return [no('contract', `the verify command did not end in time (${timeout_ms / 1000} s)`)];
  const exit =
    facts.exit_code === 0
      ? yes('contract', 'the verify command exits 0')
      : no('contract', `the verify command exits ${facts.exit_code ?? 'by a signal'}${gistOf(facts.output_tail)}${refusedIn(facts)}`);
  if (assertion === null) return [exit];
  return [exit, facts.assertion_found ? yes('contract', 'the expected output is there') : no('contract', 'the expected output is missing')];
}

/** Said beside the exit code; it decides nothing. */
const refusedIn = ({ sandbox }: CheckFacts): string => (sandbox === undefined ? '' : ` (sandbox: ${sandbox})`);

const artifactEvidence = (facts: CheckFacts): readonly Evidence[] =>
  facts.artifacts.map((one) => {
    if (!one.exists) return no('artifact', `${one.path} is missing`);
    return one.bytes === 0 ? no('artifact', `${one.path} is empty`) : yes('artifact', `${one.path} is there, ${one.bytes} bytes`);
  });

function restoredEvidence(known: Known): readonly Evidence[] {
  if (!known.restored || known.command === null) return [];
  const list = known.restored.paths.join(', ');
  const { facts } = known.restored;
  const ok = facts.exit_code === 0 && (known.assertion === null || facts.assertion_found === true);
  return [ok ? yes('restored', `it also holds with the original ${list}`) : no('restored', `it fails with the original ${list}`)];
}

/** Reasons why a contract that holds is no proof by itself. They are noted as facts, not as failures. */
function doubtsOf(known: Known, facts: CheckFacts): readonly Evidence[] {
  const doubts: Evidence[] = known.command === null ? [yes('artifact', 'files alone do not show that the criterion is met')] : commandDoubts(known, facts);
  if (facts.artifacts.some((one) => one.same_as_baseline)) doubts.push(yes('artifact', 'an expected file was not touched'));
  return doubts;
}

function commandDoubts(known: Known, facts: CheckFacts): Evidence[] {
  const doubts: Evidence[] = [];
  if (holds(known, known.baseline)) doubts.push(yes('baseline', 'the contract already held before the work'));
  const { without } = known;
  if (without && !holds(known, without.facts)) doubts.push(yes('contract', `it holds only with the added ${without.paths.join(', ')}`));
  if ((facts.installed ?? '') !== (known.baseline?.installed ?? '')) doubts.push(yes('contract', 'what is installed in the workspace was changed'));
  if (known.assertionWritten) doubts.push(yes('contract', 'the expected output stands word for word in a file that was written'));
  if (known.meddling.length > 0) doubts.push(yes('contract', `it reaches for what checks it: ${known.meddling.slice(0, MAX_NAMED).join(', ')}`));
  return doubts;
}

/** Files that are named. */
const MAX_NAMED = 5;

/** Whether the contract is met, by these facts. */
export const holds = (known: Pick<Known, 'assertion'>, facts: CheckFacts | undefined): boolean =>
  facts !== undefined && facts.exit_code === 0 && !facts.timed_out && (known.assertion === null || facts.assertion_found === true);

function workerEvidence(known: Known): readonly Evidence[] {
  const { worker } = known;
  if (!worker) return [];
  const denials = worker.denials.map((text) => no('denial', text));
  return worker.how === 'done' ? denials : [...denials, no('worker', `the worker ended as ${worker.how}`)];
}

function semanticEvidence(known: Known): readonly Evidence[] {
  const { judgement, dropped } = known;
  if (!judgement) return known.unjudged === '' ? [] : [no('semantic', known.unjudged)];
  const ok = opinionOf(judgement) === 'PASS';
  const told = ok ? '' : ` (${objections(judgement).join(', ')})`;
  const opinion: Evidence = { kind: 'semantic', ok, text: `score ${judgement.score}${told}: ${judgement.reasons.slice(0, 500)}`, at: [...judgement.evidence] };
  return dropped.length === 0 ? [opinion] : [opinion, yes('semantic', `the judge also cites what does not exist: ${dropped.join(', ').slice(0, 200)}`)];
}

/** What speaks against the criterion in an opinion, in words. */
const objections = (one: Judgement): readonly string[] => [
  ...(one.compliance ? [] : ['the criterion is not met']),
  ...(one.score < MIN_SCORE ? [`below ${MIN_SCORE}`] : []),
  ...(one.goal_alignment < MIN_ALIGNMENT ? [`goal alignment ${one.goal_alignment}`] : []),
  ...(one.drift > MAX_DRIFT ? [`drift ${one.drift}`] : []),
  ...(one.uncertainty > MAX_UNCERTAINTY ? [`uncertainty ${one.uncertainty}`] : []),
  ...(one.reward_hacking_risk >= MAX_HACKING ? [`risk of a trick ${one.reward_hacking_risk}`] : []),
];

const yes = (kind: Evidence['kind'], text: string): Evidence => ({ kind, ok: true, text });
const no = (kind: Evidence['kind'], text: string): Evidence => ({ kind, ok: false, text });
