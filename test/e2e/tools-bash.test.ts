import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findSandbox } from '../../src/drivers/exec/sandbox.ts';
import { type Answer, act, desk } from '../helpers/agent.ts';
import type { Place } from '../helpers/oxios.ts';
import { makeGate } from '../helpers/shell.ts';

const hasBwrap = findSandbox().kind === 'bwrap';
const bash = (input: object) => ({ name: 'bash', input });
const run = (command: string) => bash({ command });

describe('a command', () => {
  /** The claim, the arguments, what the model reads, and whether it went well. */
  const ROWS: readonly (readonly [claim: string, input: object, text: string | RegExp, ok?: boolean])[] = [
    ['gives its output and its exit', { command: 'echo hello' }, 'hello\n[exit 0]'],
    ['gives what it says on stderr in the same order', { command: 'echo one; echo two >&2; echo three' }, 'one\ntwo\nthree\n[exit 0]'],
    ['ends its output with a line end', { command: 'printf abc' }, 'abc\n[exit 0]'],
    ['that says nothing', { command: 'true' }, '[exit 0]'],
    ['that fails', { command: 'false' }, '[exit 1]', false],
    ['fails with its own code', { command: 'echo no; exit 7' }, 'no\n[exit 7]', false],
    ['that ends by a signal', { command: 'kill -9 $$' }, /^\[exit (by SIGKILL|137)\]$/u, false],
    ['that takes too long is ended', { command: 'echo begun; sleep 600', timeout_s: 0.3 }, /^begun\n\[ended after \d+\.\d s: timeout\]$/u, false],
    ['given as words runs without a shell', { argv: ['echo', 'a  b', '$HOME', '*', "it's", ''] }, "a  b $HOME * it's \n[exit 0]"],
    ['that is one simple command runs without a shell', { command: "printenv '_'" }, '[exit 1]', false],
    ['that is more runs in bash', { command: "printenv '_' && [[ a == a ]]" }, /printenv\n\[exit 0\]$/u],
    ['may be a pipe', { command: 'printf "b\\na\\n" | sort | head -n 1' }, 'a\n[exit 0]'],
    ['begins in the working directory each time', { command: 'cd src && ls' }, 'a.txt\n[exit 0]'],
    ['does not keep where another went', { command: 'ls src' }, 'a.txt\n[exit 0]'],
    ['may write where the agent may', { command: 'echo made > made.txt; cat made.txt' }, 'made\n[exit 0]'],
    ['may remove and rename what it names', { command: 'mkdir d && echo x > d/f && mv d e && cat e/f && rm -r e && ls' }, 'x\nmade.txt\nsrc\n[exit 0]'],
    ['may remove a file that is there', { argv: ['rm', 'made.txt'] }, '[exit 0]'],
    ['may rename a file that is there', { argv: ['mv', 'src/a.txt', 'src/b.txt'] }, '[exit 0]'],
    ['may change a file that it reads', { argv: ['sed', '-i', 's/x/y/', 'src/b.txt'] }, '[exit 0]'],
    ['knows no key of a provider', { command: 'printenv ANTHROPIC_API_KEY OPENAI_API_KEY' }, '[exit 1]', false],
    ['knows that it is run by an agent', { command: 'printenv OXIOS' }, '1\n[exit 0]'],
    ['has no input', { command: 'cat' }, '[exit 0]'],
    [
      'that is not installed',
      { argv: ['no-such-program'] },
      'INTERPRETER_MISSING: no-such-program is not installed. install no-such-program, or use another program',
      false,
    ],
    ['that is nothing', { command: '  # a comment' }, 'the command is empty', false],
    ['that is no word', { argv: [] }, 'the command is empty', false],
    ['and another wish at once', { command: 'ls', stop: 'b1' }, /give exactly one of command, argv, output_of, output_blob, stop/u, false],
    ['and no wish', {}, /give exactly one of/u, false],
    ['with a timeout of more than half an hour', { command: 'ls', timeout_s: 1801 }, /timeout_s/u, false],
    ['in the background that is not there', { output_of: 'b9' }, /there is no background command b9/u, false],
    ['to stop that is not there', { stop: 'b9' }, 'there is no background command b9', false],
    ['whose kept output is not there', { output_blob: 'a'.repeat(64) }, `there is no output ${'a'.repeat(64)}`, false],
    ['whose kept output is no name of one', { output_blob: '../../etc/passwd' }, 'there is no output ../../etc/passwd', false],
  ];
  let here: Place;
  let answers: readonly Answer[];
  beforeAll(async () => {
    here = desk({ 'src/a.txt': 'x' });
    const allow = ['exec:mkdir', 'exec:mv', 'exec:rm', 'exec:rm:-r', 'exec:sed', 'exec:kill', 'exec:printenv', 'exec:no-such-program'].flatMap((rule) => [
      '--allow',
      rule,
    ]);
    ({ answers } = await act(
      here,
      ROWS.map(([, input]) => bash(input)),
      allow,
      { env: { ANTHROPIC_API_KEY: 'sk-ant-secret', OPENAI_API_KEY: 'sk-secret' } },
    ));
  });
  afterAll(() => here.remove());

  test.each(ROWS.map(([claim, input, text, ok = true], at) => ({ claim, input, text, ok, at })))('$claim: $input', ({ text, ok, at }) => {
    expect(answers[at]?.text).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
    expect(answers[at]?.ok).toBe(ok);
  });
});

