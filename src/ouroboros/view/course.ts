import type { KernelEvent } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CheckFacts } from '../events.ts';
import { NO_STREAKS, type Streaks, type Tier, withTry } from '../execute/router.ts';

/** A part of a criterion that was found too big. */
export interface Part {
  readonly id: string;
  readonly description: string;
  readonly artifacts: readonly string[];
}

/** How a worker ended; its words are kept, and are never evidence. */
export interface WorkerEnd {
  readonly worker: number;
  readonly how: string;
  readonly claim: string;
  readonly code: string | undefined;
}

/** What came of a try. */
export interface TryEnd {
  /** Null: there is nothing to check it by. */
  readonly holds: boolean | null;
  readonly facts: CheckFacts | undefined;
  /** What the check said, told apart from other outcomes. */
  readonly signature: string;
  /** Share of the contract that is not met. */
  readonly unmet: number;
  readonly next: 'done' | 'again' | 'over';
  /** It was looked at without what others do at the same time. */
  readonly beside: boolean;
}

/** One try at a criterion. */
export interface Try {
  readonly criterion: string;
  /** `semantic_ac_key`: a criterion that was revised begins anew. */
  readonly key: string;
  readonly generation: number;
  readonly round: number;
  readonly attempt: number;
  readonly persona: string | undefined;
  readonly route: { readonly tier: Tier; readonly model: string } | undefined;
  /** By what was split. */
  readonly splits: ReadonlyMap<string, { readonly worker: number | undefined; readonly parts: readonly Part[] }>;
  readonly ended: ReadonlyMap<string, WorkerEnd>;
  readonly worked: (WorkerEnd & { readonly blocked: boolean }) | undefined;
  readonly end: TryEnd | undefined;
}

export interface Drift {
  /** 0 to 1; null: nothing is known. */
  readonly score: number | null;
  readonly goal: number | null;
  readonly constraint: number;
  readonly ontology: number | null;
  readonly outside: readonly string[];
}

/** How the work went, over all generations: a fold of the run's events. */
export interface Course {
  readonly tries: readonly Try[];
  readonly streaks: Streaks;
  /** Criteria that no other try will bring on, by `semantic_ac_key`. */
  readonly stagnated: ReadonlySet<string>;
  /** By generation. */
  readonly drift: ReadonlyMap<number, Drift>;
}

export const NO_COURSE: Course = { tries: [], streaks: NO_STREAKS, stagnated: new Set(), drift: new Map() };

export function foldCourse(course: Course, event: KernelEvent): Course {
  const data = event as unknown as JsonObject;
  switch (event.type) {
    case 'ac.started':
      return { ...course, tries: [...course.tries, begun(data)] };
    case 'ac.tried':
      return tried(course, data);
    case 'ac.stagnated':
      return { ...course, stagnated: new Set([...course.stagnated, String(data.key)]) };
    case 'drift.measured':
      return { ...course, drift: new Map(course.drift).set(Number(data.generation), data as unknown as Drift) };
    default: {
      const change = changeOf(event.type, data);
      return change ? withLast(course, String(data.criterion), change) : course;
    }
  }
}

const begun = (data: JsonObject): Try => ({
  criterion: String(data.criterion),
  key: String(data.key ?? data.criterion),
  generation: Number(data.generation ?? 1),
  round: Number(data.round ?? 1),
  attempt: Number(data.attempt),
  persona: data.persona as string | undefined,
  route: undefined,
  splits: new Map(),
  ended: new Map(),
  worked: undefined,
  end: undefined,
});

type Change = (one: Try) => Partial<Try>;

function changeOf(type: string, data: JsonObject): Change | undefined {
  switch (type) {
    case 'router.decided':
      return () => ({ route: { tier: data.tier as Tier, model: String(data.model) } });
    case 'ac.split': {
      const split = { worker: data.worker as number | undefined, parts: data.parts as unknown as readonly Part[] };
      return ({ splits }) => ({ splits: new Map(splits).set(String(data.part ?? data.criterion), split) });
    }
    case 'ac.worked': {
      const end = { worker: Number(data.worker), how: String(data.how), claim: String(data.claim), code: data.code as string | undefined };
      const { part } = data;
      if (part !== undefined) return ({ ended }) => ({ ended: new Map(ended).set(String(part), end) });
      return () => ({ worked: { ...end, blocked: data.blocked === true } });
    }
    default:
      return undefined;
  }
}

/** A criterion is worked on by one try at a time. */
function withLast(course: Course, criterion: string, change: Change): Course {
  const at = course.tries.findLastIndex((one) => one.criterion === criterion);
  return at < 0 ? course : { ...course, tries: course.tries.map((one, each) => (each === at ? { ...one, ...change(one) } : one)) };
}

function tried(course: Course, data: JsonObject): Course {
  const { holds, facts, signature, unmet, next } = data as unknown as TryEnd;
  const beside = data.beside === true;
  const after = withLast(course, String(data.criterion), () => ({ end: { holds, facts, signature, unmet, next, beside } }));
  const tier = after.tries.findLast((one) => one.criterion === data.criterion)?.route?.tier;
  return tier === undefined || holds === null || (beside && !holds) ? after : { ...after, streaks: withTry(after.streaks, tier, holds) };
}
