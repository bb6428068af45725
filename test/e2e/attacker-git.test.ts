import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { act, desk, script, type Use } from '../helpers/agent.ts';
import { pathWithoutSandbox } from '../helpers/bare-path.ts';
import { type Canary, canary } from '../helpers/canary.ts';
import { type Line, oxios, type Place } from '../helpers/oxios.ts';

let here: Place;
let trap: Canary;
beforeEach(async () => {
  here = desk({ 'a.txt': 'one\n' });
  trap = await canary(here);
});
afterEach(async () => {
  await trap.close();
  here.remove();
});

const bash = (command: string): Use => ({ name: 'bash', input: { command } });
/** What was asked for, as the log names it. */
const actionsIn = (events: readonly Line[]): readonly string[] =>
  events.filter((event) => event.type === 'tool.intended' || event.type === 'tool.denied').map((event) => event.action);
const at = (name: string): string => join(here.workspace, name);
const put = (name: string, content: string): void => {
  mkdirSync(join(at(name), '..'), { recursive: true });
  writeFileSync(at(name), content);
};
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=u', '-c', 'user.email=u@u', ...args], { cwd: here.workspace, encoding: 'utf8' });

/** Every setting of a repository that names a program, and every hook. */
function plantGit(): void {
  git('init', '-q');
  put('.gitattributes', '* filter=evil diff=evil merge=evil\n');
  git('add', '.');
  git('commit', '-qm', 'one');
  appendFileSync(at('a.txt'), 'two\n');
  const settings: Readonly<Record<string, string>> = {
    'core.fsmonitor': 'fsmonitor',
    'core.pager': 'pager',
    'core.editor': 'editor',
    'core.sshCommand': 'ssh',
    'core.askPass': 'askpass',
    'core.gitProxy': 'proxy',
    'diff.external': 'external',
    'diff.evil.textconv': 'textconv',
    'diff.evil.command': 'command',
    'filter.evil.clean': 'clean',
    'filter.evil.smudge': 'smudge',
    'merge.evil.driver': 'driver',
    'gpg.program': 'gpg',
    'credential.helper': 'credential',
    'sequence.editor': 'sequence',
    'uploadpack.packObjectsHook': 'pack',
    'interactive.diffFilter': 'filter',
  };
  for (const [key, name] of Object.entries(settings)) git('config', key, trap.plant(`evil/${name}`, key));
  for (const [key, value] of Object.entries({ 'log.showSignature': 'true', 'core.hooksPath': at('evil/hooks'), 'alias.st': `!${trap.payload('alias')}` }))
    git('config', key, value);
  for (const hook of ['post-index-change', 'pre-commit', 'post-checkout', 'reference-transaction', 'fsmonitor-watchman']) {
    trap.plant(`evil/hooks/${hook}`, `hook ${hook}`);
    trap.plant(`.git/hooks/${hook}`, `hook ${hook}`);
  }
  // Git itself looks at the index: what was stat-dirty is so again.
  execFileSync('touch', ['-d', '2020-01-01', at('a.txt')]);
}

const LOOKS = [
  'git status',
  'git status --short && git diff',
  'git diff',
  'git diff HEAD',
  'git log -p',
  'git log --show-signature -1',
  'git show',
  'git blame a.txt',
  'git grep one',
  'git branch',
  'git ls-files -m',
  'git st',
];

describe('a repository whose Git settings, attributes and hooks name programs', () => {
  test.each([
    ['in a sandbox', {}, false],
    ['without a sandbox', {}, true],
    ['behind a `.git` file that leads elsewhere', { elsewhere: true }, false],
  ])('runs none of them when agents look, and when Oxios does: %s', async (_, { elsewhere = false }: { elsewhere?: boolean }, bare) => {
    plantGit();
    if (elsewhere) {
      renameSync(at('.git'), here.path('evil.git'));
      put('.git', `gitdir: ${here.path('evil.git')}\n`);
    }
    rmSync(at('.ran'), { force: true });
    const known = trap.traces().length;
    const env = bare ? { PATH: pathWithoutSandbox(here.path('bin')) } : {};
    const ran = await act(here, LOOKS.map(bash), [], { env });
    expect(actionsIn(ran.events())).toEqual(LOOKS);
    // What Oxios asks of Git for itself: whether it keeps the seed.
    put('seed.yaml', `goal: x\nontology_schema: {name: o, description: d}\nmetadata: {}\nacceptance_criteria: [{id: a, description: it works}]\n`);
    script(here, { 'worker a': [{ text: 'done' }], 'judge a': [{ text: 'no' }] });
    await oxios(['run', 'seed.yaml', '--model', `script:${here.path('model.yaml')}`], { home: here.home, cwd: here.workspace, env });
    await oxios(['undo', '--list'], { home: here.home, cwd: here.workspace, env });
    expect(trap.traces().slice(known)).toEqual([]);
  });
});
