import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { act, desk } from '../helpers/agent.ts';
import { oxios, type Place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = desk({ 'a.txt': 'a', '.env': 'SECRET=1' });
});
afterEach(() => here.remove());

const explain = (...args: readonly string[]) => oxios(['policy', 'explain', '--workspace', here.workspace, ...args], { home: here.home });
const explained = async (...args: readonly string[]) => {
  const { stdout, code, stderr } = await explain('--json', ...args);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

describe('oxios policy explain', () => {
  test('gives the verdict, the rule, each command and the words that would run', async () => {
    expect(await explained('--', 'git diff')).toEqual({
      verdict: 'allow',
      rule: expect.stringContaining('allow '),
      reason: 'every need is granted',
      argv: [
        'git',
        '-c',
        'core.fsmonitor=false',
        '-c',
        'core.hooksPath=/dev/null',
        '-c',
        'diff.external=',
        '--no-optional-locks',
        'diff',
        '--no-ext-diff',
        '--no-textconv',
      ],
      commands: [
        {
          program: 'git',
          args: ['diff'],
          verdict: 'allow',
          rule: expect.any(String),
          reason: expect.any(String),
          needs: ['exec:git:diff', `fs:read:${join(here.workspace, '.git')}`],
        },
      ],
    });
    const script = await explained('--', 'ls | xargs rm; rm -rf ~');
    expect(script).toMatchObject({ verdict: 'deny', rule: 'destructive' });
    expect(script.argv).toBeUndefined();
    expect(script.commands.map((one: { program: string; verdict: string }) => [one.program, one.verdict])).toEqual([
      ['ls', 'allow'],
      ['xargs', 'allow'],
      ['rm', 'ask'],
      ['rm', 'deny'],
    ]);
  });

  test('knows what would be granted, takes words as they are, and says it to people', async () => {
    expect(await explained('--', 'npm test')).toMatchObject({ verdict: 'ask', reason: 'exec:npm:test is not granted' });
    expect(await explained('--grant', 'exec:npm', '--', 'npm', 'test')).toMatchObject({ verdict: 'allow', argv: ['npm', 'test'] });
    expect(await explained('--grant', 'exec:npm', '--grant', 'exec:rm:-r', '--', 'rm -rf dist && npm run build')).toMatchObject({ verdict: 'ask' });
    const told = await explain('--', 'cat .env | head');
    expect(told.stdout).toBe(
      `deny: ${join(here.workspace, '.env')}: environment files hold secrets (protected path)\n  deny  cat .env: ${join(here.workspace, '.env')}: environment files hold secrets\n  allow head\n  runs in bash\n`,
    );
  });

  test('judges paths as the file tools are, links followed where there are any', async () => {
    mkdirSync(join(here.home, 'beside'));
    symlinkSync('/etc', join(here.workspace, 'link'));
    const verdict = async (path: string, ...more: readonly string[]) => (await explained('--path', path, ...more)).verdict;
    expect(await verdict('a.txt')).toBe('allow');
    expect(await verdict('a.txt', '--right', 'write')).toBe('allow');
    for (const outside of ['link/../x', 'link/passwd', `${here.workspace}-evil/x`, '../beside/x', '~/x']) expect(await verdict(outside)).toBe('ask');
    const gone = await oxios(['policy', 'explain', '--json', '--workspace', '/no-such-folder', '--path', '/no-such-folder/link/../x'], { home: here.home });
    expect(JSON.parse(gone.stdout)).toMatchObject({ verdict: 'ask', rule: 'missing folder' });
    for (const never of ['\\\\?\\C:\\x', '\\??\\C:\\x', '\\\\server\\share', '.env', '/proc/self/environ']) expect(await verdict(never)).toBe('deny');
    for (const kept of ['.git/hooks/x', '.GIT/config', '~/.bashrc', '.oxios/policy.yaml']) expect(await verdict(kept, '--right', 'write')).toBe('deny');
  });

  test('wants one thing to explain', async () => {
    for (const args of [[], ['--path', 'a.txt', '--', 'ls']]) {
      const ran = await explain(...args);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toMatch(/^USAGE: give a command, --path or --url\n/u);
    }
  });
});

describe('a repository that names programs', () => {
  const git = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=b', ...args], { cwd: here.workspace });
  const ran = () => existsSync(join(here.workspace, 'ran'));
  const bash = (command: string) => ({ name: 'bash', input: { command } });
  /** What an agent does that only looks. */
  const LOOKS = ['git status', 'git diff', 'git log -p -1', 'git diff | head -5', 'git status --short && git show --stat', "bash -c 'git diff'"];
  beforeEach(() => {
    git('init', '-q');
    writeFileSync(join(here.workspace, 'run.sh'), '#!/bin/sh\necho "$0 $@" >> ran\n', { mode: 0o755 });
    git('add', 'a.txt', 'run.sh');
    git('commit', '-qm', 'x');
    writeFileSync(join(here.workspace, 'a.txt'), 'b');
  });

  test.each([
    ['core.fsmonitor', './run.sh'],
    ['core.pager', './run.sh'],
    ['diff.external', './run.sh'],
    ['diff.x.command', './run.sh'],
    ['diff.x.textconv', './run.sh'],
    ['filter.x.clean', './run.sh'],
    ['include.path', '../evil'],
  ])('by %s runs none of them when an agent only looks', async (key, value) => {
    git('config', key, value);
    writeFileSync(join(here.workspace, '.gitattributes'), '* diff=x filter=x\n');
    writeFileSync(join(here.workspace, 'evil'), '[core]\nfsmonitor = ./run.sh\n');
    const { answers } = await act(here, LOOKS.map(bash));
    expect(answers).toHaveLength(LOOKS.length);
    expect(ran() ? readFileSync(join(here.workspace, 'ran'), 'utf8') : '').toBe('');
    if (key.startsWith('core.')) expect(answers[1]?.text).toContain('+b');
    else expect(answers[0]?.text).toContain(`COMMAND_DENIED: the repository names a program for Git to run: ${key} in .git/config`);
  });
});

test("a project's environment file does not move the home of Oxios", async () => {
  writeFileSync(join(here.workspace, '.env'), `OXIOS_HOME=${join(here.workspace, 'x')}\n`);
  const { answers } = await act(here, [{ name: 'bash', input: { command: 'echo hi' } }]);
  expect(answers[0]?.text).toBe('hi\n[exit 0]');
  expect([existsSync(join(here.workspace, 'x')), existsSync(here.path('.oxios/oxios.db'))]).toEqual([false, true]);
});
