import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../../src/kernel/events.ts';
import type { RunId } from '../../../src/kernel/ids.ts';
import type { Criterion, Seed } from '../../../src/ouroboros/seed/types.ts';
import { NO_INTERVIEW } from '../../../src/ouroboros/view/interview.ts';
import { foldProgress, NO_PROGRESS, type Progress } from '../../../src/ouroboros/view/progress.ts';
import { actOnSeed } from '../../../src/tui/panes/act-seed.ts';
import { seedPlaces, seedRows, seedTitle } from '../../../src/tui/panes/seed.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { frame, runOf, SIZES, stateOf, viewOf } from '../../helpers/shell-scene.ts';
import { runsOf } from '../../helpers/shell-state.ts';

const RUN = 'r_work' as RunId;
const usual = { width: 80, height: 24 };

const criterion = (id: string, description: string, change: Partial<Criterion> = {}): Criterion => ({
  ...{ id, description, semantic_ac_key: description, verify_command: null, expected_artifacts: [], output_assertion: null },
  ...{ verify_exemption_reason: null, investment: null, depends_on: [], resources: [] },
  ...change,
});
const PRINTS = criterion('ac1', 'tally.sh prints the count', { verify_command: 'test "$(sh tally.sh)" = 1', expected_artifacts: ['tally.sh'] });
const KEEPS = criterion('ac2', 'the count is kept', { depends_on: ['ac1'] });
const READS = criterion('ac3', 'it reads well', { verify_exemption_reason: 'taste', depends_on: ['ac2'] });

const seedOf = (change: Partial<Seed> = {}): Seed => ({
  goal: 'A tally counter',
  task_type: 'code',
  brownfield_context: { project_type: 'greenfield', context_references: [], existing_patterns: [], existing_dependencies: [] },
  constraints: ['no dependency'],
  acceptance_criteria: [PRINTS, KEEPS, READS],
  ontology_schema: { name: 'Tally', description: 'counting', fields: [{ name: 'count', type: 'number', description: 'so far', required: true }] },
  evaluation_principles: [],
  exit_conditions: [],
  metadata: {
    seed_id: 's',
    version: '1',
    created_at: null,
    ambiguity_score: 0.1,
    interview_id: null,
    parent_seed_id: null,
    generation_mode: 'x',
    degraded: false,
    unresolved_slots: [],
    recovery_reason: null,
  },
  oxios: {},
  extra: {},
  ...change,
});

const fold = (events: readonly object[], from: Progress = NO_PROGRESS): Progress =>
  events.reduce<Progress>((state, event) => foldProgress(state, event as KernelEvent), from);
const advanced = (generation: number, seed: Seed, digest: string, parent_digest: string | null = null) => ({
  type: 'lineage.advanced',
  generation,
  seed,
  digest,
  parent_digest,
});
const D1 = 'a1b2c3d4e5f6'.padEnd(64, '0');
const D2 = 'b2c3d4e5f6a1'.padEnd(64, '0');

const UNDERWAY = fold([
  advanced(1, seedOf(), D1),
  { type: 'ac.started', criterion: 'ac1', attempt: 1, generation: 1 },
  { type: 'ac.started', criterion: 'ac1', attempt: 2, generation: 1, persona: 'hacker' },
]);
const JUDGED = fold(
  [
    { type: 'ac.judged', criterion: 'ac1', status: 'PASS', evidence: [{ kind: 'contract', ok: true, text: 'exits with 0' }] },
    { type: 'ac.worked', criterion: 'ac2', attempt: 1, worker: 4, how: 'done', denials: [], claim: 'all done' },
    { type: 'ac.judged', criterion: 'ac2', status: 'FAIL', evidence: [{ kind: 'contract', ok: false, text: 'exits with 1', at: ['tally.sh:3'] }] },
    { type: 'evaluation.project', name: 'test', command: 'npm test', facts: { exit_code: 0, timed_out: false }, restored: [] },
    { type: 'evaluation.finished', outcome: 'FAIL', exit_code: 1 },
    { type: 'lineage.judged', generation: 1, outcome: 'FAIL', score: 0.5, similarity: 0, decision: 'continue', reason: 'a criterion fails', results: [] },
  ],
  UNDERWAY,
);
const EVOLVED = fold(
  [
    { type: 'lineage.wondered', generation: 2, questions: ['where is it kept?'] },
    advanced(
      2,
      seedOf({
        goal: 'A tally counter that keeps its count',
        acceptance_criteria: [PRINTS, { ...KEEPS, verify_command: 'sh check.sh' }],
        ontology_schema: { name: 'Tally', description: 'counting', fields: [] },
      }),
      D2,
      D1,
    ),
  ],
  JUDGED,
);

const at = (place: number) => ({ ...stateOf().scroll, seed: { back: 0, at: place, filter: '' } });
const work = (progress: Progress, change: Partial<ShellState> = {}, status: 'running' | 'ended' = 'running'): ShellState =>
  stateOf({ work: new Map([[RUN, progress]]), runs: runsOf(runOf(RUN, { kind: 'run', status })), focus: 'seed', ...change });