describe('a command that is refused', () => {
  const ROWS: readonly (readonly [command: string, rules: string])[] = [
    ['rm -rf src', '--allow exec:rm:-r'],
    ['ls && rm a', '--allow exec:rm'],
    ['cat a | tee b', '--allow exec:tee'],
    ['npm test', '--allow exec:npm:test'],
    ['env X=1 nice node a.js', '--allow exec:node'],
    ['bash -c "rm a; touch b"', '--allow exec:rm --allow exec:touch'],
    ['echo $(rm a)', '--allow exec:rm'],
    ['cat /etc/passwd', '--allow fs:read:/etc/passwd'],
    ['cat < /etc/passwd', '--allow fs:read:/etc/passwd'],
    ['echo x > "/tmp/my file"', "--allow 'fs:write:/tmp/my file'"],
    ['cat .env', '--allow fs:read:WORK/.env'],
    ['find . -name "*.ts" -exec rm {} +', '--allow exec:rm'],
  ];
  let here: Place;
  let answers: readonly Answer[];
  let denials: readonly { readonly action: string }[];
  const HIDDEN = ['eval "$x"', '$cmd a', 'source <(cat a)', 'PATH=/tmp/x ls', 'GIT_DIR=/tmp/x git status', 'echo "unclosed', 'l\u200bs', 'bash -c "$(cat x)"'];
  beforeAll(async () => {
    here = desk({ a: 'a', '.env': 'S=1' });
    const ran = await act(here, [...ROWS.map(([command]) => run(command)), ...HIDDEN.map(run), run('echo x > .git/config')]);
    answers = ran.answers;
    denials = ran.events().at(-1).denials;
  });
  afterAll(() => here.remove());

  test.each(ROWS.map(([command, rules], at) => ({ command, rules, at })))('is told what it lacks: $command', ({ rules, at }) => {
    expect(answers[at]?.event.type).toBe('tool.denied');
    expect(answers[at]?.text).toContain(`To grant it the user says ${rules.replace('WORK', here.workspace)}. `);
  });

  test.each(HIDDEN.map((command, at) => ({ command, at })))('because nobody can know what it runs: $command', ({ at }) => {
    const answer = answers[ROWS.length + at];
    expect(answer?.event).toMatchObject({ type: 'tool.denied', decision: { verdict: 'deny', rule: 'COMMAND_DENIED' } });
    expect(answer?.text).not.toContain('--allow');
  });

  test('for a path that no grant opens is told so', () => {
    expect(answers.at(-1)?.text).toContain('No grant allows it. ');
  });

  test('is in the result of the run, each', () => {
    expect(denials).toHaveLength(answers.length);
  });
});

let here: Place;
beforeEach(() => {
  here = desk();
});
afterEach(() => here.remove());

describe('an output that is too long', () => {
  const whole = Array.from({ length: 20_000 }, (_, at) => `${at + 1}\n`).join('');
  const id = createHash('sha256').update(whole).digest('hex');

  test('is cut in the middle, kept whole, and can be read on to its end', async () => {
    const { answers } = await act(here, [run('seq 1 20000'), bash({ output_blob: id, offset: 100 }), bash({ output_blob: id, offset: 100_000 })]);
    const [cut, part, end] = answers;
    expect(cut?.text).toMatch(
      new RegExp(`^1\\n2\\n[\\s\\S]*\\n\\[\\.\\.\\. 78,174 bytes cut; whole output: blob ${id} \\.\\.\\.\\]\\n[\\s\\S]*\\n20000\\n\\[exit 0\\]$`, 'u'),
    );
    expect(Buffer.byteLength(cut?.text ?? '')).toBeLessThan(31 * 1024);
    expect(cut?.event.details).toMatchObject({ total_bytes: whole.length, spill: id });
    expect(part?.text).toBe(
      `${whole.slice(100, 100 + 30 * 1024)}\n[bytes 100-${100 + 30 * 1024 - 1} of ${whole.length}; go on with offset ${100 + 30 * 1024}]`,
    );
    expect(end?.text).toBe(`${whole.slice(100_000)}\n[end, ${whole.length} bytes]`);
  });
});

