import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../helpers/oxios.ts';

/** Makes the Node that reads it take itself for one that is too old; a child does not inherit it. */
const OLD = ['--import', 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.19.0"}})'];

let root: string;
let children: ChildProcess[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oxios-shim-'));
  children = [];
  mkdirSync(join(root, 'bin'));
  cpSync(join(ROOT, 'bin/oxios.mjs'), join(root, 'bin/oxios.mjs'));
  put('package.json', '{"version":"9.8.7","type":"module"}');
});

afterEach(() => {
  for (const child of children) endGroup(child);
  rmSync(root, { recursive: true, force: true });
});

/** With what it started; of a group that has ended there is nothing left to end. */
function endGroup({ pid = 0 }: ChildProcess): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const withMain = (text: string): void => put('dist/cli/main.js', text);

function withOwnNode(): void {
  mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'node_modules/node/bin/node'));
}

interface Given {
  readonly args?: readonly string[];
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function run({ args = [], node = [], env = {} }: Given) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, join(root, 'bin/oxios.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TMPDIR: root, ...env },
  });
  return { status, stdout, stderr };
}

/** Started, with what it says after it began to listen; resolves with its end. */
function start(node: readonly string[]): { child: ChildProcess; ready: Promise<unknown>; ended: Promise<readonly [number | null, string]> } {
  const child = spawn(process.execPath, [...node, join(root, 'bin/oxios.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Apart from the terminal the tests may run in.
    detached: true,
    env: { PATH: process.env.PATH, TMPDIR: root },
  });
  children.push(child);
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return {
    child,
    ready: new Promise((resolve) => child.stdout?.once('data', resolve)),
    ended: new Promise((resolve) => {
      child.once('close', (code) => resolve([code, said]));
      // Its own child may hold the pipe open, if it left that behind.
      child.once('exit', (code, signal) => signal && resolve([code, `ended by ${signal}`]));
    }),
  };
}

/** Says that it listens, then which signals came, and ends on the first with a code of its own. */
const LISTENS = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { console.log(signal); process.exit(41); });
  setInterval(() => undefined, 1000);
  console.log('listening');`;

describe('the start of the program', () => {
  test('says its version without being built', () => {
    expect(run({ args: ['--version'] })).toEqual({ status: 0, stdout: 'oxios 9.8.7\n', stderr: '' });
  });

  test.each(['--help', '-h'])('%s alone shows the help of the build', (flag) => {
    put('dist/help.txt', 'the help\n');
    expect(run({ args: [flag] })).toEqual({ status: 0, stdout: 'the help\n', stderr: '' });
  });

  test('the help of the build is what the program itself prints', () => {
    const { stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), '--help'], { encoding: 'utf8' });
    expect(stdout).toContain('oxios run');
    expect(readFileSync(join(ROOT, 'dist/help.txt'), 'utf8')).toBe(stdout);
  });

  test('everything else goes to the program, with its arguments', () => {
    withMain('console.log(JSON.stringify(process.argv.slice(2)));');
    expect(run({ args: ['run', '--help'] }).stdout).toBe('["run","--help"]\n');
    expect(run({ args: ['--version', '-p'] }).stdout).toBe('["--version","-p"]\n');
  });

  test('a program that is not built says what to do', () => {
    expect(run({ args: ['ps'] })).toEqual({ status: 5, stdout: '', stderr: `oxios is not built: run npm run build in ${root}/\n` });
  });

  test('a reader that goes away is no error', () => {
    put('dist/help.txt', 'x'.repeat(1_000_000));
    const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$1" --help | head -c 1 >/dev/null', process.execPath, join(root, 'bin/oxios.mjs')], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('compiled code is kept', () => {
  const cache = () => join(root, `oxios-cache-${process.getuid?.()}`);
  const says = `import { getCompileCacheDir } from 'node:module'; console.log(getCompileCacheDir() ?? 'none');`;

  test('in a folder of this user alone', () => {
    withMain(says);
    expect(run({}).stdout).toContain(cache());
    expect(existsSync(cache())).toBe(true);
  });

  test('not in a folder others can write', () => {
    withMain(says);
    mkdirSync(cache());
    spawnSync('chmod', ['777', cache()]);
    expect(run({}).stdout).toBe('none\n');
  });

  test('not behind a link', () => {
    withMain(says);
    mkdirSync(join(root, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(root, 'elsewhere'), cache());
    expect(run({}).stdout).toBe('none\n');
  });

  test('nowhere when no folder can be made, which is no error', () => {
    withMain(says);
    expect(run({ env: { TMPDIR: join(root, 'package.json') } })).toEqual({ status: 0, stdout: 'none\n', stderr: '' });
  });
});

describe('on a Node that is too old', () => {
  test('one line says so when there is no other', () => {
    const { status, stdout, stderr } = run({ node: OLD });
    expect({ status, stdout }).toEqual({ status: 5, stdout: '' });
    expect(stderr).toMatch(/^oxios needs Node >= 24\.15 and this is v\S+: see \S+\n$/u);
  });

  test('the one of the checkout runs the program, and its exit code is passed on', () => {
    withOwnNode();
    withMain('console.log(process.argv.slice(2).join(), process.execArgv.length, process.env.OXIOS_REEXEC); process.exitCode = 7;');
    expect(run({ node: OLD, args: ['ps', '--json'] })).toEqual({ status: 7, stdout: 'ps,--json 0 undefined\n', stderr: '' });
  });

  test('a Node of the checkout that is itself too old does not start another', () => {
    withOwnNode();
    const { status, stderr } = run({ node: OLD, env: { OXIOS_REEXEC: '1' } });
    expect([status, stderr]).toEqual([5, expect.stringContaining('oxios needs Node >= 24.15')]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s reaches the program, and its end is waited for', async (signal) => {
    withOwnNode();
    withMain(LISTENS);
    const { child, ready, ended } = start(OLD);
    await ready;
    child.kill(signal);
    expect(await ended).toEqual([41, `listening\n${signal}\n`]);
  });

  // The program asks its parent for the end, which comes after whatever the parent passed on before.
  test.runIf(process.platform === 'linux')('Ctrl-C at a terminal reaches the program once', async () => {
    withOwnNode();
    withMain(`
      let interrupts = 0;
      process.on('SIGINT', () => { interrupts++; process.kill(process.ppid, 'SIGTERM'); });
      process.on('SIGTERM', () => { console.log('interrupts: ' + interrupts); process.exit(0); });
      setInterval(() => undefined, 1000);
      console.log('listening');`);
    const command = [process.execPath, ...OLD, join(root, 'bin/oxios.mjs')].map((word) => `'${word}'`).join(' ');
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, TMPDIR: root },
    });
    children.push(terminal);
    let said = '';
    let pressed = false;
    terminal.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('listening') && !pressed) pressed = terminal.stdin.write('\u0003');
    });
    await new Promise((resolve) => terminal.once('close', resolve));
    expect(said).toContain('interrupts: 1\r\n');
  });

  test('a program ended by a signal gives 128 and its number', () => {
    withOwnNode();
    withMain(`process.kill(process.pid, 'SIGKILL');`);
    expect(run({ node: OLD }).status).toBe(137);
  });
});
