import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TASK_TYPES } from '../../src/ouroboros/seed/types.ts';
import { opinion } from '../helpers/opinion.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(here.path('seed.yaml'), SEED);
});
afterEach(() => here.remove());

const SEED = `goal: A tally
constraints: [no packages]
acceptance_criteria:
  - {id: add, description: it adds, verify_command: node tally.js add 2, output_assertion: "2", expected_artifacts: [tally.js]}
  - {id: show, description: it shows, depends_on: [add], verify_command: node tally.js}
ontology_schema: {name: Tally, description: d, fields: [{name: count, field_type: number, description: the sum}]}
metadata: {ambiguity_score: 0.1}
`;
const WARNS = SEED.replace('node tally.js add 2', 'no-such-program-here add 2');

const seed = (...args: readonly string[]) => oxios(['seed', ...args], { home: here.home });

describe('oxios seed', () => {
  test('lint says that a seed is valid, on stderr, and its digest with --json', async () => {
    expect(await seed('lint', 'seed.yaml')).toMatchObject({ code: 0, stdout: '', stderr: 'seed.yaml is a valid seed\n' });
    expect(await seed('lint', 'seed.yaml', '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const { digest } = JSON.parse((await seed('digest', 'seed.yaml', '--json')).stdout);
    expect(JSON.parse((await seed('lint', 'seed.yaml', '--json')).stdout)).toEqual({ ok: true, digest, diagnostics: [] });
    expect((await seed('digest', 'seed.yaml')).stdout).toBe(`${digest}\n`);
  });

  test('lint --strict makes errors of warnings, and so does run --strict', async () => {
    writeFileSync(here.path('seed.yaml'), WARNS);
    const [loose, strict] = [await seed('lint', 'seed.yaml', '--json'), await seed('lint', 'seed.yaml', '--json', '--strict')];
    expect([loose.code, strict.code]).toEqual([0, 3]);
    expect(JSON.parse(loose.stdout)).toMatchObject({ ok: true, diagnostics: [{ severity: 'warning', code: 'lint.program', line: 4 }] });
    expect(JSON.parse(strict.stdout)).toMatchObject({ ok: false, diagnostics: [{ severity: 'error' }] });
    const run = (...more: readonly string[]) => oxios(['run', 'seed.yaml', '--dry-run', ...more], { home: here.home });
    expect((await run()).code).toBe(0);
    expect(await run('--strict')).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('SEED_INVALID: seed.yaml has 1 warning') });
  });

  test('show prints it for a person, and normalized with --json', async () => {
    expect((await seed('show', 'seed.yaml')).stdout).toMatch(
      /^goal: A tally\nmust hold: no packages\nadd it adds\n {4}checked by: node tally\.js add 2\n {4}must print: 2\n {4}leaves: tally\.js\nshow it shows \(after add\)\n {4}checked by: node tally\.js\nontology: Tally \(count\)\nid .* · ambiguity 0\.1\n$/u,
    );
    expect(JSON.parse((await seed('show', 'seed.yaml', '--json')).stdout)).toMatchObject({
      goal: 'A tally',
      acceptance_criteria: [{ description: 'it adds' }, { description: 'it shows' }],
    });
  });

  test('diff shows what changed between two', async () => {
    writeFileSync(here.path('other.yaml'), SEED.replace('A tally', 'A counter').replace('it shows', 'it shows the sum'));
    const ran = await seed('diff', 'seed.yaml', 'other.yaml');
    expect(ran).toMatchObject({ code: 0, stderr: '1 criterion unchanged\n' });
    expect(ran.stdout).toBe('goal: "A tally" -> "A counter"\n~ show description: "it shows" -> "it shows the sum"\n');
    writeFileSync(here.path('third.yaml'), SEED.replace(/ {2}- \{id: show.*\n/u, '  - {id: reset, description: it forgets, verify_command: "true"}\n'));
    expect((await seed('diff', 'seed.yaml', 'third.yaml')).stdout).toBe('- it shows\n+ it forgets\n');
    expect(JSON.parse((await seed('diff', 'seed.yaml', 'other.yaml', '--json')).stdout)).toMatchObject({ fields: [{ field: 'goal' }], criteria: { kept: 1 } });
    expect((await seed('diff', 'seed.yaml')).stderr).toMatch(/^USAGE: a seed file is missing\n/u);
  });
});

describe('oxios seed new', () => {
  test('writes a template with the goal, which is a valid seed', async () => {
    const made = await seed('new', 'mine.yaml', '--goal', 'A "quoted": goal #1', '--json');
    expect(made).toMatchObject({ code: 0, stdout: '{"file":"mine.yaml"}\n' });
    expect((await seed('lint', 'mine.yaml')).code).toBe(0);
    expect(JSON.parse((await seed('show', 'mine.yaml', '--json')).stdout).goal.trim()).toBe('A "quoted": goal #1');
  });

  test('writes down what is known already', async () => {
    await seed('new', 'made.yaml', '--goal', 'g', '--criterion', 'it adds: one', '--criterion', 'it resets', '--constraint', 'no: network', '--brownfield');
    expect(JSON.parse((await seed('show', 'made.yaml', '--json')).stdout)).toMatchObject({
      constraints: ['no: network'],
      acceptance_criteria: [{ description: 'it adds: one' }, { description: 'it resets' }],
      brownfield_context: { project_type: 'brownfield' },
    });
  });

  test.each(TASK_TYPES)('for the kind of work %s writes a seed that runs as it stands', async (type) => {
    expect((await seed('new', 'made.yaml', '--task-type', type)).code).toBe(0);
    const made = JSON.parse((await seed('show', 'made.yaml', '--json')).stdout);
    expect(made.task_type).toBe(type);
    const path = made.acceptance_criteria[0].expected_artifacts[0];
    const worker = [{ calls: [{ name: 'write', input: { path, content: 'made\n' } }] }, { text: 'done' }];
    writeFileSync(here.path('model.yaml'), JSON.stringify({ agents: { worker, judge: [{ text: opinion(`${path}:1`) }] } }));
    mkdirSync(here.workspace);
    const ran = await oxios(['run', 'made.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace'], { home: here.home });
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('PASS criterion-1')]);
  });

  test('leaves a file alone that is there already', async () => {
    expect(await seed('new')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^USAGE: seed\.yaml exists already\n {2}hint: /u) });
    expect(readFileSync(here.path('seed.yaml'), 'utf8')).toBe(SEED);
  });

  test('says where a file cannot be made, and makes nothing', async () => {
    expect(await seed('new', 'no/such/seed.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^USAGE: no\/such\/seed\.yaml cannot be written: .*\n {2}hint: /u),
    });
    expect(existsSync(here.path('no'))).toBe(false);
  });
});
