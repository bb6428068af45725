import type { KernelEvent } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Ballot } from '../evaluate/events.ts';
import type { AcStatus, CheckFacts, Evidence, Judgement } from '../events.ts';
import type { Seed } from '../seed/types.ts';
import { type BesideProgress, foldBeside } from './beside.ts';
import { type Course, foldCourse, NO_COURSE } from './course.ts';
import { contractKey, type GenerationJudged, type GenerationRecord, type NextGeneration } from './generations.ts';

/** How far one criterion is; a fold of the run's events. */
export interface CriterionProgress extends BesideProgress {
  readonly baseline?: CheckFacts;
  readonly started?: boolean;
  /** No further try follows in this generation. */
  readonly over?: boolean;
  readonly worked?: {
    readonly how: string;
    readonly denials: readonly string[];
    readonly claim: string;
    readonly blocked: boolean;
  };
  readonly checked?: {
    readonly facts: CheckFacts;
    readonly restored: readonly string[];
    readonly with_restored: CheckFacts | undefined;
    readonly left_out: readonly string[];
    readonly without_added: CheckFacts | undefined;
  };
  readonly judged?: { readonly judgement: Judgement | undefined; readonly why_not: string; readonly dropped: readonly string[]; readonly unusable: boolean };
  /** The persona of a worker that had to change its approach. */
  readonly lateral?: string;
  /** Why three are asked, and what they said so far. */
  readonly convened?: readonly string[];
  readonly ballots?: readonly Ballot[];
  readonly verdict?: { readonly status: AcStatus; readonly evidence: readonly Evidence[] };
}

/** How far a run is: what belongs to a generation is of the one under way, what came of the others is in `generations`. */
export interface Progress {
  /** Of the seed that the run was started with. */
  readonly digest: string | undefined;
  /** The one under way is the last. */
  readonly generations: readonly GenerationRecord[];
  readonly next: NextGeneration;
  readonly levels: readonly (readonly string[])[] | undefined;
  /** How many criteria may be worked on at once, where that was changed. */
  readonly workers: number | undefined;
  /** Tree before the work and tree that is evaluated. */
  readonly baseline: string | undefined;
  readonly final: string | undefined;
  readonly changed: readonly string[];
  readonly criteria: ReadonlyMap<string, CriterionProgress>;
  /** The project's own checks, by name. */
  readonly project: ReadonlyMap<string, ProjectCheck>;
  /** Paths that were changed after the evaluation had begun. */
  readonly outdated: readonly string[] | undefined;
  readonly outcome: string | undefined;
  /** How the work went, over all generations. */
  readonly course: Course;
}

/** What came of one of the project's own checks. */
export interface ProjectCheck {
  readonly command: string;
  /** On the untouched workspace; only looked at where it matters. */
  readonly before: CheckFacts | undefined;
  readonly facts: CheckFacts;
  readonly restored: readonly string[];
  readonly with_restored: CheckFacts | undefined;
}

export const NO_PROGRESS: Progress = {
  digest: undefined,
  generations: [],
  next: {},
  levels: undefined,
  workers: undefined,
  baseline: undefined,
  final: undefined,
  changed: [],
  criteria: new Map(),
  project: new Map(),
  outdated: undefined,
  outcome: undefined,
  course: NO_COURSE,
};

/** Pure: the same events give the same progress, live, resumed or replayed. */
export function foldProgress(before: Progress, event: KernelEvent): Progress {
  const course = foldCourse(before.course, event);
  return foldGeneration(course === before.course ? before : { ...before, course }, event);
}

function foldGeneration(progress: Progress, event: KernelEvent): Progress {
  const data = event as unknown as JsonObject;
  switch (event.type) {
    case 'seed.loaded':
      return { ...progress, digest: data.digest as string };
    case 'plan.made':
      return { ...progress, levels: data.levels as unknown as readonly (readonly string[])[] };
    case 'lineage.advanced':
      return advanced(progress, data);
    case 'lineage.wondered':
      return { ...progress, next: { wondered: { questions: (data.questions ?? []) as readonly string[], why_not: data.why_not as string | undefined } } };
    case 'lineage.reflected':
      return { ...progress, next: { ...progress.next, reflected: { reflection: data.reflection, why_not: data.why_not as string | undefined } } };
    case 'lineage.proposed':
      return { ...progress, next: { ...progress.next, applied: data.applied === true } };
    case 'lineage.judged':
      return withLast(progress, { judged: judgedIn(progress, data) });
    case 'plan.paced':
      return { ...progress, workers: Number(data.workers) };
    case 'evaluation.started':
      return {
        ...withLast(progress, { tree: data.tree as string }),
        baseline: data.baseline as string,
        final: data.tree as string,
        changed: data.changed as readonly string[],
      };
    case 'evaluation.project':
      return { ...progress, project: new Map(progress.project).set(String(data.name), data as unknown as ProjectCheck) };
    case 'evaluation.balloted':
      return withBallot(progress, data as unknown as Ballot);
    case 'evaluation.outdated':
      return { ...progress, outdated: data.changed as readonly string[] };
    case 'evaluation.finished':
      return { ...progress, outcome: data.outcome as string };
    default: {
      const beside = foldBeside(event);
      if (beside) return withBeside(progress, String(data.criterion), beside);
      const change = changeOf(event.type, data);
      return change ? withCriterion(progress, String(data.criterion), change, data) : progress;
    }
  }
}