const rowsOf = (state: ShellState, size = usual) => frame(seedRows({ state, keymap: viewOf().keymap }, size), size);

describe('the Seed pane', () => {
  test('while it is worked on shows each criterion in its tree with how far it is', () => {
    expect(seedTitle(work(UNDERWAY))).toBe('Seed 0/3');
    expect(rowsOf(work(UNDERWAY))).toBe(
      `> A tally counter
  seed a1b2c3d4e5f6
Criteria
  ● ac1 try 2 hacker  tally.sh prints the count
    ○ ac2 waits  the count is kept (after ac1)
      ○ ac3 waits  it reads well (after ac2)
Constraints
  - no dependency
Ontology Tally
  count number: so far
Lineage
  1  a1b2c3d4e5f6 under way
Enter evidence  s save  p pager`,
    );
  });

  test('shows verdicts with signs and words, evidence where it is no success, and the project’s own checks', () => {
    const state = work(JUDGED, {}, 'ended');
    expect(seedTitle(state)).toBe('Seed 1/3 · FAIL');
    expect(rowsOf(state)).toBe(
      `> A tally counter
  seed a1b2c3d4e5f6
Criteria
  ✓ ac1 PASS  tally.sh prints the count
    ✗ ac2 FAIL  the count is kept (after ac1)
      ✗ contract: exits with 1 (tally.sh:3)
      its worker says, which proves nothing: all done
      ○ ac3 waits  it reads well (after ac2)
  ✓ the project's own test: npm test
Constraints
  - no dependency
Ontology Tally
  count number: so far
Lineage
  1  a1b2c3d4e5f6 FAIL score 0.50 · continue: a criterion fails
v evolve  e edit as a child  s save  Left before  Right after  Enter evidence
p pager`,
    );
    const opened = rowsOf(work(JUDGED, { unfolded: new Set([`seed ${RUN} ac1`]) }));
    expect(opened).toContain('    checked by test "$(sh tally.sh)" = 1\n    leaves tally.sh\n    ✓ contract: exits with 0\n');
    expect(rowsOf(work(JUDGED, { unfolded: new Set([`seed ${RUN} ac2`]) }))).not.toContain('tally.sh:3');
  });

  test('shows the lineage with what each generation changed, and why', () => {
    const state = work(EVOLVED, { scroll: at(4) });
    expect(seedTitle(state)).toBe('Seed 0/2 · generation 2');
    expect(rowsOf(state)).toBe(
      `  A tally counter that keeps its count
  seed b2c3d4e5f6a1
Criteria
  ○ ac1 waits  tally.sh prints the count
    ○ ac2 waits  the count is kept (after ac1)
Constraints
  - no dependency
Lineage
  1  a1b2c3d4e5f6 FAIL score 0.50 · continue: a criterion fails
> 2  b2c3d4e5f6a1 under way
    digest ${D2}
    ? where is it kept?
    - goal: A tally counter
    + goal: A tally counter that keeps its count
    - it reads well
    + ac2 verify_command: sh check.sh
    - ontology count
Enter evidence  s save  p pager`,
    );
  });

  test('follows a lineage through the runs that worked on it', () => {
    const later = 'r_x_later' as RunId;
    const child = fold([advanced(2, seedOf({ goal: 'more' }), D2, D1)]);
    const state = stateOf({
      work: new Map([
        [later, child],
        [RUN, JUDGED],
      ]),
      runs: runsOf(runOf(RUN, { kind: 'run', status: 'ended' }), runOf(later, { kind: 'run' })),
    });
    expect(rowsOf(state)).toContain('Lineage\n  1  a1b2c3d4e5f6 FAIL score 0.50 · continue: a criterion fails\n  2  b2c3d4e5f6a1 under way\n');
  });

  test('of an interview is the specification in plain words and as a file, until it is worked on', () => {
    const interview = { ...NO_INTERVIEW, is: 'seeded', restated: 'What will be built: a counter', yaml: '# yours\ngoal: a counter\n' } as const;
    const state = stateOf({ interviews: new Map([['r_int' as RunId, interview]]) });
    expect(seedTitle(state)).toBe('Seed · written');
    expect(rowsOf(state)).toBe(
      `What will be built: a counter

seed.yaml
> # yours
  goal: a counter
a work on it  e edit  s save  p pager`,
    );
    const edited = { ...state, edited: new Map([['r_int' as RunId, 'goal: my own\n']]) };
    expect(seedTitle(edited)).toBe('Seed · changed by you');
    expect(rowsOf(edited)).toBe('seed.yaml\n> goal: my own\na work on it  e edit  s save  p pager');
  });

  test('without a seed teaches how to come by one', () => {
    expect(rowsOf(stateOf(), { width: 40, height: 12 })).toBe(
      `No seed yet.
A seed is a specification that can be
checked: agents work on it until it is
proved.
  /interview IDEA
    has one written with you,
  /run seed.yaml
    works on one that you have.`,
    );
  });

  test('of which the seed was taken out of the log says so', () => {
    const gone = fold([advanced(1, {} as Seed, D1)]);
    expect(rowsOf(work(gone))).toContain('It was taken out of the log.');
    expect(rowsOf(work(fold([advanced(2, {} as Seed, D2, D1)], gone)))).toContain('! its seed was taken out of the log');
  });

  test.each(SIZES)('fits $width x $height, with what is selected in sight', (size) => {
    const criteria = Array.from({ length: 60 }, (_, n) =>
      criterion(`ac${n + 1}`, `第${n + 1}の基準 👩‍👩‍👧 קריטריון ${'x'.repeat(90)}`, { depends_on: n === 0 ? [] : [`ac${n}`] }),
    );
    const progress = fold([advanced(1, seedOf({ goal: '目標'.repeat(200), acceptance_criteria: criteria }), D1)]);
    for (const place of [0, 1, 30, 60, 61, 999]) expect(rowsOf(work(progress, { scroll: at(place) }), size)).toMatch(/^ *> /mu);
  });
});

