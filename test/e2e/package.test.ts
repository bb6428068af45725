import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../helpers/oxios.ts';

let folder: string;
let installed: string;

/** What `npm install oxios` leaves, without asking a registry: the packed files, and beside them the one package that is not in the bundle. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oxios-package-'));
  const npm = { cwd: ROOT, encoding: 'utf8', env: { ...process.env, npm_config_cache: join(folder, 'cache'), npm_config_loglevel: 'silent' } } as const;
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], npm);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  installed = join(folder, 'node_modules/oxios');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components', '1']);
  symlinkSync(join(ROOT, 'node_modules/@vscode'), join(folder, 'node_modules/@vscode'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const oxios = (...args: readonly string[]) =>
  execFileSync(process.execPath, [join(installed, 'bin/oxios.mjs'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
  });

describe('the package', () => {
  test('holds what is run and what is read, and nothing else', () => {
    expect(readdirSync(installed).toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'docs', 'examples', 'package.json']);
  });

  test('runs where it is installed: version, help, every command', () => {
    expect(oxios('--version')).toMatch(/^oxios \d+\.\d+\.\d+\n$/u);
    const names = [...oxios('--help').matchAll(/^ {2}oxios ([a-z]+) /gmu)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(oxios(name, '--help')).toContain(`oxios ${name}`);
  });

  test('runs its demo, and proves the log of it', () => {
    const events = oxios('demo', '--json').trimEnd().split('\n');
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ type: 'run.result', outcome: 'APPROVED', exit_code: 0 });
    expect(JSON.parse(oxios('audit', 'verify', '--json'))).toMatchObject({ ok: true });
    expect(JSON.parse(oxios('doctor', '--json')).checks).toContainEqual(expect.objectContaining({ what: 'ripgrep', state: 'ok' }));
  });
});
