import { afterEach, describe, expect, test } from 'vitest';
import { calls, type Outcome, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const MADE = { id: 'a', description: 'new.js is made', verify_command: 'node --check new.js' };
const MAKE = writes('new.js', 'export const made = true;\n');
const read = (path: string): readonly [string, object] => ['read', { path }];
/** A project of `node`, whose test says whether `core.js` still counts. */
const PROJECT = {
  'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node test/core.test.js' } }),
  'core.js': 'export const count = () => 42;\n',
  'test/core.test.js': "import { count } from '../core.js';\nprocess.exitCode = count() === 42 ? 0 : 1;\n",
};
const BREAK = [read('core.js'), writes('core.js', 'export const count = () => 41;\n')] as const;

function attempt(files: Readonly<Record<string, string>>, ...made: readonly (readonly [string, object])[]): Promise<Outcome> {
  here = trial({ criteria: [MADE], files, agents: { 'worker a': [calls(...made), says('done')] } });
  return here.run();
}
const toml = (text: string) => ({ ...PROJECT, '.ouroboros/mechanical.toml': text });

describe("the project's own checks", () => {
  test('hold: the run is approved, and the evidence says so', async () => {
    const ran = await attempt(PROJECT, MAKE);
    expect(ran.result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(ran.evidence('a')).toContain("+ project: the project's own npm run test holds");
  });

  test('held before and fail now: REJECTED, although the contract holds', async () => {
    const ran = await attempt(PROJECT, MAKE, ...BREAK);
    expect(ran.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
    expect(ran.evidence('a')).toMatch(/\+ contract: the verify command exits 0\n- project: .*npm run test fails, and did not before the work/u);
  });

  test('failed before as they do now: said, and nothing is lowered', async () => {
    const ran = await attempt({ ...PROJECT, 'core.js': 'export const count = () => 0;\n' }, MAKE);
    expect(ran.result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(ran.evidence('a')).toContain('fails, as it did before the work');
  });

  test('hold only with tests that were weakened: REJECTED', async () => {
    const ran = await attempt(PROJECT, MAKE, ...BREAK, read('test/core.test.js'), writes('test/core.test.js', 'process.exitCode = 0;\n'));
    expect(ran.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
    expect(ran.evidence('a')).toContain('npm run test fails with the original test/core.test.js');
  });

  test('are those from before the work: what a worker adds is none, what it takes out is missed', async () => {
    const added = await attempt({}, MAKE, writes('package.json', '{"type": "module", "scripts": {"test": "exit 1"}}'));
    expect(added.statuses).toEqual({ a: 'PASS' });
    expect(added.evidence('a')).not.toContain('project');
    here.remove();
    const taken = await attempt(PROJECT, MAKE, read('package.json'), writes('package.json', '{"type": "module"}'));
    expect(taken.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
  });

  test('are run once for all criteria', async () => {
    here = trial({ criteria: [MADE, { ...MADE, id: 'b' }], files: PROJECT, agents: { 'worker a': [calls(MAKE), says('done')], 'worker b': [says('done')] } });
    const ran = await here.run();
    expect(ran.statuses).toEqual({ a: 'PASS', b: 'PASS' });
    expect(ran.events().filter((one) => one.type === 'evaluation.project')).toHaveLength(1);
  });

  test('are not run when nothing is left to be decided', async () => {
    const ran = await attempt(PROJECT, writes('other.js', ''));
    expect(ran.statuses).toEqual({ a: 'FAIL' });
    expect(ran.events().some((one) => one.type === 'evaluation.project')).toBe(false);
  });

  test('leave nothing in the workspace', async () => {
    const ran = await attempt({ ...PROJECT, 'package.json': JSON.stringify({ scripts: { test: 'touch left && node -e 0' } }) }, MAKE);
    expect(ran.result).toMatchObject({ outcome: 'APPROVED', files_changed: ['new.js'] });
  });
});

describe('.ouroboros/mechanical.toml', () => {
  test('wins: its checks are run and no others', async () => {
    const ran = await attempt(toml('lint = "node --check core.js"\n'), MAKE, ...BREAK);
    expect(ran.statuses).toEqual({ a: 'PASS' });
    expect(ran.evidence('a')).toMatch(/project: the project's own node --check core\.js holds/u);
  });

  test('its checks lower a verdict as others do', async () => {
    const ran = await attempt(toml('static = "node test/core.test.js"\n'), MAKE, ...BREAK);
    expect(ran.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
  });

  test('a check that takes longer than it says fails', async () => {
    const hang = [read('core.js'), writes('core.js', 'setInterval(() => {}, 1000);\nexport const count = () => 42;\n')] as const;
    const ran = await attempt(toml('test = "node test/core.test.js"\ntimeout = 3\n'), MAKE, ...hang);
    expect(ran.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
  });

  test.each([
    ['names a program that is not there', 'test = "no-such-runner --all"\n', /no-such-runner is not installed/u],
    ['is no TOML', 'test = = 1\n', /mechanical\.toml cannot be read/u],
    ['holds something else', 'test = ["npm", "test"]\n', /mechanical\.toml cannot be read: test/u],
  ])('%s: what was not run is no pass, exit 5', async (_, text, said) => {
    const ran = await attempt(toml(text), MAKE);
    expect(ran.statuses).toEqual({ a: 'UNAVAILABLE' });
    expect(ran.result).toMatchObject({ outcome: 'ERROR', exit_code: 5 });
    expect(ran.evidence('a')).toMatch(said);
  });

  test('cannot be changed by a worker to its favour', async () => {
    const change = [read('.ouroboros/mechanical.toml'), writes('.ouroboros/mechanical.toml', 'test = "node -e 0"\n')] as const;
    const ran = await attempt(toml('test = "node test/core.test.js"\n'), MAKE, ...BREAK, ...change);
    expect(ran.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
  });
});

describe('honest work on package.json', () => {
  test('may add a script that the contract runs', async () => {
    const start = { id: 'a', description: 'npm start says hello', verify_command: 'npm start --silent', output_assertion: 'hello there' };
    const now = JSON.stringify({ type: 'module', scripts: { test: 'node test/core.test.js', start: 'node start.js' } });
    const made = [read('package.json'), writes('package.json', now), writes('start.js', "console.log(['hello', 'there'].join(' '));\n")] as const;
    here = trial({ criteria: [start], files: PROJECT, agents: { 'worker a': [calls(...made), says('done')] } });
    expect((await here.run()).result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
  });
});