describe('the keys of the Seed pane', () => {
  const interview = { ...NO_INTERVIEW, is: 'seeded', yaml: 'goal: a counter\nconstraints: []\n' } as const;
  const written = stateOf({ interviews: new Map([['r_int' as RunId, interview]]) });

  test.each<[string, ShellState, object | undefined]>([
    ['approve', written, { world: [{ do: 'run', from: { interview: 'r_int' } }] }],
    ['edit', written, { world: [{ do: 'edit-seed', run: 'r_int' }] }],
    ['down', written, { ui: [{ ui: 'move', by: 1 }] }],
    ['open', written, undefined],
    ['evolve', written, undefined],
    ['evolve', work(JUDGED, {}, 'ended'), { world: [{ do: 'evolve', run: RUN }] }],
    ['edit', work(JUDGED, {}, 'ended'), { world: [{ do: 'edit-seed', run: RUN }] }],
    ['approve', work(JUDGED, {}, 'ended'), undefined],
    ['open', work(JUDGED, { scroll: at(2) }), { ui: [{ ui: 'unfold', item: `seed ${RUN} ac2` }] }],
    ['bottom', work(EVOLVED), { ui: [{ ui: 'move', by: 4 }] }],
    ['top', work(EVOLVED, { scroll: at(4) }), { ui: [{ ui: 'move', by: -4 }] }],
    ['generation-before', work(EVOLVED), { ui: [{ ui: 'move', by: 4 }] }],
    ['generation-before', work(EVOLVED, { scroll: at(4) }), { ui: [{ ui: 'move', by: -1 }] }],
    ['generation-after', work(EVOLVED, { scroll: at(4) }), { ui: [{ ui: 'move', by: 0 }] }],
    ['edit', stateOf(), undefined],
  ])('%s', (action, state, outcome) => {
    expect(actOnSeed(action, state)).toEqual(outcome);
  });

  test('a filter leaves what was searched for, also for the keys', () => {
    const scroll = { ...stateOf().scroll, seed: { back: 0, at: 1, filter: 'KEPT' } };
    const state = work(JUDGED, { scroll });
    expect(seedTitle(state)).toBe('Seed 1/3 · FAIL /KEPT');
    expect(rowsOf(state)).toContain('Criteria\n  > ✗ ac2 FAIL');
    expect(rowsOf(state)).not.toContain('ac1 PASS');
    expect(actOnSeed('open', state)).toEqual({ ui: [{ ui: 'unfold', item: `seed ${RUN} ac2` }] });
    expect(seedPlaces({ ...written, scroll: { ...scroll, seed: { ...scroll.seed, filter: 'goal' } } })).toEqual(['line 0']);
  });

  test('the pager gets all of it, unfolded', () => {
    const [page] = actOnSeed('page', work(EVOLVED, { unfolded: new Set([`generation ${D2}`]) }))?.world ?? [];
    expect(page).toMatchObject({ do: 'page', text: expect.stringContaining(`digest ${D1}`) });
    expect(page).toMatchObject({ text: expect.stringContaining(`digest ${D2}`) });
    expect(page).toMatchObject({ text: expect.stringContaining('checked by sh check.sh') });
    expect(actOnSeed('page', written)?.world).toEqual([{ do: 'page', title: 'seed', text: `${interview.yaml}\n` }]);
  });

  test('nothing evolves while it is worked on', () => {
    expect(actOnSeed('evolve', work(UNDERWAY))).toMatchObject({ ui: [{ ui: 'notice', text: 'it is still worked on' }] });
  });

  test('a file is asked for by name', () => {
    expect(actOnSeed('save', written)).toMatchObject({
      ui: [{ ui: 'open', overlay: { is: 'form', value: 'seed.yaml', submit: { is: 'save-seed', run: 'r_int' } } }],
    });
  });

  test('every place that can be gone to is one that is shown', () => {
    for (const state of [written, work(EVOLVED), work(JUDGED)]) {
      const places = seedPlaces(state);
      for (const [place] of places.entries())
        if (state !== written) expect(rowsOf({ ...state, scroll: at(place) }, { width: 200, height: 50 })).toMatch(/^ *> /mu);
      expect(new Set(places).size).toBe(places.length);
    }
  });
});
