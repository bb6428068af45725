import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { opinion } from '../helpers/opinion.ts';
import { type Line, oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const criterion = (id: string, rest: object = {}) => ({ id, description: `the file ${id} | exists`, verify_command: `test -f ${id}`, ...rest });
const writes = (id: string) => [{ calls: [{ name: 'write', input: { path: id, content: `${id}\n` } }] }, { text: 'done' }];
const votes = (at: string) => [{ text: JSON.stringify({ approved: true, evidence: [`${at}:1`], reasons: 'seen' }) }];
const yes = (at: string) => [
  {
    text: opinion(`${at}:1`),
  },
];

function given(criteria: readonly object[], agents: object): void {
  const seed = { goal: 'make it so', ontology_schema: { name: 'o', description: 'd' }, metadata: {}, acceptance_criteria: criteria };
  writeFileSync(here.path('seed.yaml'), stringify(seed));
  writeFileSync(here.path('model.yaml'), stringify({ agents }));
}

const run = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  oxios(['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', here.workspace, '--json', ...args], { home: here.home, env });

const statuses = (events: readonly Line[]) => events.at(-1).criteria.map((one: Line) => [one.id, one.status]);

describe('reports', () => {
  beforeEach(() => given([criterion('a'), criterion('b')], { 'worker a': writes('a'), 'worker b': [{ text: 'I made it' }], 'judge a': yes('a') }));

  test('--sarif names what was not proved, with its line in the seed', async () => {
    const ran = await run(['--sarif', here.path('out.sarif')]);
    expect(ran.code).toBe(1);
    const [report] = JSON.parse(readFileSync(here.path('out.sarif'), 'utf8')).runs;
    expect(report.invocations).toEqual([{ executionSuccessful: true, exitCode: 1 }]);
    expect(report.results).toHaveLength(1);
    expect(report.results[0]).toMatchObject({ ruleId: 'FAIL', level: 'error', message: { text: expect.stringContaining('b the file b | exists') } });
    expect(report.tool.driver.rules.map((rule: Line) => rule.id)).toEqual(['FAIL']);
    const { startLine } = report.results[0].locations[0].physicalLocation.region;
    expect(readFileSync(here.path('seed.yaml'), 'utf8').split('\n')[startLine - 1]).toContain('the file b');
  });

  test('a SARIF or JUnit file that cannot be written is said before any work', async () => {
    for (const flag of ['--sarif', '--junit']) {
      const ran = await run([flag, here.path('no/such/folder/report')]);
      expect(ran.stderr).toMatch(/^USAGE: .*cannot be written.*\n {2}hint: /u);
      expect(ran.events().map((event) => event.type)).toEqual(['run.result']);
      expect(ran.code).toBe(2);
    }
  });

  test('in GitHub Actions the summary is added to, and what failed is annotated', async () => {
    writeFileSync(here.path('summary.md'), 'before\n');
    const ran = await run([], { GITHUB_STEP_SUMMARY: here.path('summary.md') });
    const summary = readFileSync(here.path('summary.md'), 'utf8');
    expect(summary).toMatch(/^before\n## Oxios: REJECTED \(exit 1\)\n/u);
    expect(summary).toContain('| b | FAIL | the file b &#124; exists |');
    expect(ran.stderr).toMatch(/^::error file=seed\.yaml,line=\d+,title=FAIL b::the file b \| exists%0A/mu);
    expect(ran.stderr).not.toContain('title=PASS');
    expect(ran.code).toBe(1);
  });

  test('a summary that cannot be written changes no verdict', async () => {
    const ran = await run([], { GITHUB_STEP_SUMMARY: here.home });
    expect(ran.stderr).toContain('could not be written');
    expect(ran.code).toBe(1);
  });

  test('without GitHub nothing is annotated', async () => {
    expect((await run()).stderr).not.toContain('::error');
  });
});

describe('--skip-completed', () => {
  const forked = (events: readonly Line[]) => events.flatMap((event) => (event.type === 'ac.started' ? [event.criterion] : []));

  test('starts no worker for what an earlier run proved, and still checks it', async () => {
    given([criterion('a'), criterion('b')], { 'worker a': writes('a'), 'worker b': [{ text: 'not yet' }], 'judge a': yes('a') });
    expect((await run(['--events', here.path('events.jsonl')])).code).toBe(1);
    given([criterion('a'), criterion('b')], { 'worker b': writes('b'), 'judge a': yes('a'), 'judge b': yes('b'), ballot: votes('a') });
    const second = await run(['--skip-completed', here.path('events.jsonl')]);
    expect(forked(second.events())).toEqual(['b']);
    expect(statuses(second.events())).toEqual([
      ['a', 'PASS'],
      ['b', 'PASS'],
    ]);
  });

  test('proves nothing: what is not there fails', async () => {
    given([criterion('a')], {});
    writeFileSync(here.path('done.txt'), '# by hand\na\n');
    const ran = await run(['--skip-completed', here.path('done.txt')]);
    expect(forked(ran.events())).toEqual([]);
    expect(statuses(ran.events())).toEqual([['a', 'FAIL']]);
  });

  test.each([
    ['zzz\n', /USAGE: .*names zzz, which the seed does not have/u],
    ['{broken\n', /USAGE: .*neither a list of criteria nor events/u],
  ])('a file with %j is refused', async (text, said) => {
    given([criterion('a')], {});
    writeFileSync(here.path('done.txt'), text);
    const ran = await run(['--skip-completed', here.path('done.txt')]);
    expect(ran.stderr).toMatch(said);
    expect(ran.code).toBe(2);
  });
});

describe('--workers', () => {
  const three = () =>
    given([criterion('a'), criterion('b'), criterion('c', { depends_on: ['a', 'b'] })], {
      'worker a': writes('a'),
      'worker b': writes('b'),
      'worker c': writes('c'),
    });
  const order = (events: readonly Line[]) =>
    events.flatMap((event) => (event.type === 'ac.started' || event.type === 'ac.worked' ? [`${event.type.slice(3)} ${event.criterion}`] : []));

  test('works on independent criteria at once, and on dependent ones afterwards', async () => {
    three();
    const seen = order((await run(['--workers', '2'])).events());
    expect(seen.slice(0, 2)).toEqual(['started a', 'started b']);
    expect(seen.slice(4)).toEqual(['started c', 'worked c']);
  });

  test('without it, three at once', async () => {
    three();
    const seen = order((await run()).events());
    expect(seen.slice(0, 2)).toEqual(['started a', 'started b']);
    expect(seen.slice(4)).toEqual(['started c', 'worked c']);
  });

  test.each([['--workers', '1'], ['--sequential']])('one after the other with %s', async (...args) => {
    three();
    expect(order((await run(args)).events())).toEqual(['started a', 'worked a', 'started b', 'worked b', 'started c', 'worked c']);
  });

  test.each([
    [[], 'at most 3 criteria of a level side by side'],
    [['--workers', '5'], 'at most 5 criteria'],
    [['--sequential'], 'one criterion after the other'],
  ] as const)('is said by a dry run with %j', async (args, said) => {
    three();
    expect((await oxios(['run', 'seed.yaml', '--model', 'script:model.yaml', '--dry-run', ...args], { home: here.home })).stdout).toContain(said);
  });

  test('says nothing beside --sequential', async () => {
    three();
    expect(await run(['--workers', '2', '--sequential'])).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') });
  });

  test('replays to the same events', async () => {
    three();
    const { run: id } = (await run(['--workers', '2'])).events().at(-1);
    const again = await oxios(['replay', id, '--json', '--diff'], { home: here.home });
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true });
  });

  test.each(['0', '-1', '1.5', 'many'])('%s is refused', async (count) => {
    three();
    const ran = await run([`--workers=${count}`]);
    expect(ran.stderr).toContain('USAGE: --workers is a whole number from 1');
    expect(ran.code).toBe(2);
  });
});

