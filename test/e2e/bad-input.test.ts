import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import stringWidth from 'string-width';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oxios, type Place, place, type Ran } from '../helpers/oxios.ts';
import { shell } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(here.path('hello.yaml'), '- text: Hello.\n');
});
afterEach(() => here.remove());

const STACK = /^\s+at .+:\d+:\d+|node:internal|Node\.js v/mu;
const HEAD = 'ontology_schema: {name: o, description: d}\nmetadata: {}\n';
const SCRIPT = ['--model', 'script:hello.yaml'];

/** The last error on stderr is one line and a next step. */
function refused(ran: Pick<Ran, 'stderr' | 'code'>, code: string, exit: number): void {
  const errors = ran.stderr.match(/^[A-Z_]+: .*\n {2}hint: \S.*$/gmu) ?? [];
  expect(errors.map((one) => one.split(':')[0])).toEqual([code]);
  expect(ran.stderr).not.toMatch(STACK);
  expect(ran.code).toBe(exit);
}

describe('a seed that is none', () => {
  const bomb = Array.from({ length: 12 }, (_, at) => `k${at}: &k${at} [${at === 0 ? 'x' : `*k${at - 1}`}${`, ${at === 0 ? 'x' : `*k${at - 1}`}`.repeat(9)}]`);
  const SEEDS: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['empty', '', 'the file is empty'],
    ['only a comment', '# nothing\n', 'the file is empty'],
    ['binary', Uint8Array.from({ length: 3000 }, (_, at) => (at * 37) % 256), 'not UTF-8'],
    ['of 2 MB', `goal: x\n${HEAD}constraints: [${'a'.repeat(2_000_000)}]\n`, 'bytes; a seed has at most'],
    ['of Latin-1', Buffer.from(`goal: caf\u00e9\n${HEAD}`, 'latin1'), 'not UTF-8'],
    ['of 10 MB', 'a'.repeat(10_000_000), '10000000 bytes; a seed has at most'],
    ['a list', '- a\n', 'a seed is one mapping'],
    ['wrong-typed', `goal: [1]\n${HEAD}`, 'goal'],
    ['no YAML', 'goal: "open\n', 'error'],
    ['a bomb of aliases', `${bomb.join('\n')}\ngoal: *k11\n${HEAD}`, 'error'],
  ];

  test.each(SEEDS)('%s is refused by run and by seed lint with exit 3', async (_, content, said) => {
    writeFileSync(here.path('seed.yaml'), content);
    const ran = await oxios(['run', 'seed.yaml', ...SCRIPT], { home: here.home });
    refused(ran, 'SEED_INVALID', 3);
    expect(ran.stderr).toContain(said);
    const linted = await oxios(['seed', 'lint', 'seed.yaml', '--json'], { home: here.home });
    expect(JSON.parse(linted.stdout)).toMatchObject({ ok: false });
    expect(linted.code).toBe(3);
    expect(existsSync(here.path('.oxios'))).toBe(false);
  });

  test.each([
    ['with a byte order mark', `\ufeffgoal: x\n${HEAD}`],
    ['with CRLF', `goal: x\n${HEAD}`.replaceAll('\n', '\r\n')],
  ])('%s is one', async (_, content) => {
    writeFileSync(here.path('seed.yaml'), content);
    const linted = await oxios(['seed', 'digest', 'seed.yaml'], { home: here.home });
    writeFileSync(here.path('plain.yaml'), `goal: x\n${HEAD}`);
    expect(linted).toMatchObject({ code: 0, stdout: (await oxios(['seed', 'digest', 'plain.yaml'], { home: here.home })).stdout });
  });

  test.each([
    ['nowhere.yaml', 'FILE_MISSING'],
    ['folder', 'FILE_UNREADABLE'],
    ['hello.yaml/seed.yaml', 'FILE_UNREADABLE'],
    ['/dev/zero', 'FILE_UNREADABLE'],
  ])('%s is %s with exit 2', async (file, code) => {
    mkdirSync(here.path('folder'));
    for (const command of [['run'], ['seed', 'lint'], ['seed', 'show'], ['seed', 'digest']])
      refused(await oxios([...command, file], { home: here.home }), code, 2);
  });

  test.each([
    ['a pipe that somebody made', 'mkfifo pipe; oxios COMMAND pipe', 'pipe is a pipe, and nobody may ever write to it'],
    ['a command that never ends', 'oxios COMMAND <(yes)', 'at most 67108864 are read'],
    ['a file of 3 GB', 'truncate -s 3G big; oxios COMMAND big', 'big has 3221225472 bytes or more'],
  ])('%s holds nobody up and fills no memory, exit 2', async (_, line, why) => {
    for (const command of ['run', 'seed lint']) {
      const ran = await shell(`rm -f pipe; ${line.replace('COMMAND', command)}`, { home: here.home });
      refused(ran, 'FILE_UNREADABLE', 2);
      expect(ran.stderr).toContain(why);
    }
  });

  test('what a command prints may be one', async () => {
    writeFileSync(here.path('seed.yaml'), `goal: x\n${HEAD}`);
    const { stdout } = await oxios(['seed', 'digest', 'seed.yaml'], { home: here.home });
    for (const line of ['oxios seed digest <(cat seed.yaml)', 'cat seed.yaml | oxios seed digest /dev/stdin'])
      expect(await shell(line, { home: here.home })).toMatchObject({ code: 0, stdout });
  });

  test.each([['--workers', '0'], ['--workers', '1.5'], ['--workers', 'many'], ['--wrokers', '3'], ['--skip-completed', 'nowhere'], ['another.yaml']])(
    'run %s %s is refused before anything is made',
    async (...args) => {
      writeFileSync(here.path('seed.yaml'), `goal: x\n${HEAD}`);
      const words = args.filter((one) => one !== undefined);
      refused(await oxios(['run', 'seed.yaml', ...SCRIPT, ...words], { home: here.home }), words[0] === '--skip-completed' ? 'FILE_MISSING' : 'USAGE', 2);
      expect(existsSync(here.path('.oxios'))).toBe(false);
    },
  );

  test('one whose program is missing is warned about', async () => {
    writeFileSync(here.path('seed.yaml'), `goal: x\n${HEAD}acceptance_criteria: [{description: y, verify_command: no-such-program-here --ok}]\n`);
    const linted = await oxios(['seed', 'lint', 'seed.yaml', '--json'], { home: here.home });
    expect(JSON.parse(linted.stdout).diagnostics).toContainEqual(expect.objectContaining({ code: 'lint.program', severity: 'warning' }));
    expect(linted.code).toBe(0);
  });
});

