import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { nearest } from '../../src/kernel/text/nearest.ts';
import { oxios, place } from '../helpers/oxios.ts';
import { shell } from '../helpers/shell.ts';

const here = place();
afterAll(() => here.remove());
const say = (...args: readonly string[]) => oxios(args, { home: here.home });

describe('the name that was meant', () => {
  const names = ['run', 'resume', 'replay', 'seed', 'logs', 'ps', 'nice'];
  test.each([
    ['rum', 'run'],
    ['sede', 'seed'],
    ['lgos', 'logs'],
    ['resmue', 'resume'],
    ['hi', undefined],
    ['x', undefined],
    ['', undefined],
    ['launch', undefined],
  ])('%s means %s', (word, name) => {
    expect(nearest(word, names)).toBe(name);
  });
});

describe('a command line that does not fit', () => {
  test.each([
    [['rum', 'seed.yaml'], 'there is no command rum; did you mean run?'],
    [['hello'], 'there is no command hello'],
    [['--home', '/nowhere', 'sed'], 'there is no command sed; did you mean seed?'],
    [['ps', '-x'], 'there is no flag -x'],
    [['ps', '--no-such'], 'there is no flag --no-such'],
    [['ps', '--foo-bar', '--fooBaz=1'], 'there is no flag --foo-bar; there is no flag --fooBaz'],
    [['ps', '--all=maybe'], '--all takes no value'],
    [['ps', '--home='], '--home needs a value'],
    [['ps', '--home', ''], '--home needs a value'],
    [['kill', '1', '-s'], '-s needs a value'],
    [['kill', '1', '--signal', 'HUP'], '--signal cannot be HUP (TERM, KILL, STOP, CONT, INT)'],
    [['logs', '1', '-p'], 'there is no flag -p'],
    [['run', 'seed.yaml', '-p', 'x'], 'a seed and a request are two things to work on'],
    [['run', 'seed.yaml', '-x'], 'there is no flag -x'],
    [['run', '--modle', 'x', 'seed.yaml'], 'there is no flag --modle; did you mean --model?'],
    [['ps', '--alll'], 'there is no flag --alll; did you mean --all?'],
    [['--bogus'], 'there is no flag --bogus'],
    [['ps', 'extra'], 'extra is not expected here'],
    [['-p', 'hi', '--model'], '--model needs a value'],
    [['-p', 'hi', '--fail-on', 'denid'], '--fail-on cannot be denid; did you mean denied?'],
    [['seed', 'lnt', 'x.yaml'], 'action cannot be lnt; did you mean lint?'],
    [['run'], 'something is missing: oxios run <seed>'],
    [['-p', ''], 'the request is empty'],
    [['-p', 'hi', '--max-turns', 'many'], 'the limit for turns must be a number above 0'],
    [['-p', 'hi', '--max-wall', '5 parsecs'], '5 parsecs is no span of time'],
    [['logs', 'abc'], 'a process is named by its number'],
    [['nice', '1', '99'], 'niceness is a whole number'],
    [['-p', 'hi', '--record', '/nowhere/x.yaml'], '/nowhere/x.yaml cannot be written'],
  ])('%j says so in one line with a next step, and exits 2', async (args, text) => {
    const ran = await say(...args);
    expect(ran.stderr).toContain(`USAGE: ${text}`);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(ran.stderr).toMatch(/\n {2}hint: \S/u);
    expect(ran.stdout).toBe('');
    expect(ran.code).toBe(2);
  });

  test.each([
    [['-p', '- a list'], '- a list'],
    [['-p', '--- a/file'], '--- a/file'],
    [['--print=-x'], '-x'],
    [['-p', '--', '--model'], '--model'],
    [['-p', 'run the tests'], 'run the tests'],
    [['-p', 'run'], 'run'],
  ])('%j asks for %j', async (args, request) => {
    writeFileSync(here.path('hello.yaml'), '- text: hello\n');
    const at = args.indexOf('--') < 0 ? args.length : args.indexOf('--');
    const ran = await say(...args.slice(0, at), '--json', '--model', 'script:hello.yaml', ...args.slice(at));
    expect(ran.events()[0]).toMatchObject({ type: 'run.started', title: request });
    expect(ran.code).toBe(0);
  });

  test('an empty OXIOS_HOME is none, and no folder is taken for a home by it', async () => {
    const ran = await oxios(['config', 'set', 'retries', '1'], { home: here.home, cwd: here.home, env: { OXIOS_HOME: '' } });
    expect(ran.code).toBe(0);
    expect(existsSync(here.path('.oxios/config.json'))).toBe(true);
    expect(existsSync(here.path('home.json'))).toBe(false);
  });

  test('what it is given is never painted on the terminal as a command to it', async () => {
    const ran = await say('seed', 'lint', '\u001b]0;title\u0007\u001b[2Jx.yaml');
    expect(ran.stderr).toMatch(/^FILE_MISSING: /u);
    expect(ran.stderr).not.toContain('\u001b');
    expect((await say('\u001b[31mcmd')).stderr).not.toContain('\u001b');
  });

  test('a rule that cannot be read is named', async () => {
    const ran = await say('-p', 'hi', '--allow', 'everything');
    expect(ran.stderr).toMatch(/^RULE_INVALID: rule "everything"/u);
    expect(ran.code).toBe(2);
  });

  test('with --json, work that could not begin still ends with a run.result', async () => {
    const ran = await say('run', 'no-such-seed.yaml', '--json');
    expect(ran.events()).toEqual([
      expect.objectContaining({ type: 'run.result', outcome: 'ERROR', exit_code: 2, error: expect.objectContaining({ code: 'FILE_MISSING' }) }),
    ]);
    expect(ran.code).toBe(2);
  });
});

