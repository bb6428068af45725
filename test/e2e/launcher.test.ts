import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../helpers/oxios.ts';

let root: string;
let tools: string;

/** Stands where npm stands, so that no test needs the network: notes what it was asked, and leaves the files of that. */
const NPM = `#!/bin/sh
echo "$1" >>"$LOG"
case $1 in
  ci) rm -rf node_modules; mkdir node_modules; [ -z "\${FAIL:-}" ] || exit 1 ;;
  run) mkdir -p dist; : >dist/help.txt ;;
esac
`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oxios-launcher-'));
  tools = join(root, 'path');
  put('checkout/src/kernel/a.ts', '');
  put('checkout/package-lock.json', '{}');
  put('checkout/rolldown.config.mjs', '');
  put('checkout/tools/build.mjs', '');
  put('checkout/bin/oxios.mjs', 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 9;');
  put('path/npm', NPM);
  chmodSync(join(tools, 'npm'), 0o755);
  symlinkSync(process.execPath, join(tools, 'node'));
  cpSync(join(ROOT, 'oxios'), join(root, 'checkout/oxios'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const environment = (more: Readonly<Record<string, string>>) => ({ PATH: `${tools}:/usr/bin:/bin`, LOG: join(root, 'log'), ...more });

interface Given {
  readonly as?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function launch({ as = 'checkout/oxios', cwd = root, env = {} }: Given = {}) {
  const { status, stdout, stderr } = spawnSync(as.startsWith('.') ? as : join(root, as), ['ps', 'a b'], { encoding: 'utf8', cwd, env: environment(env) });
  return { status, stdout, stderr };
}

/** What npm was asked since the last look. */
function asked(): readonly string[] {
  const log = join(root, 'log');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  rmSync(log, { force: true });
  return lines;
}

const touch = (path: string): void => {
  const later = Date.now() / 1000 + 60;
  utimesSync(join(root, path), later, later);
};

describe('./oxios', () => {
  test('installs and builds on first use, then runs with the arguments and the exit code of the program', () => {
    expect(launch()).toEqual({ status: 9, stdout: '["ps","a b"]\n', stderr: 'oxios: first use: installing (about 30 s)\noxios: building\n' });
    expect(asked()).toEqual(['ci', 'run']);
  });

  test('does neither again', () => {
    launch();
    asked();
    expect(launch()).toEqual({ status: 9, stdout: '["ps","a b"]\n', stderr: '' });
    expect(asked()).toEqual([]);
  });

  test('installs again when the lock changed', () => {
    launch();
    asked();
    put('checkout/package-lock.json', '{"changed": true}');
    touch('checkout/package-lock.json');
    launch();
    expect(asked()).toEqual(['ci', 'run']);
  });

  test.each(['checkout/src/kernel/a.ts', 'checkout/src/kernel', 'checkout/rolldown.config.mjs'])('builds again when %s changed', (path) => {
    launch();
    asked();
    touch(path);
    launch();
    expect(asked()).toEqual(['run']);
  });

  test('an installation that failed is tried again', () => {
    const { status, stdout, stderr } = launch({ env: { FAIL: '1' } });
    expect([status, stdout]).toEqual([5, '']);
    expect(stderr.split('\n').at(-2)).toBe(`oxios: npm ci failed: run it in ${join(root, 'checkout')} to see why`);
    asked();
    expect(launch().status).toBe(9);
    expect(asked()).toEqual(['ci', 'run']);
  });

  test('an installation that was cut off is not taken for a whole one', () => {
    mkdirSync(join(root, 'checkout/node_modules'));
    put('checkout/dist/help.txt', '');
    launch();
    expect(asked()).toContain('ci');
  });

  test('works through links and from any folder', () => {
    symlinkSync('checkout/oxios', join(root, 'one'));
    mkdirSync(join(root, 'far'));
    symlinkSync('../one', join(root, 'far/two'));
    expect(launch({ as: './two', cwd: join(root, 'far') }).status).toBe(9);
    expect(launch({ as: 'far/two', cwd: '/' })).toEqual({ status: 9, stdout: '["ps","a b"]\n', stderr: '' });
  });

  test('uses the Node of the checkout when it has one', () => {
    launch();
    put('checkout/node_modules/node/bin/node', '#!/bin/sh\necho own\n');
    chmodSync(join(root, 'checkout/node_modules/node/bin/node'), 0o755);
    expect(launch()).toEqual({ status: 0, stdout: 'own\n', stderr: '' });
  });

  test.each(['node', 'npm'])('one line says when %s is missing', (program) => {
    for (const name of ['dirname', 'cksum', 'cat', 'readlink', 'find', 'head']) symlinkSync(`/usr/bin/${name}`, join(tools, name));
    rmSync(join(tools, program));
    const stderr = `oxios: ${program} is not installed: get Node.js with npm first, see https://nodejs.org\n`;
    expect(launch({ env: { PATH: tools } })).toEqual({ status: 5, stdout: '', stderr });
  });

  test('two first uses at once install once', async () => {
    const ends = [1, 2].map(() => {
      const child = spawn(join(root, 'checkout/oxios'), [], { env: environment({}), stdio: 'ignore' });
      return new Promise((resolve) => child.once('close', resolve));
    });
    expect(await Promise.all(ends)).toEqual([9, 9]);
    expect(asked()).toEqual(['ci', 'run']);
  });

  test('a first use that was killed does not stop the next', () => {
    const { pid } = spawnSync('true');
    symlinkSync(String(pid), join(root, 'checkout/.oxios-setup'));
    expect(launch().status).toBe(9);
    expect(existsSync(join(root, 'checkout/.oxios-setup'))).toBe(false);
  });
});
