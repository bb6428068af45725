import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { asks, criterion, IDEA, ONE_ROUND, question, type Scene, scene, scores, specifies } from '../helpers/interview.ts';
import type { Line, Ran } from '../helpers/oxios.ts';

let here: Scene;
afterEach(() => here.remove());

const of = (ran: Ran, type: string): Line[] => ran.events().filter((event) => event.type === type);
const result = (ran: Ran): Line => ran.events().at(-1);
const seed = () => parse(readFileSync(here.path('seed.yaml'), 'utf8')) as Line;
const text = (value: string) => [{ text: value }];
const CLEAR = { scorer: [scores(0.95)], specifier: [specifies()] };
const GOOD = scores(0.95) as { text: string };

describe('a model that answers with something else', () => {
  test.each([
    ['prose', text('It is quite clear to me.'), 'it is no JSON'],
    ['half an object', text(GOOD.text.slice(0, 100)), 'it is no plain JSON'],
    ['a score out of range', [scores(1.7)], 'goal.score: Too big'],
    ['a score below', [scores(-0.1)], 'goal.score: Too small'],
    ['no number', text(GOOD.text.replace('0.95', 'NaN')), 'it is no plain JSON'],
    ['a number as text', text(GOOD.text.replace('0.95', '"high"')), 'goal.score: Invalid input'],
    ['a part missing', text(JSON.stringify({ goal: { score: 1 } })), 'constraints: Invalid input'],
    ['nothing', text(''), 'it is no JSON'],
  ])('for a score (%s) is asked once more, then the interview stops with exit 5 and can go on', async (_, scorer, why) => {
    here = scene({ ...CLEAR, scorer });
    const ran = await here.interview();
    expect([ran.code, result(ran)]).toMatchObject([
      5,
      { exit_code: 5, resumable: true, error: { code: 'REPLY_UNUSABLE', message: expect.stringContaining(why) } },
    ]);
    expect(ran.stderr).toContain(`oxios interview --resume ${result(ran).run}`);
    expect(of(ran, 'process.forked').map((one) => one.name)).toEqual(['interview', 'scorer', 'scorer again']);
    here.script(CLEAR);
    expect((await here.interview(['--resume', result(ran).run])).code).toBe(0);
  });

  test('once is heard at the second time', async () => {
    here = scene({ ...CLEAR, scorer: text('hm'), 'scorer again': [GOOD], 'scorer#2': [GOOD] });
    expect((await here.interview()).code).toBe(0);
  });

  test('leaves the context of a project out, also when asked for it, and is taken to know nothing of it', async () => {
    here = scene({ scorer: [scores(0.95, { context: undefined })] }, { 'a.py': 'x' });
    const ran = await here.run(['run', '-p', IDEA, '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json']);
    expect([ran.code, of(ran, 'interview.scored')[0]]).toMatchObject([
      4,
      { score: 0.1925, floor_failures: ['Context Clarity missing (< 0.60)'], qualifies: false },
    ]);
  });

  test('says that it quotes what nobody said, and counts for no more than 0.6', async () => {
    const made = [{ from: 'request', text: 'the user wants it in SQLite' }];
    here = scene({
      scorer: [scores(0.95, { constraints: { score: 1, why: '', quotes: made }, criteria: { score: 0.9, why: '', quotes: [{ from: 'q1', text: IDEA }] } })],
    });
    const ran = await here.run(['run', '-p', IDEA, '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json']);
    expect([ran.code, of(ran, 'interview.scored')[0]]).toMatchObject([
      4,
      {
        said: { constraints: 1, criteria: 0.9 },
        clarity: { goal: 0.95, constraints: 0.6, criteria: 0.6 },
        uncited: ['constraints', 'criteria'],
        score: 0.26,
        qualifies: false,
      },
    ]);
  });

  test.each([
    ['six questions, some of them the same', [asks(...['a', 'b', 'a', 'c', 'd', 'e'].map((id) => question(id)))], ['Which a?', 'Which b?', 'Which c?']],
    ['a question with one proposal', [asks(question('a', { options: ['only', 'only'] }), question('b'))], ['Which b?']],
  ])('for questions (%s) is held to three, each once and with a choice', async (_, interviewer, questions) => {
    here = scene({ ...ONE_ROUND, interviewer });
    expect(of(await here.interview(), 'interview.asked')[0].questions.map((one: Line) => one.text)).toEqual(questions);
  });

  test.each([
    ['none though it is not clear', [asks()], 4, 'SEED_AMBIGUOUS'],
    ['a form of its own', [asks(question('a', { options: 'yes' }))], 5, 'REPLY_UNUSABLE'],
    ['prose', text('What do you want?'), 5, 'REPLY_UNUSABLE'],
  ])('for questions (%s) stops the interview in words', async (_, interviewer, code, error) => {
    here = scene({ ...ONE_ROUND, interviewer });
    const ran = await here.interview();
    expect([ran.code, result(ran).error.code]).toEqual([code, error]);
  });

  test('that nobody plays is said to be missing', async () => {
    here = scene({ specifier: CLEAR.specifier });
    expect(result(await here.interview())).toMatchObject({ exit_code: 5, error: { code: 'SCRIPT_EXHAUSTED' } });
  });
});

