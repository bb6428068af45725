import type { Criterion } from '../../ouroboros/seed/types.ts';
import type { GenerationRecord } from '../../ouroboros/view/generations.ts';
import type { ProjectCheck } from '../../ouroboros/view/progress.ts';
import { flow } from '../overlays/flow.ts';
import { fitRow, hints, type Size, type View } from '../overlays/sheet.ts';
import type { ShellState } from '../state.ts';
import { type Line, line, plainText, span } from '../text/line.ts';
import { criterionRows, depthsOf } from './criteria.ts';
import { generationRows, isThere } from './generation-rows.ts';
import { isWanted, lineageOf, type SeedInFront, seedInFront } from './seed-state.ts';

export function seedTitle(state: ShellState): string {
  const { filter } = state.scroll.seed;
  return `${standing(state)}${filter === '' ? '' : ` /${filter}`}`;
}

function standing(state: ShellState): string {
  const front = seedInFront(state);
  if (!front) return 'Seed';
  if (front.is === 'written') return front.isEdited ? 'Seed · changed by you' : 'Seed · written';
  const { generations, outcome, criteria } = front.progress;
  const passed = [...criteria.values()].filter(({ verdict }) => verdict?.status === 'PASS').length;
  const of = generations.at(-1)?.seed.acceptance_criteria?.length ?? criteria.size;
  return `Seed ${passed}/${of}${generations.length > 1 ? ` · generation ${generations.at(-1)?.generation}` : ''}${outcome === undefined ? '' : ` · ${outcome}`}`;
}

/** The specification and how far it is proved; or the one that waits for a word to be worked on. */
export function seedRows({ state, keymap }: View, { width, height }: Size): readonly Line[] {
  const front = seedInFront(state);
  if (!front) return nothing(width).slice(0, height);
  const foot = hints(keymap, 'seed', actionsOf(front), width).slice(0, height < SMALL ? 1 : MOST_HINTS);
  const room = Math.max(1, height - foot.length);
  const at = Math.max(0, Math.min(state.scroll.seed.at, seedPlaces(state).length - 1));
  const parts = front.is === 'written' ? writtenParts(front, state, at, width) : workParts(front, state, at, width);
  return [...windowed(parts, at, room), ...foot].slice(0, height).map((one) => fitRow(one, width));
}

/** What of it can be gone to, by its name, in the order of the rows. */
export function seedPlaces(state: ShellState): readonly string[] {
  const front = seedInFront(state);
  if (!front) return [];
  if (front.is === 'written') return linesOf(front.yaml, state).map(({ id }) => id);
  const { run, progress } = front;
  const criteria = criteriaOf(front, state);
  return [goalId(run), ...criteria.map(({ id }) => criterionId(run, id)), ...lineageOf(state.work, progress).map(generationId)];
}

/** All of it as text, for the pager. */
export function seedText(state: ShellState): string {
  const front = seedInFront(state);
  if (!front) return '';
  if (front.is === 'written') return front.yaml;
  const whole = { ...state, unfolded: new Set(seedPlaces(state).filter((id) => !isShown(id, front, state))) };
  return workParts(front, whole, -1, PAGER)
    .flatMap(({ rows }) => rows.map(plainText))
    .join('\n');
}

/** Columns that a pager has on most screens. */
const PAGER = 100;

/** Lines of the file, those that are searched for. */
const linesOf = (yaml: string, { scroll }: Pick<ShellState, 'scroll'>): readonly { readonly id: string; readonly text: string }[] =>
  yaml
    .trimEnd()
    .split('\n')
    .map((text, at) => ({ id: `line ${at}`, text }))
    .filter(({ text }) => isWanted(scroll.seed.filter, text));

const criteriaOf = ({ progress }: Pick<Extract<SeedInFront, { is: 'work' }>, 'progress'>, { scroll }: Pick<ShellState, 'scroll'>): readonly Criterion[] =>
  (progress.generations.at(-1)?.seed.acceptance_criteria ?? []).filter(({ id, description }) => isWanted(scroll.seed.filter, id, description));

const goalId = (run: string): string => `goal ${run}`;
const criterionId = (run: string, id: string): string => `seed ${run} ${id}`;
const generationId = ({ digest }: GenerationRecord): string => `generation ${digest}`;

/** Shown whole though nobody asked for it: what is no success, and the newest of several generations. */
function isShown(id: string, { run, progress }: Extract<SeedInFront, { is: 'work' }>, state: ShellState): boolean {
  const generations = lineageOf(state.work, progress);
  const last = generations.at(-1);
  if (last && id === generationId(last)) return generations.length > 1;
  const status = [...progress.criteria].find(([each]) => id === criterionId(run, each))?.[1].verdict?.status;
  return status !== undefined && status !== 'PASS';
}

/** What was unfolded is the other way round. */
const isOpen = (id: string, front: Extract<SeedInFront, { is: 'work' }>, state: ShellState): boolean => state.unfolded.has(id) !== isShown(id, front, state);

const SMALL = 16;
const MOST_HINTS = 2;

interface Part {
  /** Undefined: it is only read. */
  readonly id: string | undefined;
  readonly rows: readonly Line[];
}

const nothing = (width: number): readonly Line[] => [
  ...flow('No seed yet.', width, { tone: 'dim' }),
  ...flow('A seed is a specification that can be checked: agents work on it until it is proved.', width, { tone: 'dim' }),
  ...flow('/interview IDEA', width, { tone: 'accent', indent: 2 }),
  ...flow('has one written with you,', width, { tone: 'dim', indent: 4 }),
  ...flow('/run seed.yaml', width, { tone: 'accent', indent: 2 }),
  ...flow('works on one that you have.', width, { tone: 'dim', indent: 4 }),
];

