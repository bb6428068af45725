import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { asks, criterion, IDEA, ONE_ROUND, question, type Scene, scene, scores, specifies, WORKERS } from '../helpers/interview.ts';
import type { Line, Ran } from '../helpers/oxios.ts';

let here: Scene;
afterEach(() => here.remove());

const of = (ran: Ran, type: string): Line[] => ran.events().filter((event) => event.type === type);
const result = (ran: Ran): Line => ran.events().at(-1);
const seed = (file = 'seed.yaml') => parse(readFileSync(here.path(file), 'utf8')) as Line;
const id = (ran: Ran): string => result(ran).run;

describe('answers from a file', () => {
  test.each([
    ['in order', ['2', 'auto', 'later'], ['storage two', 'colour one', '']],
    ['by number, name and text', { 'Which language?': 'sh', 2: 'green', storage: '1' }, ['storage one', 'green', 'sh']],
    ['as entries', [{ question: 'q3', answer: 'sh' }, 'first', { answer: 'second' }], ['first', 'second', 'sh']],
    ['as lines of plain text', '1\n2\n', undefined],
  ] as const)('%s are the decisions of the seed', async (_, given, answers) => {
    here = scene(ONE_ROUND);
    const file = here.answers(given);
    const ran = await here.interview(['--answers', file]);
    if (answers === undefined) {
      // Two answers for three questions.
      expect([ran.code, result(ran).exit_code]).toEqual([4, 4]);
      return;
    }
    expect([ran.code, result(ran).outcome, result(ran).exit_code]).toEqual([0, 'SEEDED', 0]);
    expect(of(ran, 'interview.answered').map((one) => one.answer)).toEqual(answers);
  });

  test('make a seed that is read strictly, runs as it stands and is approved', async () => {
    here = scene(ONE_ROUND);
    const ran = await here.interview(['--answers', here.answers(['2', 'auto', 'later'])]);
    const lint = await here.run(['seed', 'lint', 'seed.yaml', '--strict', '--json']);
    expect(JSON.parse(lint.stdout)).toMatchObject({ ok: true, digest: of(ran, 'interview.seeded')[0].digest });
    const run = await here.run(['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json']);
    expect(result(run)).toMatchObject({ outcome: 'APPROVED' });
  });

  test('come with where they came from, the request stands there word for word, and what is left for later is named', async () => {
    here = scene(ONE_ROUND);
    await here.interview(['--answers', here.answers(['2', 'auto', 'later'])]);
    expect(seed()).toMatchObject({
      brownfield_context: { project_type: 'greenfield', context_references: [{ path: '.', role: 'request', summary: IDEA }] },
      metadata: {
        ambiguity_score: 0.05,
        generation_mode: 'deferred',
        degraded: true,
        unresolved_slots: ['to be decided: Which language?'],
        decision_provenance: { user: 2, auto: 1, deferred: 1 },
      },
    });
    const text = readFileSync(here.path('seed.yaml'), 'utf8');
    expect(text).toContain('#   Which storage? storage two\n#   Which colour? colour one (left to Oxios)\n# To be decided later: Which language?');
    expect(text).toContain('  # request: "prints the count"\n  - id: prints');
  });

  test.each([
    ['nothing', '', 'it holds no answer'],
    ['a list in a list', [['a']], 'entry 1 has no answer that is one text'],
    ['an unknown key', [{ question: 'q1', reply: 'x' }], 'entry 1 has a key reply; there are question and answer'],
    ['a broken text', '{', 'line 1'],
  ])('that hold %s are refused before anybody is asked', async (_, given, why) => {
    here = scene(ONE_ROUND);
    const ran = await here.interview(['--answers', here.answers(given)]);
    expect([ran.code, ran.events().length]).toEqual([2, 1]);
    expect(ran.stderr).toContain(why);
    expect(ran.stderr).toContain('hint: a list of answers in order');
  });

  test('that name a question nobody asked are an error that names the one that was meant, and nothing is written', async () => {
    here = scene(ONE_ROUND);
    const ran = await here.interview(['--answers', here.answers({ storrage: 'x', 1: 'a', 2: 'b', 3: 'c' })]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('no question was called storrage (did you mean storage?)');
    expect(existsSync(here.path('seed.yaml'))).toBe(false);
    expect((await here.run(['interview', '--resume', of(ran, 'run.started')[0].run])).code).toBe(0);
    expect(existsSync(here.path('seed.yaml'))).toBe(true);
  });

  test('that run out leave it open with exit 4, and it goes on where it was', async () => {
    here = scene(ONE_ROUND);
    const first = await here.interview(['--answers', here.answers(['kept'])]);
    expect([first.code, result(first).exit_code, result(first).resumable]).toEqual([4, 4, true]);
    expect(first.stderr).toContain(`hint: go on with: oxios interview --resume ${id(first)}`);
    const second = await here.interview(['--resume', id(first).slice(0, 8), '--answers', here.answers({ q2: 'two', q3: 'three' })]);
    expect(second.code).toBe(0);
    expect(of(second, 'interview.asked')).toEqual([]);
    expect(readFileSync(here.path('seed.yaml'), 'utf8')).toContain('#   Which storage? kept\n#   Which colour? two\n#   Which language? three');
    const replayed = await here.run(['replay', id(first), '--diff']);
    expect([replayed.code, replayed.stdout + replayed.stderr]).toEqual([0, expect.stringContaining('came out as they were recorded')]);
  });

  test('are put one after the other to whoever resumes the run with --answer', async () => {
    here = scene(ONE_ROUND);
    const first = await here.interview();
    expect([first.code, result(first).error.code]).toEqual([4, 'NEEDS_ANSWER']);
    for (const code of [4, 4, 0]) expect((await here.run(['resume', id(first), '--answer', 'well', '--json'])).code).toBe(code);
    expect(readFileSync(here.path('seed.yaml'), 'utf8')).toContain('#   Which language? well');
  });
});

describe('a clear request', () => {
  const CLEAR = { scorer: [scores(0.95)], specifier: [specifies()], ...WORKERS };

  test('needs no question, and two opinions where nobody looks', async () => {
    here = scene(CLEAR);
    const ran = await here.interview();
    expect(ran.code).toBe(0);
    expect([of(ran, 'interview.scored').length, of(ran, 'interview.asked').length]).toEqual([2, 0]);
  });

  test('runs at once with run -p, and the seed it runs on is the one in the file', async () => {
    here = scene(CLEAR);
    const ran = await here.run(['run', '-p', IDEA, '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json', '--record', 'again.yaml'], {
      stdin: 'counts begin at 1',
    });
    expect([ran.code, result(ran).outcome]).toEqual([0, 'APPROVED']);
    const digest = JSON.parse((await here.run(['seed', 'digest', 'seed.yaml', '--json'])).stdout).digest;
    expect(of(ran, 'seed.loaded')[0].digest).toBe(digest);
    expect(seed().brownfield_context.context_references[0].summary).toBe(`${IDEA}\n\n[standard input]\ncounts begin at 1`);
    const recorded = parse(readFileSync(here.path('again.yaml'), 'utf8')) as Line;
    expect(Object.keys(recorded.agents)).toEqual(['scorer', 'scorer#2', 'specifier', 'worker prints', 'judge prints']);
  });

  test('is qualified twice in a row or not at all', async () => {
    here = scene({ ...CLEAR, 'scorer#2': [scores(0.5)] });
    const ran = await here.run(['run', '-p', IDEA, '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json']);
    expect([ran.code, result(ran).error.code]).toEqual([4, 'SEED_AMBIGUOUS']);
  });
});

describe('a request that is not clear', () => {
  const UNCLEAR = { scorer: [scores(0.5)], specifier: [specifies()], ...WORKERS };
  const P = ['run', '-p', IDEA, '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'];

  test('is not run: exit 4 says what is missing and how to say it', async () => {
    here = scene(UNCLEAR);
    const ran = await here.run(P);
    expect([ran.code, result(ran).exit_code]).toEqual([4, 4]);
    expect(ran.stderr).toContain('Goal Clarity 0.50 < 0.75');
    expect(ran.stderr).toContain('missing: where it is kept');
    expect(ran.stderr).toContain(`hint: say it in an interview: oxios interview "${IDEA}"`);
    expect(existsSync(here.path('seed.yaml'))).toBe(false);
  });

  test('is run with --force, and the seed says that it is degraded, and why', async () => {
    here = scene(UNCLEAR);
    const ran = await here.run([...P, '--force', '--out', 'forced.yaml']);
    expect([ran.code, result(ran).outcome]).toEqual([0, 'APPROVED']);
    const floors = ['Goal Clarity 0.50 < 0.75', 'Constraint Clarity 0.50 < 0.65', 'Success Criteria Clarity 0.50 < 0.70'];
    expect(seed('forced.yaml').metadata).toMatchObject({
      generation_mode: 'forced',
      degraded: true,
      ambiguity_score: 0.5,
      unresolved_slots: [...floors, 'where it is kept'],
      recovery_reason: `written with --force at ambiguity 0.5; ${floors.join('; ')}`,
    });
  });

  test('is asked about until so many rounds are over, and again when it goes on', async () => {
    here = scene({ scorer: [scores(0.5)], 'scorer#2': [scores(0.55)], interviewer: [asks(question('storage'))], 'interviewer#2': [asks(question('colour'))] });
    const first = await here.interview(['--max-rounds', '1', '--answers', here.answers(['a'])]);
    expect([first.code, result(first).error]).toMatchObject([4, { code: 'SEED_AMBIGUOUS', message: expect.stringMatching(/^1 round was asked/u) }]);
    const second = await here.interview(['--resume', id(first), '--answers', here.answers(['b'])]);
    expect(of(second, 'interview.asked')).toHaveLength(1);
  });

  test('brings no progress for three rounds, and is blocked', async () => {
    const rounds = ['one', 'two', 'three', 'four', 'five'];
    const turns = Object.fromEntries(rounds.map((name, at) => [at === 0 ? 'interviewer' : `interviewer#${at + 1}`, [asks(question(name))]]));
    here = scene({ scorer: [scores(0.5)], ...turns });
    const ran = await here.interview(['--answers', here.answers(rounds)]);
    expect([ran.code, of(ran, 'interview.blocked')[0]]).toMatchObject([4, { reason: '3 rounds brought no progress', round: 3 }]);
  });

  test('is written when an interview that was left goes on with --force', async () => {
    here = scene({ ...UNCLEAR, interviewer: ONE_ROUND.interviewer });
    const first = await here.interview();
    const ran = await here.interview(['--resume', id(first), '--force']);
    expect(ran.code).toBe(0);
    expect(seed().metadata).toMatchObject({ degraded: true, generation_mode: 'forced' });
  });
});

describe('a project that is there', () => {
  const FILES = {
    'package.json': '{\n  "name": "tally",\n  "scripts": {\n    "test": "node --test"\n  },\n  "dependencies": {"yaml": "2"}\n}\n',
    'src/a.js': 'x\n',
    'README.md': '# Tally\n',
  };

  test('is seen without a model, with places that are there, and asks for nothing by itself', async () => {
    here = scene(
      {
        scorer: [scores(0.95)],
        specifier: [
          specifies([criterion(), criterion({ id: 'made-up', description: 'uses yaml', quotes: [{ from: 'package.json:6', text: '"yaml": "2"' }] })]),
        ],
      },
      FILES,
    );
    const ran = await here.interview();
    const [begun] = of(ran, 'interview.begun');
    expect(begun).toMatchObject({ brownfield: true, dependencies: ['yaml'] });
    expect(begun.observations.map((one: Line) => one.at)).toEqual(['package.json:2', 'package.json:4', 'README.md:1', 'src/a.js:1']);
    for (const { at } of begun.observations) {
      const [path, line] = at.split(':');
      expect(readFileSync(here.path(`workspace/${path}`), 'utf8').split('\n').length).toBeGreaterThanOrEqual(Number(line));
    }
    expect(of(ran, 'interview.specified')[0].flaws).toEqual([expect.stringContaining('criterion made-up: none of its quotes was said')]);
    expect(seed()).toMatchObject({ brownfield_context: { project_type: 'brownfield', existing_dependencies: ['yaml'] }, metadata: { ambiguity_score: 0.05 } });
    expect(seed().acceptance_criteria.map((one: Line) => one.id)).toEqual(['prints']);
  });

  test('is not looked at where that is denied', async () => {
    here = scene({ scorer: [scores(0.95)], specifier: [specifies()] }, FILES);
    expect(of(await here.interview(['--deny', 'fs:read:.']), 'interview.begun')[0]).toMatchObject({ brownfield: false, observations: [] });
  });

  test('needs a context that is clear, and what an interviewer saw counts only where it is', async () => {
    const seen = {
      questions: [question('part')],
      observations: [
        { at: 'src/a.js:1', text: 'x' },
        { at: 'src/a.js:99', text: 'no' },
        { at: 'none.js:1', text: 'no' },
      ],
    };
    here = scene({ scorer: [scores(0.95, { context: { score: 0.1, why: '', quotes: [] } })], interviewer: [{ text: JSON.stringify(seen) }] }, FILES);
    const ran = await here.interview();
    expect(of(ran, 'interview.scored')[0]).toMatchObject({ score: 0.1775, ready: true, floor_failures: ['Context Clarity 0.10 < 0.60'], qualifies: false });
    expect(of(ran, 'interview.asked')[0].observations).toEqual([{ at: 'src/a.js:1', text: 'x' }]);
  });
});

describe('the file', () => {
  const CLEAR = { scorer: [scores(0.95)], specifier: [specifies()] };

  test('takes the place of no other, is kept in the log meanwhile, and --force replaces it', async () => {
    here = scene(CLEAR);
    writeFileSync(here.path('seed.yaml'), 'mine\n');
    const early = await here.interview();
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('seed.yaml exists already')]);
    const ran = await here.interview(['--out', 'other.yaml']);
    const again = await here.run(['interview', '--resume', id(ran)]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining(`hint: it is kept: oxios interview --resume ${id(ran)} --out FILE`)]);
    expect(readFileSync(here.path('seed.yaml'), 'utf8')).toBe('mine\n');
    expect((await here.run(['interview', '--resume', id(ran), '--force'])).code).toBe(0);
    expect(readFileSync(here.path('seed.yaml'), 'utf8')).toBe(readFileSync(here.path('other.yaml'), 'utf8'));
    expect((await here.run(['interview', '--resume', id(ran)])).code).toBe(0);
  });

  test('is not come by with a command line that does not fit together', async () => {
    here = scene(CLEAR);
    await here.interview(['--out', 'other.yaml']);
    const rows: readonly (readonly [args: readonly string[], why: string])[] = [
      [['interview'], 'the idea is empty'],
      [['interview', 'x', '--max-rounds', '0'], '--max-rounds is a whole number from 1'],
      [['interview', '--resume', 'r_none'], 'no run r_none'],
      [['interview', '--resume', 'r_', '--max-rounds', '2'], 'an interview that goes on has its number of rounds (--max-rounds) already'],
      [['interview', '--resume', 'r_', 'idea'], 'an interview that goes on has its idea already'],
      [['run'], 'something is missing: oxios run <seed>'],
      [['run', 'seed.yaml', '--force'], '--force goes with -p'],
      [['run', 'seed.yaml', '-p', 'x'], 'a seed and a request are two things'],
      [['run', '-p', 'x', '--dry-run'], 'a dry run asks no model'],
    ];
    for (const [args, why] of rows) {
      const ran = await here.run(args);
      expect([args, ran.code, ran.stderr]).toEqual([args, 2, expect.stringContaining(why)]);
    }
  });
});

test('two interviews on one home go on side by side, each with its own answers', async () => {
  here = scene(ONE_ROUND);
  writeFileSync(here.path('a.yaml'), '[left, left, left]');
  writeFileSync(here.path('b.yaml'), '[right, right, right]');
  const both = await Promise.all(['a', 'b'].map((name) => here.interview(['--answers', `${name}.yaml`, '--out', `${name}-seed.yaml`])));
  expect(both.map((one) => one.code)).toEqual([0, 0]);
  expect(readFileSync(here.path('a-seed.yaml'), 'utf8')).toContain('Which colour? left');
  expect(readFileSync(here.path('b-seed.yaml'), 'utf8')).toContain('Which colour? right');
});