describe('a command in the background', () => {
  test('goes on beside the agent, which reads what it prints, and can be stopped', async () => {
    for (const name of ['ready', 'go', 'over']) makeGate(join(here.workspace, name));
    const { answers } = await act(
      here,
      [
        bash({ command: 'echo one; echo x > ready; cat go; echo two; echo x > over; sleep 600', background: true }),
        run('cat ready'),
        bash({ output_of: 'b1' }),
        run('echo three > go'),
        run('cat over'),
        bash({ output_of: 'b1' }),
        bash({ stop: 'b1' }),
        ...Array.from({ length: 40 }, () => [run('true'), bash({ output_of: 'b1' })]).flat(),
      ],
      ['--max-turns', '100'],
    );
    const texts = answers.map((one) => one.text);
    expect(texts[0]).toBe('running as b1; read on with output_of, end it with stop');
    expect(texts[2]).toBe('one\n[still running]');
    expect(texts[5]).toBe('three\ntwo\n[still running]');
    expect(texts[6]).toBe('stopping b1');
    expect(texts.findLast((text) => text !== '[exit 0]')).toMatch(/^\[ended after \d+\.\d s: stopped\]$/u);
  });

  test('says how it ended', async () => {
    const { answers } = await act(
      here,
      [bash({ command: 'echo hi; exit 3', background: true }), ...Array.from({ length: 20 }, () => [run('true'), bash({ output_of: 'b1' })]).flat()],
      ['--max-turns', '100'],
    );
    const polled = answers.filter((one) => one.text.includes('exit 3'));
    expect(polled[0]?.text).toMatch(/^(hi\n)?\[exit 3\]$/u);
    expect(polled.at(-1)?.event.details).toEqual({ code: 3 });
  });

  test('ends with the agent, and its children with it', async () => {
    const seconds = 10_000 + (process.pid % 10_000);
    const { code, answers } = await act(
      here,
      [bash({ command: `setsid sleep ${seconds}.5 & sleep ${seconds}.5`, background: true }), bash({ command: `sleep ${seconds}.5`, background: true })],
      ['--allow', 'exec:setsid'],
    );
    expect(answers.map((one) => one.ok)).toEqual([true, true]);
    expect(code).toBe(0);
    expect(namedLike(`sleep\0${seconds}.5`)).toEqual([]);
  });

  test('is judged like any other', async () => {
    const { answers } = await act(here, [bash({ command: 'rm -rf .', background: true })]);
    expect(answers[0]?.event.type).toBe('tool.denied');
  });
});

const namedLike = (words: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/u.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(words);
    } catch {
      return false;
    }
  });

describe.runIf(hasBwrap)('the sandbox', () => {
  test('is named when it refused something', async () => {
    const { answers } = await act(here, [run('python3 -c \'open("/etc/oxios-was-here", "w")\'')], ['--allow', 'exec:python3']);
    expect(answers[0]?.text).toMatch(/\[exit 1\]\n\[sandbox: commands may write only in the folders they were granted and in \/tmp\]$/u);
    expect(answers[0]?.event.sandbox).toEqual({
      what: 'write',
      path: '/etc/oxios-was-here',
      text: 'commands may write only in the folders they were granted and in /tmp',
    });
  });

  test('keeps secrets from commands, wherever in the workspace they lie', async () => {
    const other = desk({
      '.env': 'TOP=kept-1',
      'packages/a/.env.local': 'DEEP=kept-2',
      'packages/a/server.key': 'kept-3',
      '.gitignore': '.env*',
      'packages/a/plain.txt': 'shown',
    });
    const { answers } = await act(
      other,
      [run('grep -r . packages'), bash({ argv: ['python3', '-c', 'print(open(".env").read())'] })],
      ['--allow', 'exec:python3'],
    );
    expect(answers[0]?.text).toContain('plain.txt:shown');
    for (const { text } of answers) expect(text).not.toMatch(/kept-/u);
    const granted = await act(other, [run('cat packages/a/.env.local')], ['--allow', `fs:read:${other.workspace}/packages/a/.env.local`]);
    expect(granted.answers[0]?.text).toBe('DEEP=kept-2\n[exit 0]');
    other.remove();
  });
});