describe('a model that cannot be asked', () => {
  test.each([
    [[], 'NO_MODEL', 5],
    [['--model', 'nope/x'], 'NO_MODEL', 5],
    [['--model', 'openai/x'], 'NO_KEY', 5],
    [['--model', 'script:nowhere.yaml'], 'FILE_MISSING', 2],
    [['--project-dir', '/nowhere', ...SCRIPT], 'FILE_MISSING', 2],
  ])('-p hi %j ends with %s, exit %i', async (args, code, exit) => {
    refused(await oxios(['-p', 'hi', ...args], { home: here.home }), code, exit);
  });

  test('a wrong key ends with AUTH, exit 5, without another try', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"bad key","code":"invalid_api_key"}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ran = await oxios(['-p', 'hi', '--model', 'openai/x'], {
      home: here.home,
      env: { OPENAI_API_KEY: 'sk-wrong', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` },
    });
    server.close();
    refused(ran, 'AUTH', 5);
    expect(asked).toBe(1);
    expect(ran.stderr).not.toContain('sk-wrong');
  });

  test('a refused connection ends with PROVIDER_UNAVAILABLE, exit 5', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    mkdirSync(here.path('.oxios'));
    writeFileSync(here.path('.oxios/config.json'), '{"retries":0}');
    const ran = await oxios(['-p', 'hi', '--model', 'openai/x'], {
      home: here.home,
      env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` },
    });
    refused(ran, 'PROVIDER_UNAVAILABLE', 5);
  });
});

