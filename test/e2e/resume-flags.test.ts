import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Line, oxios, type Place, place, type Ran } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const ASKS = [
  { calls: [{ name: 'ask', input: { question: 'Which name?' } }] },
  { calls: [{ name: 'write', input: { path: 'x', content: 'x' } }] },
  { text: 'done' },
];

const script = (name: string, turns: readonly object[]): string => {
  writeFileSync(here.path(name), stringify(turns));
  return `script:${here.path(name)}`;
};
const end = (ran: Ran): Line => ran.events().at(-1);
const only = (ran: Ran, type: string): Line[] => ran.events().filter((event) => event.type === type);

/** A task that stopped on a question. */
async function stopped(args: readonly string[] = []): Promise<string> {
  const ran = await oxios(['-p', 'do it', '--model', script('model.yaml', ASKS), '--json', ...args], { home: here.home, cwd: here.workspace });
  expect([ran.code, end(ran).resumable]).toEqual([4, true]);
  return end(ran).run;
}

const resume = (run: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  oxios(['resume', run, '--json', ...args], { home: here.home, env });

describe('resume', () => {
  test('--model goes on with another model, which the run keeps', async () => {
    const run = await stopped();
    const other = script('other.yaml', [ASKS[0] as object, { text: 'said by the other' }]);
    const again = await resume(run, ['--model', other]);
    expect(only(again, 'run.resumed')).toMatchObject([{ model: other }]);
    const ran = await resume(run, ['--answer', 'Ada']);
    expect(end(ran)).toMatchObject({ outcome: 'DONE', text: 'said by the other' });
    expect(only(ran, 'model.answered').at(-1)).toMatchObject({ model: other });
  });

  test('--deny takes away what was granted, also for later resumptions', async () => {
    const run = await stopped();
    expect((await resume(run, ['--deny', `fs:write:${here.workspace}`])).code).toBe(4);
    const ran = await resume(run, ['--answer', 'Ada']);
    expect(only(ran, 'tool.denied')).toMatchObject([{ tool: 'write', decision: { rule: `deny fs:write:${here.workspace}` } }]);
  });

  test('--allow grants, also for later resumptions', async () => {
    const run = await stopped(['--deny', 'net:*']);
    script('model.yaml', [ASKS[0] as object, { calls: [{ name: 'write', input: { path: here.path('beyond'), content: 'x' } }] }, { text: 'done' }]);
    expect((await resume(run, ['--allow', `fs:write:${here.path('beyond')}`])).code).toBe(4);
    expect(end(await resume(run, ['--answer', 'Ada']))).toMatchObject({ outcome: 'DONE', denials: [] });
    expect(readFileSync(here.path('beyond'), 'utf8')).toBe('x');
  });

  test('--require-sandbox refuses to go on without one, and the run stays as it was', async () => {
    const run = await stopped();
    const refused = await resume(run, ['--require-sandbox'], { PATH: here.path('empty') });
    expect(refused.stderr).toMatch(/^SANDBOX_MISSING: .*\n {2}hint: /u);
    expect(refused.code).toBe(5);
    expect(end(await resume(run, ['--answer', 'Ada'], { PATH: here.path('empty') }))).toMatchObject({ outcome: 'DONE' });
  });

  test('a model that cannot be opened is said before anything is written', async () => {
    const run = await stopped();
    const before = (await oxios(['audit', 'verify', '--json'], { home: here.home })).stdout;
    const refused = await resume(run, ['--model', 'openai/gpt-5']);
    expect(refused.stderr).toMatch(/^NO_\w+: /u);
    expect(refused.code).toBe(5);
    expect((await oxios(['audit', 'verify', '--json'], { home: here.home })).stdout).toBe(before);
  });

  test.each(['--junit', '--sarif'])('%s is for runs of a seed', async (flag) => {
    const run = await stopped();
    const refused = await resume(run, [flag, here.path('report')]);
    expect(refused.stderr).toMatch(/^USAGE: .*no criteria.*\n {2}hint: /u);
    expect(refused.code).toBe(2);
  });

  test('--junit and --sarif report on the seed as it was when the run began', async () => {
    const seed = {
      goal: 'g',
      ontology_schema: { name: 'o', description: 'd' },
      metadata: {},
      acceptance_criteria: [{ id: 'a', description: 'the file a exists' }],
    };
    writeFileSync(here.path('seed.yaml'), `# first line\n${stringify(seed)}`);
    writeFileSync(here.path('model.yaml'), stringify({ agents: { 'worker a': [ASKS[0], { text: 'done' }] } }));
    const first = await oxios(['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', here.workspace, '--json'], { home: here.home });
    expect([first.code, end(first).resumable]).toEqual([4, true]);
    rmSync(here.path('seed.yaml'));
    const ran = await resume(end(first).run, ['--answer', 'Ada', '--sarif', here.path('out.sarif'), '--junit', here.path('out.xml')]);
    expect(end(ran).criteria).toMatchObject([{ id: 'a', status: 'UNVERIFIED' }]);
    const [result] = JSON.parse(readFileSync(here.path('out.sarif'), 'utf8')).runs[0].results;
    const { startLine } = result.locations[0].physicalLocation.region;
    expect(`# first line\n${stringify(seed)}`.split('\n')[startLine - 1]).toContain('the file a exists');
    expect(readFileSync(here.path('out.xml'), 'utf8')).toContain('the file a exists');
  });

  test('works where the run works: there is no --project-dir', async () => {
    const refused = await resume(await stopped(), ['--project-dir', here.home]);
    expect(refused.stderr).toContain('there is no flag --project-dir');
    expect(refused.code).toBe(2);
  });
});
