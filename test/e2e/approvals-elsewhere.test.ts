import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSandbox } from '../../src/drivers/exec/sandbox.ts';
import { desk, script } from '../helpers/agent.ts';
import { pathWithoutSandbox } from '../helpers/bare-path.ts';
import { type Line, linesOf, oxios, type Place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';
import { atTerminal, type Terminal } from '../helpers/tty.ts';

let here: Place;
beforeEach(() => {
  here = desk();
});
afterEach(() => here.remove());

const bash = (command: string, rest: object = {}) => ({ name: 'bash', input: { command, ...rest } });
const PROMPT = 'Allow it? [y] once, [r] for this run, [a] always in this folder, [N] no: ';
/** How often the process table is looked at, milliseconds. */
const LOOK_MS = 50;
const isRunning = (words: string): boolean =>
  readdirSync('/proc').some((one) => {
    try {
      return /^\d+$/u.test(one) && readFileSync(`/proc/${one}/cmdline`, 'latin1').includes(words);
    } catch {
      // Ended while it was looked at.
      return false;
    }
  });
const made = (name: string): string => join(here.workspace, name);
const at = (...args: readonly string[]) => oxios(args, { home: here.home, cwd: here.workspace });

function sit(uses: readonly object[], args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Terminal {
  script(here, [...uses.map((use) => ({ calls: [use] })), { text: 'I am done.' }]);
  return atTerminal(['-p', 'do it', '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, ...args], { home: here.home, env });
}
const logged = async (...types: readonly string[]): Promise<Line[]> =>
  linesOf((await at('audit', 'list', '--json', ...types.flatMap((type) => ['--type', type]))).stdout);

const SANDBOX = findSandbox().kind !== 'none';

describe.runIf(process.platform === 'linux')('an approval', () => {
  test.runIf(SANDBOX)('is seen and given from another terminal, remembered, and taken back; the run replays', async () => {
    const person = sit([{ name: 'write', input: { path: '../a\u200bb', content: 'one\u202e\n' } }, bash('touch c')]);
    await person.shown(PROMPT);
    const { stdout } = await at('approvals');
    expect(stdout).toMatch(/^a1\.0 · run r_\w+ · process 1\n/u);
    expect(stdout).toContain('An agent wants to: write ../a<U+200B>b (7 bytes)\n  | +one<U+202E>\n');
    expect(JSON.parse((await at('approvals', 'list', '--json')).stdout)).toMatchObject({ ask: 'a1.0', pid: 1, kind: 'approval', expires_at: null });

    expect(await at('approvals', 'answer', 'a1.0', 'maybe')).toMatchObject({ code: 2 });
    expect(await at('approvals', 'answer', 'a9.9', 'allow')).toMatchObject({ code: 2, stderr: expect.stringContaining('no open question a9.9') });
    expect(await at('approvals', 'answer', 'a1.0', 'deny')).toMatchObject({ code: 0, stderr: 'answered a1.0\n' });
    while ((await at('approvals', '--json')).stdout === '') await new Promise((resolve) => setImmediate(resolve));
    expect(await at('approvals', 'answer', 'a1.1', 'allow', '--scope', 'rule')).toMatchObject({ code: 0 });
    expect((await person.done).text).toContain('I am done.');
    expect([existsSync(made('c')), (await logged('approval.answered')).map((event) => [event.verdict, event.scope, event.by])]).toEqual([
      true,
      [
        ['deny', 'once', 'user over the socket'],
        ['allow', 'rule', 'user over the socket'],
      ],
    ]);
    const [first] = await logged('run.started');
    expect((await at('replay', first.run)).stdout).toContain('came out as they were recorded');

    expect(JSON.parse((await at('approvals', 'rules', '--json')).stdout)).toMatchObject({ rule: 'exec:touch', folder: here.workspace });
    expect((await sit([bash('touch d')]).done).code).toBe(0);
    expect(existsSync(made('d'))).toBe(true);
    expect((await logged('run.started'))[1]).toMatchObject({ remembered: ['exec:touch'] });

    expect(await at('approvals', 'revoke', 'exec:touch')).toMatchObject({ code: 0, stderr: expect.stringContaining('1 rule forgotten') });
    expect(await at('approvals', 'revoke', 'exec:touch')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^NOT_FOUND: /u) });
    const again = sit([bash('touch e')]);
    await again.shown(PROMPT);
    again.type('\n');
    await again.done;
    expect(existsSync(made('e'))).toBe(false);
  });

  test.runIf(SANDBOX)('and a question are told apart, and the question is answered with words from another terminal', async () => {
    const person = sit([{ name: 'ask', input: { question: 'Tabs or\u202e spaces?', options: ['tabs', 'spaces'] } }]);
    await person.shown('1) tabs');
    expect((await at('approvals')).stdout).toContain('Tabs or<U+202E> spaces?\n  1) tabs\n  2) spaces\n');
    expect((await at('approvals', 'answer', 'a1.0', 'neither of them')).code).toBe(0);
    await person.done;
    expect(await logged('tool.finished')).toMatchObject([{ ok: true, text: 'neither of them' }]);
  });

  test('that nobody gives in time is refused, and its prompt goes away', async () => {
    const person = sit([bash('touch a')], ['--approval-timeout', '200ms']);
    await person.shown(PROMPT);
    expect(await person.done).toMatchObject({ code: 0, text: expect.stringContaining('not answered: nobody answered in time') });
    expect(existsSync(made('a'))).toBe(false);
    const [{ run }] = await logged('run.started');
    expect((await at('replay', run, '--diff')).stdout).toContain('came out as they were recorded');
  });

  test('waits as long as the configuration or the flag says, the shorter of both', async () => {
    await at('config', 'set', 'approval_timeout_s', '3600');
    const asked = async (...flags: readonly string[]) => {
      const person = sit([bash('touch a')], flags);
      await person.shown(PROMPT);
      person.type('\n');
      await person.done;
      return (await logged('approval.asked')).at(-1)?.timeout_ms;
    };
    expect([await asked(), await asked('--approval-timeout', '2h'), await asked('--approval-timeout', '30m')]).toEqual([3_600_000, 3_600_000, 1_800_000]);
  });

  test('taken back reaches the agents at work, whatever granted it', async () => {
    const person = sit([bash('touch a'), { name: 'ask', input: { question: 'go on?' } }, bash('touch b')], ['--allow', 'exec:touch']);
    await person.shown('go on?');
    expect(await at('approvals', 'revoke', 'exec:touch')).toMatchObject({ code: 0, stderr: expect.stringContaining('1 run under way') });
    person.type('yes\n');
    await person.shown(PROMPT);
    person.type('n\n');
    await person.done;
    expect([existsSync(made('a')), existsSync(made('b'))]).toEqual([true, false]);
    expect(await logged('capability.revoked')).toMatchObject([{ rule: 'exec:touch', by: 'user over the socket', actor: 'user' }]);
    const [{ run }] = await logged('run.started');
    expect((await at('replay', run, '--diff')).stdout).toContain('came out as they were recorded');
  });

  test('that was given for a time on the command line is over after it, for what runs in the background as well', async () => {
    script(here, [
      { calls: [bash('sleep 10417', { background: true })] },
      { calls: [bash('touch a')] },
      { calls: [bash('cat gate')] },
      { calls: [bash('touch b'), { name: 'bash', input: { output_of: 'b1' } }] },
      { text: 'done' },
    ]);
    const args = [
      '-p',
      'x',
      '--model',
      `script:${here.path('model.yaml')}`,
      '--project-dir',
      here.workspace,
      '--allow',
      'exec:touch@3s',
      '--allow',
      'exec:sleep@3s',
      '--json',
    ];
    makeGate(made('gate'));
    const agent = running(args, { home: here.home });
    await agent.printed(/capability\.revoked.*exec:sleep/u);
    while (isRunning('sleep\u000010417')) await pause(LOOK_MS);
    writeFileSync(made('gate'), 'go\n');
    const events = (await agent.done).events();
    expect(events[0].timed).toEqual([
      { rule: 'exec:touch', ms: 3000 },
      { rule: 'exec:sleep', ms: 3000 },
    ]);
    expect([existsSync(made('a')), existsSync(made('b'))]).toEqual([true, false]);
    expect(events.filter((event) => event.type === 'capability.revoked')).toMatchObject([
      { rule: 'exec:touch', by: 'the clock', actor: 'kernel' },
      { rule: 'exec:sleep', by: 'the clock' },
    ]);
    expect(events.findLast((event) => event.type === 'tool.finished').text).toMatch(/\[(?:exit by|ended)/u);
    expect((await at('replay', events[0].run, '--diff')).stdout).toContain('came out as they were recorded');
  });

  test('is looked for where no kernel runs, and there is none', async () => {
    expect(await at('approvals')).toMatchObject({ code: 0, stdout: '', stderr: 'no kernel runs, so no agent waits for an answer\n' });
    expect(await at('approvals', 'answer', 'a1.0', 'allow')).toMatchObject({ code: 2, stderr: expect.stringContaining('no kernel runs') });
    expect(await at('approvals', 'rules')).toMatchObject({ code: 0, stderr: 'nothing was approved for good\n' });
  });
});

/** Programs without a sandbox among them. */
function bare(): string {
  const folder = pathWithoutSandbox(here.path('bin'));
  symlinkSync(process.execPath, join(folder, 'node'));
  // What the terminal of the test itself is made with.
  for (const name of ['script', 'stty']) symlinkSync(join('/usr/bin', name), join(folder, name));
  return folder;
}

/** Asks the kernel's socket to allow what the agent it belongs to is waiting for, until it gets any answer. */
const SELF = `
import { request } from 'node:http';
import { writeFileSync } from 'node:fs';
const [socketPath, ask] = process.argv.slice(2);
const say = (text) => { writeFileSync('said.tmp', text); };
const go = () => {
  const call = request({ socketPath, path: '/v1/approvals/' + ask, method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
    response.resume();
    if (response.statusCode === 404) setTimeout(go, 20); else say(String(response.statusCode));
  });
  call.on('error', (error) => say(error.code));
  call.end(JSON.stringify({ verdict: 'allow', scope: 'run' }));
};
go();
`;

describe.runIf(process.platform === 'linux')("an agent's own shell that approves what the agent asked", () => {
  const attempt = async (env: Readonly<Record<string, string>>): Promise<string> => {
    writeFileSync(made('self.mjs'), SELF);
    const self = bash(`node self.mjs ${here.path('.oxios/kernel.sock')} a1.0`, { background: true });
    const person = sit([self, bash('git init -q a')], ['--allow', 'exec:node'], env);
    await person.shown(PROMPT);
    while (!existsSync(made('said.tmp'))) await new Promise((resolve) => setTimeout(resolve, 20));
    const said = readFileSync(made('said.tmp'), 'utf8');
    expect(existsSync(made('a'))).toBe(false);
    person.type('n\n');
    await person.done;
    expect(existsSync(made('a'))).toBe(false);
    expect(await logged('approval.answered')).toMatchObject([{ verdict: 'deny', by: 'user at the terminal' }]);
    return said;
  };

  test.runIf(SANDBOX)('finds no socket in the sandbox', async () => {
    expect(await attempt({})).toMatch(/^(?:ENOENT|ECONNREFUSED|EACCES)$/u);
    expect(await logged('approval.refused')).toEqual([]);
  });

  test('is refused where there is no sandbox, with an event that names it', async () => {
    expect(await attempt({ PATH: bare() })).toBe('403');
    expect(await logged('approval.refused')).toMatchObject([{ ask: 'a1.0', verdict: 'allow', by: 'user over the socket' }]);
  });

  test('and so is the command that answers, with exit 4', async () => {
    const person = sit([bash('touch a')], [], { PATH: bare() });
    await person.shown(PROMPT);
    expect(await at('approvals', 'answer', 'a1.0', 'allow')).toMatchObject({ code: 4, stderr: expect.stringMatching(/^DENIED: .*\n {2}hint: answer there/u) });
    person.type('y\n');
    await person.done;
    expect(existsSync(made('a'))).toBe(true);
  });
});