describe('an odd environment', () => {
  test.each([[{ LANG: 'C', LC_ALL: 'C' }], [{ TERM: 'dumb' }], [{ NO_COLOR: '1' }], [{ HOME: '' }], [{ TZ: 'Nowhere/At/All' }]])(
    'with %j the answer is the same, and no control character is written',
    async (env) => {
      const ran = await oxios(['-p', 'hi', ...SCRIPT], { home: here.home, env });
      expect(ran).toMatchObject({ code: 0, stdout: 'Hello.\n' });
      expect(ran.stderr).not.toContain('\u001b');
    },
  );

  test('without HOME and OXIOS_HOME the account says where the home is', async () => {
    const ran = await shell(`env -u HOME -u OXIOS_HOME "$NODE" "$BIN" config list --json`, { home: here.home });
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toHaveProperty('limits');
  });

  test('a table without a terminal keeps everything, in a terminal of 40 columns every line fits', async () => {
    await oxios(['-p', 'hi', ...SCRIPT], { home: here.home });
    const whole = await oxios(['cost'], { home: here.home });
    expect(whole.stdout).toContain(here.path('hello.yaml'));
    const narrow = await shell(`script -qec 'stty cols 40; "$NODE" "$BIN" models list' /dev/null`, { home: here.home });
    const lines = narrow.stdout.split(/\r?\n/u).filter((line) => /^(?:MODEL|anthropic\/|openai\/)/u.test(line));
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
  });

  test('--help and --version need no home', async () => {
    for (const flag of ['--help', '--version']) expect((await oxios([flag], { home: here.home, env: { OXIOS_HOME: '/proc/none' } })).code).toBe(0);
  });
});

test.runIf(process.platform === 'linux').each([
  ['a seed', ['run', '/proc/self/mem', ...SCRIPT]],
  ['a script', ['-p', 'hi', '--model', 'script:/proc/self/mem']],
])('%s that the device does not give is a fault of the machine, exit 5', async (_, args) => {
  refused(await oxios(args, { home: here.home }), 'IO', 5);
});

describe('nothing is left half-written', () => {
  test('seed new does not touch a file that is there', async () => {
    writeFileSync(here.path('seed.yaml'), 'mine');
    refused(await oxios(['seed', 'new'], { home: here.home }), 'USAGE', 2);
  });

  test.each([
    [['config', 'set', 'limits.turns', '-4'], 'CONFIG_INVALID'],
    [['config', 'set', 'no.such.key', '1'], 'CONFIG_INVALID'],
    [['config', 'set', 'model'], 'USAGE'],
    [['config', 'get'], 'USAGE'],
    [['config', 'get', 'model'], 'NOT_FOUND'],
    [['config', 'unset', 'model'], 'NOT_FOUND'],
    [['config', 'unset', '__proto__'], 'NOT_FOUND'],
  ])('%j is %s, and config.json is not made', async (args, code) => {
    refused(await oxios(args, { home: here.home }), code, 2);
    expect(existsSync(here.path('.oxios')) ? readdirSync(here.path('.oxios')).filter((name) => name.startsWith('config')) : []).toEqual([]);
  });

  test('config set, get, list and unset agree', async () => {
    const say = async (...args: readonly string[]) => (await oxios(['config', ...args], { home: here.home })).stdout.trim();
    await say('set', 'limits.turns', '7');
    expect(await say('get', 'limits.turns')).toBe('7');
    await say('unset', 'limits.turns');
    expect(await say('get', 'limits.turns')).toBe('50');
    expect(JSON.parse(await say('list', '--json')).limits.turns).toBe(50);
  });
});