function actionsOf(front: SeedInFront): Readonly<Record<string, string>> {
  if (front.is === 'written') return { approve: 'work on it', edit: 'edit', save: 'save', page: 'pager' };
  if (front.isAlive) return { open: 'evidence', save: 'save', page: 'pager' };
  return {
    evolve: 'evolve',
    edit: 'edit as a child',
    save: 'save',
    'generation-before': 'before',
    'generation-after': 'after',
    open: 'evidence',
    page: 'pager',
  };
}

function writtenParts({ interview, yaml, isEdited }: Extract<SeedInFront, { is: 'written' }>, state: ShellState, at: number, width: number): readonly Part[] {
  const said = isEdited ? [] : (interview.restated ?? '').split('\n');
  const words = said.map((row) => ({ id: undefined, rows: flow(row, width) }));
  const file = linesOf(yaml, state).map(({ id, text }, place) => ({
    id,
    rows: flow(text, width, { tone: text.trimStart().startsWith('#') ? 'comment' : 'code', lead: span(place === at ? '> ' : '  ', 'accent') }),
  }));
  return [
    ...(isEdited || words.length === 0 ? [] : [...words, { id: undefined, rows: [[]] }]),
    { id: undefined, rows: [line(span('seed.yaml', 'heading'))] },
    ...file,
  ];
}

function workParts(front: Extract<SeedInFront, { is: 'work' }>, state: ShellState, at: number, width: number): readonly Part[] {
  const { run, progress } = front;
  const last = progress.generations.at(-1);
  const seed = isThere(last?.seed) ? last.seed : undefined;
  const places: Places = { at, next: 0 };
  const depths = depthsOf(seed?.acceptance_criteria ?? []);
  const read = (rows: readonly Line[]): Part => ({ id: undefined, rows });
  const generations = lineageOf(state.work, progress);
  const isWhole = state.unfolded.has(goalId(run));
  return [
    { id: goalId(run), rows: goalRows(seed?.goal ?? 'It was taken out of the log.', { isAt: taken(places), isWhole, width }) },
    read(flow(`seed ${last?.digest.slice(0, SHORT) ?? ''}`, width, { tone: 'dim', indent: 2 })),
    read([line(span('Criteria', 'heading'))]),
    ...criteriaOf(front, state).map((one): Part => {
      const id = criterionId(run, one.id);
      const isAt = taken(places);
      return { id, rows: criterionRows(one, { progress, depth: depths.get(one.id) ?? 0, isAt, isOpen: isOpen(id, front, state), width }) };
    }),
    ...[...progress.project.entries()].map(([name, check]) => read(checkRows(name, check, width))),
    ...listed(
      'Constraints',
      (seed?.constraints ?? []).map((text) => `- ${text.trim()}`),
      width,
    ).map(read),
    ...listed(
      seed ? `Ontology ${seed.ontology_schema.name}` : 'Ontology',
      (seed?.ontology_schema.fields ?? []).map(({ name, type, description, required }) => `${name} ${type}${required ? '' : ' (optional)'}: ${description}`),
      width,
    ).map(read),
    read([line(span('Lineage', 'heading'))]),
    ...generations.map((one, at): Part => {
      const id = generationId(one);
      return { id, rows: generationRows(one, generations[at - 1], { isAt: taken(places), isOpen: isOpen(id, front, state), width }) };
    }),
  ];
}

/** Of a long goal the beginning, unless it is unfolded. */
function goalRows(goal: string, { isAt, isWhole, width }: { readonly isAt: boolean; readonly isWhole: boolean; readonly width: number }): readonly Line[] {
  const rows = flow(goal.trim(), width, { tone: isAt ? 'select' : 'strong', lead: span(isAt ? '> ' : '  ', 'accent') });
  if (isWhole || rows.length <= MOST_GOAL) return rows;
  return [...rows.slice(0, MOST_GOAL), line(span(`  … ${rows.length - MOST_GOAL} rows more`, 'dim'))];
}

const MOST_GOAL = 3;
/** Digits of a digest that tell seeds apart. */
const SHORT = 12;

/** Counts what can be gone to. */
interface Places {
  readonly at: number;
  next: number;
}

const taken = (places: Places): boolean => places.next++ === places.at;

const listed = (title: string, texts: readonly string[], width: number): readonly (readonly Line[])[] =>
  texts.length === 0 ? [] : [[line(span(title, 'heading'))], ...texts.map((text) => flow(text, width, { indent: 2 }))];

function checkRows(name: string, { command, facts }: ProjectCheck, width: number): readonly Line[] {
  const ok = facts.exit_code === 0 && !facts.timed_out;
  return flow(`the project's own ${name}: ${command}${ok ? '' : ` exits with ${facts.exit_code ?? 'nothing'}`}`, width, {
    lead: span(ok ? '  ✓ ' : '  ✗ ', ok ? 'good' : 'bad'),
    tone: 'dim',
  });
}

/** The rows around the selection; its own beginning goes before its end. */
function windowed(parts: readonly Part[], at: number, room: number): readonly Line[] {
  const rows = parts.flatMap((one) => one.rows);
  let place = -1;
  let first = 0;
  let count = 0;
  for (const { id, rows: of } of parts) {
    if (id !== undefined) place++;
    if (place === at && id !== undefined) {
      count = of.length;
      break;
    }
    first += of.length;
  }
  const most = Math.max(0, rows.length - room);
  const wanted = at <= 0 ? 0 : Math.min(first, Math.max(first + count - room, first - Math.floor(room / 2)));
  const top = Math.max(0, Math.min(wanted, most));
  return rows.slice(top, top + room);
}