/** A new generation begins with nothing of the one before, but with what was found of the untouched workspace. */
function advanced(progress: Progress, data: JsonObject): Progress {
  const seed = data.seed as unknown as Seed;
  const record: GenerationRecord = {
    generation: Number(data.generation),
    digest: String(data.digest),
    seed,
    parent_digest: data.parent_digest as string | null,
    questions: progress.next.wondered?.questions ?? [],
    tree: undefined,
    judged: undefined,
  };
  const { digest, baseline, generations, workers, course } = progress;
  return { ...NO_PROGRESS, digest, baseline, workers, course, criteria: keptBaselines(progress, seed), generations: [...generations, record] };
}

function keptBaselines({ generations, criteria }: Progress, seed: Seed): Progress['criteria'] {
  const known = new Map<string, CheckFacts>();
  for (const one of generations.at(-1)?.seed.acceptance_criteria ?? []) {
    const facts = criteria.get(one.id)?.baseline;
    if (facts) known.set(contractKey(one), facts);
  }
  // A seed that was redacted has none.
  const kept = (seed.acceptance_criteria ?? []).flatMap((one): [string, CriterionProgress][] => {
    const baseline = known.get(contractKey(one));
    return baseline ? [[one.id, { baseline }]] : [];
  });
  return new Map(kept);
}

const withLast = (progress: Progress, change: Partial<GenerationRecord>): Progress => ({
  ...progress,
  generations: progress.generations.map((one, at) => (at === progress.generations.length - 1 ? { ...one, ...change } : one)),
});

function judgedIn({ criteria }: Progress, data: JsonObject): GenerationJudged {
  const judged = data as unknown as GenerationJudged;
  const { outcome, score, similarity, decision, reason } = judged;
  const results = judged.results.map((one) => {
    const evidence = criteria.get(one.criterion)?.verdict?.evidence;
    return evidence ? { ...one, evidence } : one;
  });
  return { outcome, score, similarity, decision, reason, results };
}

function changeOf(type: string, data: JsonObject): CriterionProgress | undefined {
  switch (type) {
    case 'ac.baseline':
      return { baseline: data.facts as unknown as CheckFacts };
    case 'ac.started':
      return { started: true, ...(data.persona === undefined ? {} : { lateral: String(data.persona) }) };
    case 'ac.tried':
      return { over: data.next !== 'again' };
    case 'ac.stagnated':
      return { over: true };
    case 'ac.worked':
      // Of a part, the whole follows.
      if (data.part !== undefined) return undefined;
      return {
        worked: {
          how: String(data.how),
          denials: data.denials as readonly string[],
          claim: String(data.claim),
          blocked: data.blocked === undefined ? (data.denials as readonly string[]).length > 0 : data.blocked === true,
        },
      };
    case 'evaluation.checked':
      return {
        checked: {
          facts: data.facts as unknown as CheckFacts,
          restored: data.restored as readonly string[],
          with_restored: data.with_restored as unknown as CheckFacts | undefined,
          left_out: (data.left_out ?? []) as readonly string[],
          without_added: data.without_added as unknown as CheckFacts | undefined,
        },
      };
    case 'evaluation.judged':
      return {
        judged: {
          judgement: (data.judgement ?? undefined) as unknown as Judgement | undefined,
          why_not: String(data.why_not ?? ''),
          dropped: (data.dropped ?? []) as readonly string[],
          unusable: data.unusable === true,
        },
      };
    case 'evaluation.convened':
      return { convened: data.triggers as readonly string[] };
    case 'ac.judged':
      return { verdict: { status: data.status as AcStatus, evidence: data.evidence as unknown as readonly Evidence[] } };
    default:
      return undefined;
  }
}

function withBallot(progress: Progress, ballot: Ballot): Progress {
  const { ballots = [] } = progress.criteria.get(ballot.criterion) ?? {};
  return withCriterion(progress, ballot.criterion, { ballots: [...ballots, ballot] }, {});
}

function withBeside(progress: Progress, id: string, { change, anew }: NonNullable<ReturnType<typeof foldBeside>>): Progress {
  const known = progress.criteria.get(id) ?? {};
  const kept = anew && known.baseline ? { baseline: known.baseline } : anew ? {} : known;
  return { ...progress, criteria: new Map(progress.criteria).set(id, { ...kept, ...change }) };
}

function withCriterion(progress: Progress, id: string, change: CriterionProgress, data: JsonObject): Progress {
  const criteria = new Map(progress.criteria);
  criteria.set(id, { ...criteria.get(id), ...change });
  const baseline = change.baseline && progress.baseline === undefined ? (data.tree as string) : progress.baseline;
  return { ...progress, criteria, baseline };
}