describe('help', () => {
  const COMMANDS = [
    'run',
    'resume',
    'replay',
    'seed',
    'ps',
    'top',
    'logs',
    'kill',
    'wait',
    'send',
    'nice',
    'cost',
    'audit',
    'config',
    'models',
    'doctor',
    'completion',
    'demo',
  ];

  test.each(COMMANDS)('oxios %s --help describes it with its flags and an example', async (name) => {
    const [long, short] = await Promise.all([say(name, '--help'), say(name, '-h')]);
    expect(long.code).toBe(0);
    expect(long.stdout).toContain(`oxios ${name}`);
    expect(long.stdout).toContain('--json');
    expect(long.stdout).toContain('Examples:');
    expect(short.stdout).toBe(long.stdout);
  });

  test('the kept top-level help is what yargs prints', async () => {
    const [kept, live] = await Promise.all([say('--help'), say('--help', '--no-color')]);
    expect(kept.stdout).toBe(live.stdout);
    for (const name of COMMANDS) expect(kept.stdout).toContain(`oxios ${name}`);
  });

  test('oxios alone says where to begin, and --version its version', async () => {
    const [alone, version] = await Promise.all([say(), say('--version')]);
    expect(alone.stdout).toContain('oxios demo');
    expect(alone.code).toBe(0);
    expect(version.stdout).toMatch(/^oxios \d+\.\d+\.\d+\n$/u);
  });

  test('the home may be named before the command', async () => {
    const ran = await say('--home', here.path('elsewhere'), 'ps');
    expect(ran.stderr).toContain('nothing has run here yet');
    expect(ran.code).toBe(0);
  });
});

describe('completion', () => {
  test.each([
    ['bash', 'complete -o bashdefault', '/bin/sh'],
    ['zsh', '#compdef oxios', '/bin/sh'],
    ['fish', "complete -c oxios -a '(__oxios_complete)'", '/bin/sh'],
    [undefined, '#compdef oxios', '/usr/bin/zsh'],
    [undefined, 'complete -c oxios', '/usr/bin/fish'],
    [undefined, 'complete -o bashdefault', '/bin/sh'],
  ])('for %s prints a script with %j and nothing else, where the shell is %s', async (shell, holds, own) => {
    const ran = await oxios(['completion', ...(shell === undefined ? [] : [shell])], { home: here.home, env: { SHELL: own } });
    expect(ran.stdout).toContain(holds);
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
  });

  test('works in bash', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell
    const ran = await shell('eval "$(oxios completion bash)"; COMP_WORDS=(oxios run --max-t); COMP_CWORD=2; _oxios; printf "%s\\n" "${COMPREPLY[@]}"', {
      home: here.home,
    });
    expect(ran).toEqual({ code: 0, stdout: '--max-tokens\n--max-turns\n--max-tool-calls\n', stderr: '' });
  });

  test.each([
    [
      ['oxios', ''],
      ['run', 'seed', 'doctor'],
    ],
    [
      ['oxios', 'run', '--m'],
      ['--model', '--max-turns'],
    ],
    [
      ['oxios', 'kill', '--'],
      ['--signal', '--json'],
    ],
  ])('%j offers %j', async (words, offered) => {
    const ran = await say('--get-yargs-completions', ...words);
    expect(ran.stdout.split('\n')).toEqual(expect.arrayContaining(offered));
    expect(ran.stdout).not.toContain('$0');
  });
});
