import stringWidth from 'string-width';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { fit, oneLine } from './fit.ts';

/** What goes on in a run, as its live line tells it; changed in place by `follow`. */
export interface Following {
  readonly names: Map<number, string>;
  /** Of the specification, from 1; 0 where there is none. */
  generation: number;
  phase: string;
  /** Criteria of the plan, those that held in the last generation and are not worked on again, and those the phase is through with. */
  readonly planned: Set<string>;
  readonly held: Set<string>;
  readonly done: Set<string>;
  agent: string;
  tool: string;
  tokens: number;
  cost: number | null;
}

export const nothingYet = (): Following => ({
  names: new Map(),
  generation: 0,
  phase: '',
  planned: new Set(),
  held: new Set(),
  done: new Set(),
  agent: '',
  tool: '',
  tokens: 0,
  cost: 0,
});

type Event = JsonObject & { readonly type: string };

export function follow(state: Following, event: Event): void {
  PHASES[event.type]?.(state, event);
  if (event.type === 'process.forked') began(state, event);
  if (event.type === 'tool.intended' || event.type === 'model.requested') state.agent = agentOf(state, event);
  if (event.type === 'tool.intended') state.tool = String(event.action);
  if (event.type === 'model.requested') state.tool = `thinking (turn ${String(event.turn)})`;
  if (event.type === 'budget.settled') state.tokens += Number(event.tokens);
  if (hasCost(event)) state.cost = state.cost === null || event.cost_usd === null ? null : state.cost + Number(event.cost_usd);
}

/** `generation 2, work 1/3 · worker tests npm test · 4210 tokens $0.0123 · 42 s`; where the terminal is narrow, what was used goes first. */
export function liveLine(state: Following, seconds: number, width: number): string {
  const { agent, tool, tokens, cost } = state;
  const where = state.phase === '' ? [] : [whereIn(state, width < NARROW)];
  const used = `${tokens} tokens${cost === null ? '' : ` $${cost.toFixed(4)}`}`;
  const roomBeside = (ends: readonly string[]): number => width - 1 - stringWidth(`  ${[...where, '', ...ends].join(BETWEEN)}`);
  const time = `${seconds} s`;
  const ends = roomBeside([used, time]) >= LEAST ? [used, time] : [time];
  const what = fit(oneLine(`${agent} ${tool}`), Math.max(0, roomBeside(ends)));
  return fit(`  ${[...where, what, ...ends].join(BETWEEN)}`, width - 1);
}

function whereIn({ generation, phase, planned, held, done }: Following, isNarrow: boolean): string {
  const all = phase === WORK ? [...planned].filter((id) => !held.has(id) || done.has(id)).length : planned.size;
  const count = COUNTED.has(phase) && all > 0 ? ` ${done.size}/${all}` : '';
  const later = isNarrow ? `g${generation} ` : `generation ${generation}, `;
  return `${generation > 1 ? later : ''}${phase}${count}`;
}

const BETWEEN = ' · ';
/** Columns below which words are shortened, and the least that is shown of what goes on before what was used is left out. */
const NARROW = 60;
const LEAST = 16;

const LOOK = 'look first';
const WORK = 'work';
const CHECK = 'check';
const COUNTED: ReadonlySet<string> = new Set([LOOK, WORK, CHECK]);

function enter(state: Following, phase: string): void {
  if (state.phase === phase) return;
  state.phase = phase;
  state.done.clear();
}

function through(state: Following, phase: string, { criterion }: Event): void {
  enter(state, phase);
  state.done.add(String(criterion));
}

const PHASES: Readonly<Record<string, (state: Following, event: Event) => unknown>> = {
  'lineage.advanced': (state, event) => {
    state.generation = Number(event.generation);
  },
  'plan.made': (state, event) => {
    state.planned.clear();
    for (const id of (event.levels as readonly (readonly string[])[]).flat()) state.planned.add(id);
    enter(state, 'plan');
  },
  'lineage.judged': (state, event) => {
    state.held.clear();
    for (const { criterion, status } of event.results as readonly { criterion: string; status: string }[]) if (status === 'PASS') state.held.add(criterion);
  },
  'ac.baseline': (state, event) => through(state, LOOK, event),
  'ac.started': (state) => enter(state, WORK),
  // A try that did not do is followed by another.
  'ac.tried': (state, event) => (event.next === 'again' ? enter(state, WORK) : through(state, WORK, event)),
  'evaluation.started': (state) => enter(state, CHECK),
  'ac.judged': (state, event) => through(state, CHECK, event),
};

/** Those who are asked between two generations, and before the first. */
const ASKED: ReadonlySet<string> = new Set(['wonder', 'reflect', 'interviewer', 'scorer', 'specifier']);

/** The run itself is at work where nobody else is named. */
function agentOf({ names }: Following, { pid }: Event): string {
  const name = names.get(Number(pid)) ?? '';
  return name === 'run' ? '' : name;
}

function began(state: Following, event: Event): void {
  state.names.set(Number(event.pid), String(event.name));
  const labels = isObject(event.args) ? event.args.labels : undefined;
  const role = isObject(labels) ? String(labels.role) : '';
  if (ASKED.has(role)) enter(state, role);
}

const hasCost = (event: Event): boolean => event.type === 'model.answered' || (event.type === 'model.failed' && event.usage !== undefined);