describe('--output-schema', () => {
  const ask = (answer: string, args: readonly string[] = []) => {
    writeFileSync(here.path('model.yaml'), stringify([{ text: answer }]));
    writeFileSync(here.path('schema.json'), '{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}');
    return oxios(['-p', 'who', '--model', 'script:model.yaml', '--output-schema', 'schema.json', ...args], { home: here.home });
  };

  test.each(['{"name": "Ada"}', '```json\n{"name": "Ada"}\n```'])('prints the answer %j as JSON that fits', async (answer) => {
    expect(await ask(answer)).toMatchObject({ code: 0, stdout: '{"name":"Ada"}\n' });
  });

  test.each(['Ada', '{"name": 7}', '{}'])('exits 1 for %j, which does not fit', async (answer) => {
    const ran = await ask(answer);
    expect(ran.stderr).toMatch(/^OUTPUT_INVALID: the answer does not fit schema\.json: .*\n {2}hint: /mu);
    expect(ran.stdout).toBe('');
    expect(ran.code).toBe(1);
  });

  test('tells the agent what it has to fit', async () => {
    const ran = await ask('{"name":"Ada"}', ['--json']);
    expect(ran.events().find((event) => event.type === 'process.forked').args.system).toContain('"required":["name"]');
  });

  test('a file that is no JSON Schema is refused before anything runs', async () => {
    writeFileSync(here.path('bad.json'), '{"type": ');
    const ran = await ask('{}', ['--output-schema', 'bad.json']);
    expect(ran.stderr).toContain('USAGE: bad.json is no JSON Schema');
    expect(ran.code).toBe(2);
  });
});

describe('a call that could not be read', () => {
  const slips = [
    { calls: [{ name: 'write', raw: '{"path":' }] },
    { calls: [{ name: 'no-such-tool', input: {} }] },
    { calls: [{ name: 'read', input: { at: 1 } }] },
  ];

  test('is answered, blocks no criterion and is no denial', async () => {
    given([criterion('a')], { 'worker a': [...slips, { text: 'I made it' }] });
    const ran = await run();
    const [worker] = ran.events().filter((event) => event.type === 'process.forked' && event.name === 'worker a');
    expect(ran.events().filter((event) => event.type === 'tool.denied' && event.pid === worker.pid)).toHaveLength(3);
    expect(statuses(ran.events())).toEqual([['a', 'FAIL']]);
    expect(ran.events().at(-1)).toMatchObject({ outcome: 'REJECTED', denials: [] });
  });

  test.each([
    ['denied', 0],
    ['any-tool-error', 1],
  ])('with --fail-on %s exits %i', async (what, code) => {
    given([criterion('a')], { 'worker a': [...slips, ...writes('a')], 'judge a': yes('a') });
    expect((await run(['--fail-on', what])).code).toBe(code);
  });
});
