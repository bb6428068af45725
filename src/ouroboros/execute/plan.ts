import { OxiosError } from '../../kernel/errors.ts';

/** What planning needs of a criterion; `id` is its own or its number from 1. */
export interface PlanItem {
  readonly id: string;
  readonly description: string;
  readonly depends_on: readonly string[];
  readonly expected_artifacts: readonly string[];
}

export interface PlanEdge {
  readonly from: string;
  readonly to: string;
  /** `declared` by the seed, named in the `text`, or both write the same `artifact`. */
  readonly why: 'declared' | 'text' | 'artifact';
}

/** Criteria in levels: everything in a level may start when the levels before it are done. */
export interface Plan {
  readonly levels: readonly (readonly string[])[];
  readonly edges: readonly PlanEdge[];
}

/** Kahn's levels over declared, textual and shared-artifact dependencies. Throws PLAN_CYCLE naming the circle. */
export function makePlan(items: readonly PlanItem[]): Plan {
  const declared = items.flatMap((item) => item.depends_on.map((from): PlanEdge => ({ from, to: item.id, why: 'declared' })));
  const named = items.flatMap((item) => textEdges(item, items));
  const edges = unique([...declared, ...named]);
  const sharing = artifactEdges(items, edges);
  const all = [...edges, ...sharing];
  return { levels: levelsOf(items, all), edges: all };
}

/** "depends on AC 1", "after AC-2", "requires criteria 1 and 3": numbers count from 1. */
const REFERENCE =
  /\b(?:depends?\s+(?:up)?on|after|requires?|builds?\s+on|once)\s+(?:the\s+)?(?:ac|acs|criterion|criteria|acceptance\s+criteri(?:on|a))s?[\s#-]*((?:\d+|[\s,&]|and|\band\b)+)/giu;

function textEdges(item: PlanItem, items: readonly PlanItem[]): readonly PlanEdge[] {
  const numbers = [...item.description.matchAll(REFERENCE)].flatMap((match) => (match[1]?.match(/\d+/g) ?? []).map(Number));
  return numbers.flatMap((number): PlanEdge[] => {
    const from = items[number - 1];
    return from && from.id !== item.id ? [{ from: from.id, to: item.id, why: 'text' }] : [];
  });
}

/** Criteria that write the same path go in the order of the seed, unless another edge already orders them. */
function artifactEdges(items: readonly PlanItem[], edges: readonly PlanEdge[]): readonly PlanEdge[] {
  const out: PlanEdge[] = [];
  for (const [at, later] of items.entries()) {
    for (const earlier of items.slice(0, at)) {
      const shared = earlier.expected_artifacts.some((path) => later.expected_artifacts.includes(path));
      if (shared && !reaches([...edges, ...out], later.id, earlier.id)) out.push({ from: earlier.id, to: later.id, why: 'artifact' });
    }
  }
  return out.filter((edge) => !edges.some((other) => other.from === edge.from && other.to === edge.to));
}

function levelsOf(items: readonly PlanItem[], edges: readonly PlanEdge[]): readonly (readonly string[])[] {
  const levels: string[][] = [];
  const done = new Set<string>();
  while (done.size < items.length) {
    const free = items.filter((item) => !done.has(item.id) && edges.every((edge) => edge.to !== item.id || done.has(edge.from)));
    if (free.length === 0) throw cycleError(items, edges, done);
    levels.push(free.map((item) => item.id));
    for (const item of free) done.add(item.id);
  }
  return levels;
}

function cycleError(items: readonly PlanItem[], edges: readonly PlanEdge[], done: ReadonlySet<string>): OxiosError {
  const left = items.find((item) => !done.has(item.id) && reaches(edges, item.id, item.id));
  const circle = left ? circleFrom(edges, left.id) : [];
  return new OxiosError('PLAN_CYCLE', `criteria depend on each other in a circle: ${circle.join(' -> ')}`, {
    hint: 'remove one of these depends_on entries or references',
  });
}

function circleFrom(edges: readonly PlanEdge[], start: string): readonly string[] {
  const walk = (at: string, path: readonly string[]): readonly string[] | undefined => {
    for (const edge of edges.filter((one) => one.from === at)) {
      if (edge.to === start) return [...path, start];
      const further = path.includes(edge.to) ? undefined : walk(edge.to, [...path, edge.to]);
      if (further) return further;
    }
    return undefined;
  };
  return walk(start, [start]) ?? [start];
}

function reaches(edges: readonly PlanEdge[], from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const edge of edges) {
      if (edge.from !== at) continue;
      if (edge.to === to) return true;
      if (!seen.has(edge.to)) {
        seen.add(edge.to);
        open.push(edge.to);
      }
    }
  }
  return false;
}

const unique = (edges: readonly PlanEdge[]): readonly PlanEdge[] =>
  edges.filter((edge, at) => edges.findIndex((other) => other.from === edge.from && other.to === edge.to) === at);