describe('a specification', () => {
  const BAD: readonly (readonly [name: string, change: object, flaw: string])[] = [
    ['hangs', { verify_command: 'python3 -c "import time; time.sleep(600)"', timeout_s: 1 }, 'it did not end within 1 s on the folder as it is'],
    ['is not installed', { verify_command: 'no-such-program-anywhere tally' }, 'no-such-program-anywhere is not installed'],
    ['is broken', { verify_command: 'python3 -c "def"' }, 'it is no command that could be run: SyntaxError'],
    ['cannot be read', { verify_command: 'test "$(sh tally.sh' }, 'cannot be judged'],
    ['holds already', { verify_command: 'test -d .', expected_artifacts: [] }, 'it holds already on the folder as it is'],
    ['proves nothing', { verify_command: 'sh tally.sh || true' }, 'it proves nothing'],
  ];
  test('whose commands could decide nothing is sent back with what is wrong, and a better one is taken', async () => {
    const first = BAD.map(([name, change], at) => criterion({ id: `c${at}`, description: name, ...change }));
    const second = BAD.map(([name], at) => criterion({ id: `c${at}`, description: name, verify_command: `test "$(sh tally.sh)" = ${at}` }));
    here = scene({ ...CLEAR, specifier: [specifies(first)], 'specifier#2': [specifies(second)] });
    const ran = await here.interview();
    expect(ran.code).toBe(0);
    const drafts = of(ran, 'interview.specified');
    expect([drafts.length, drafts[1].flaws]).toEqual([2, []]);
    for (const [at, [name, , flaw]] of BAD.entries())
      expect(drafts[0].flaws, name).toContainEqual(expect.stringMatching(new RegExp(`criterion c${at}: its verify_command: .*${flaw}`, 'su')));
    // It is told what is wrong, and what it said before.
    expect(of(ran, 'process.forked').at(-1).args.task).toContain('What is wrong with it:\n- criterion c0');
    expect(seed().acceptance_criteria.map((one: Line) => one.verify_command)).toEqual(second.map((one) => (one as Line).verify_command));
  });

  test('that stays so after two more tries keeps the criteria, without the commands and with the reasons', async () => {
    here = scene({
      ...CLEAR,
      specifier: [specifies([criterion(), criterion({ id: 'twice', description: 'another', verify_command: 'true', expected_artifacts: [] })])],
    });
    const ran = await here.interview();
    expect([ran.code, of(ran, 'interview.specified').length]).toEqual([0, 3]);
    const [kept, without] = seed().acceptance_criteria;
    expect(kept.verify_command).toBe('test "$(sh tally.sh)" = 1');
    expect(without).toEqual({
      id: 'twice',
      description: 'another',
      verify_exemption_reason: expect.stringContaining('No command could be found that proves it: it proves nothing'),
    });
    expect((await here.run(['seed', 'lint', 'seed.yaml', '--strict'])).code).toBe(0);
  });

  test('with criteria and constraints that nobody asked for is written without them', async () => {
    const invented = criterion({ id: 'web', description: 'has a web page', quotes: [{ from: 'request', text: 'with a web page' }] });
    const unquoted = criterion({ id: 'fast', description: 'is fast', quotes: [] });
    const rest = {
      constraints: [
        { text: 'uses Rust', quotes: [] },
        { text: 'is one file', quotes: [{ from: 'request', text: 'in a file tally.sh' }] },
      ],
    };
    here = scene({ ...CLEAR, specifier: [specifies([criterion({ depends_on: ['web'] }), invented, unquoted], rest)] });
    expect((await here.interview()).code).toBe(0);
    expect([seed().acceptance_criteria.map((one: Line) => one.id), seed().constraints]).toEqual([['prints'], ['is one file']]);
  });

  test.each([
    ['nothing that was asked for', [specifies([criterion({ quotes: [] })])], 4, 'SEED_AMBIGUOUS', 'no criterion is left'],
    [
      'a circle',
      [specifies([criterion({ id: 'a', depends_on: ['b'] }), criterion({ id: 'b', description: 'b', depends_on: ['a'] })])],
      5,
      'REPLY_UNUSABLE',
      'a -> b -> a',
    ],
    ['a path outside', [specifies([criterion({ expected_artifacts: ['/etc/passwd'] })])], 5, 'REPLY_UNUSABLE', 'leads outside the workspace'],
    ['prose', text('Here it is.'), 5, 'REPLY_UNUSABLE', 'it is no JSON'],
  ])('of %s is none: its exit says so, no file is written, and it can go on', async (_, specifier, code, error, why) => {
    here = scene({ ...CLEAR, specifier });
    const ran = await here.interview();
    expect([ran.code, result(ran).resumable, result(ran).error]).toMatchObject([code, true, { code: error, message: expect.stringContaining(why) }]);
    expect(existsSync(here.path('seed.yaml'))).toBe(false);
    if (code === 4) return;
    here.script({ ...CLEAR, 'specifier#4': [specifies()], 'specifier#2': [specifies()], specifier: [specifies()] });
    expect((await here.interview(['--resume', result(ran).run])).code).toBe(0);
  });

  test('does nothing to the folder, and text in it that acts on a terminal or on YAML stays text', async () => {
    const nasty = 'prints: the "count" # not a comment \u001b[31m\u202e & *anchor !tag {x: [y\ttab';
    here = scene(
      { scorer: [scores(0.95)], specifier: [specifies([criterion({ description: nasty, verify_command: 'touch made && test "$(sh tally.sh)" = 1' })])] },
      { 'notes.md': 'x' },
    );
    const ran = await here.interview();
    expect(ran.code).toBe(0);
    expect(seed().acceptance_criteria[0].description).toBe(nasty);
    expect(existsSync(here.path('workspace/made'))).toBe(false);
    expect(readFileSync(here.path('seed.yaml'), 'utf8')).not.toContain('\u001b');
  });
});
