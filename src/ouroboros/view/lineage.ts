import type { KernelEvent } from '../../kernel/events.ts';
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { Seed } from '../seed/types.ts';
import type { GenerationJudged } from './generations.ts';

/** A chain of generations, over all runs that worked on it. */
export interface Lineage {
  /** The run that began it. */
  readonly id: string;
  readonly title: string;
  readonly cwd: string;
  /** In the order they began. */
  readonly runs: readonly LineageRun[];
  /** All there ever were, in the order they began. */
  readonly generations: readonly LineageGeneration[];
}

export interface LineageRun {
  readonly run: string;
  /** Null: it is going, or was cut off. */
  readonly outcome: string | null;
}

export interface LineageGeneration {
  readonly run: string;
  readonly generation: number;
  readonly digest: string;
  readonly parent_digest: string | null;
  /** Undefined: it was redacted. */
  readonly seed: Seed | undefined;
  readonly questions: readonly string[];
  /** The workspace that was evaluated. */
  readonly tree: string | undefined;
  readonly judged: GenerationJudged | undefined;
  /** A rewind went back to before it, or another one took its place. */
  readonly discarded: boolean;
}

/** What is read of the log for it. */
export const LINEAGE_TYPES: readonly string[] = [
  ...['run.started', 'run.result', 'workspace.restored', 'evaluation.started'],
  ...['lineage.advanced', 'lineage.wondered', 'lineage.judged', 'lineage.rewound'],
];

/** Lineages in the order they began. Pure; the events in the order of the log. */
export function foldLineages(events: Iterable<KernelEvent>): readonly Lineage[] {
  const fold: Fold = { lineages: new Map(), of: new Map(), asked: new Map(), rewinds: new Map(), pending: new Map() };
  for (const event of events) take(fold, event);
  return [...fold.lineages.values()].filter((one) => one.generations.length > 0);
}

/** The generations that count, in their order. */
export const currentOf = (lineage: Lineage): readonly LineageGeneration[] => lineage.generations.filter((one) => !one.discarded);

interface Fold {
  readonly lineages: Map<string, Open>;
  /** Lineage by run. */
  readonly of: Map<string, Open>;
  /** Questions by run, for the generation that follows. */
  readonly asked: Map<string, readonly string[]>;
  /** Places of generations that each restoration discarded, by run, the last one last. */
  readonly rewinds: Map<string, (readonly number[])[]>;
  readonly pending: Map<string, JsonObject>;
}

interface Open extends Lineage {
  readonly runs: LineageRun[];
  readonly generations: LineageGeneration[];
}

function take(fold: Fold, event: KernelEvent): void {
  const data = event as unknown as JsonObject;
  const lineage = event.type === 'run.started' ? begun(fold, event) : fold.of.get(event.run);
  if (lineage) FOLDS[event.type]?.(fold, lineage, data);
}

const FOLDS: Readonly<Record<string, (fold: Fold, lineage: Open, data: JsonObject) => void>> = {
  'lineage.wondered': (fold, _, { run, questions }) => void fold.asked.set(String(run), (questions ?? []) as readonly string[]),
  'lineage.advanced': advanced,
  'evaluation.started': (_, lineage, { run, tree }) => change(lineage, String(run), { tree: String(tree) }),
  'lineage.judged': (_, lineage, data) => change(lineage, String(data.run), { judged: data as unknown as GenerationJudged }),
  'lineage.rewound': (fold, _, data) => void fold.pending.set(String(data.run), data),
  'workspace.restored': restored,
  'run.result': (_, { runs }, { run, outcome }) => {
    const at = runs.findIndex((one) => one.run === run);
    if (at >= 0) runs[at] = { run: String(run), outcome: String(outcome) };
  },
};

function begun(fold: Fold, event: Extract<KernelEvent, { type: 'run.started' }>): Open | undefined {
  const { body, args } = event.request as unknown as { readonly body?: string; readonly args?: Json };
  if (body !== 'protocol') return undefined;
  const evolves = isObject(args ?? null) ? (args as JsonObject).evolves : undefined;
  const id = isObject(evolves ?? null) ? String((evolves as JsonObject).lineage) : event.run;
  const lineage = fold.lineages.get(id) ?? { id, title: event.title, cwd: event.cwd, runs: [], generations: [] };
  fold.lineages.set(id, lineage);
  fold.of.set(event.run, lineage);
  lineage.runs.push({ run: event.run, outcome: null });
  return lineage;
}

function advanced(fold: Fold, { generations }: Open, data: JsonObject): void {
  const generation = Number(data.generation);
  discard(generations, (one) => one.generation >= generation);
  generations.push({
    run: String(data.run),
    generation,
    digest: String(data.digest),
    parent_digest: data.parent_digest as string | null,
    seed: isObject(data.seed ?? null) && 'goal' in (data.seed as JsonObject) ? (data.seed as unknown as Seed) : undefined,
    questions: generation === 1 ? [] : (fold.asked.get(String(data.run)) ?? []),
    tree: undefined,
    judged: undefined,
    discarded: false,
  });
}

/** What happens to a generation happens to the last one of that run. */
function change({ generations }: Open, run: string, what: Partial<LineageGeneration>): void {
  const at = generations.findLastIndex((one) => one.run === run);
  const known = generations[at];
  if (known) generations[at] = { ...known, ...what };
}

/** A rewind is one restoration among others; taking it back brings back what it discarded. */
function restored(fold: Fold, { generations }: Open, data: JsonObject): void {
  const run = String(data.run);
  const stack = fold.rewinds.get(run) ?? [];
  fold.rewinds.set(run, stack);
  const rewound = fold.pending.get(run);
  fold.pending.delete(run);
  if (data.redo !== true) return void stack.push(rewound ? discard(generations, (one) => one.generation > Number(rewound.generation)) : []);
  for (const at of stack.pop() ?? []) {
    const known = generations[at];
    if (known) generations[at] = { ...known, discarded: false };
  }
}

/** Places of those that it met. */
function discard(generations: LineageGeneration[], meets: (one: LineageGeneration) => boolean): readonly number[] {
  const places = [...generations.keys()].filter((at) => {
    const one = generations[at];
    return one !== undefined && !one.discarded && meets(one);
  });
  for (const at of places) {
    const one = generations[at];
    if (one) generations[at] = { ...one, discarded: true };
  }
  return places;
}
