import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desk, script, task } from '../helpers/agent.ts';
import { type Line, oxios, type Place, type Ran } from '../helpers/oxios.ts';
import { openNote } from '../helpers/rfc6962.ts';

let here: Place;
let anchor: string;
const at = (...args: readonly string[]): Promise<Ran> => oxios(args, { home: here.home });
const jsonOf = async (...args: readonly string[]): Promise<Line> => (await at('audit', ...args, '--json')).events()[0];
const note = (): string => readFileSync(join(anchor, 'oxios.checkpoint'), 'utf8');
const work = (): Promise<Ran> => oxios(task(here), { home: here.home });

beforeEach(() => {
  here = desk();
  anchor = here.path('elsewhere');
  mkdirSync(anchor);
  script(here, [{ text: 'done' }]);
});
afterEach(() => here.remove());

describe('anchor_dir', () => {
  beforeEach(async () => {
    expect((await at('config', 'set', 'anchor_dir', anchor)).code).toBe(0);
    expect((await work()).code).toBe(0);
  });

  test('has the newest checkpoint at the end of each run and of audit checkpoint, signed; nothing is there without it', async () => {
    const { key } = await jsonOf('checkpoint');
    const size = Number((openNote(note(), key) ?? '').split('\n')[1]);
    expect([size, readdirSync(anchor)]).toEqual([(await jsonOf('verify')).entries, ['oxios.checkpoint']]);
    await work();
    expect(Number((openNote(note(), key) ?? '').split('\n')[1])).toBe((await jsonOf('verify')).entries);
    expect((await at('config', 'unset', 'anchor_dir')).code).toBe(0);
    const before = note();
    await work();
    expect(note()).toBe(before);
  });

  test('shows a home that was put back to an older state, which says nothing of it itself; nothing is written to it', async () => {
    cpSync(here.path('.oxios'), here.path('older'), { recursive: true });
    await work();
    rmSync(here.path('.oxios'), { recursive: true });
    cpSync(here.path('older'), here.path('.oxios'), { recursive: true });
    const { entries, first_bad } = await jsonOf('verify');
    expect(first_bad).toEqual({
      seq: entries,
      reason: expect.stringMatching(/^truncated: the checkpoint in anchor_dir states \d+ entries, the log has \d+$/u),
    });
    const before = note();
    const refused = await work();
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^AUDIT_TAMPERED: the log .+ is not the one that was signed/u)]);
    expect(note()).toBe(before);
  });

  test('shows a log that somebody made anew with a key of their own', async () => {
    const config = readFileSync(here.path('.oxios/config.json'));
    rmSync(here.path('.oxios'), { recursive: true });
    mkdirSync(here.path('.oxios'), { mode: 0o700 });
    await work();
    writeFileSync(here.path('.oxios/config.json'), config);
    expect((await jsonOf('verify')).first_bad.reason).toMatch(/^(?:truncated|rewritten|forged): .*the checkpoint in anchor_dir/u);
    expect((await work()).stderr).toMatch(/^AUDIT_TAMPERED: /u);
  });

  test('that is away stops what would be written, and says what to do', async () => {
    rmSync(anchor, { recursive: true });
    for (const args of [task(here), ['audit', 'verify'], ['audit', 'checkpoint']]) {
      const ran = await oxios(args, { home: here.home });
      expect([args[0], ran.code, ran.stderr]).toEqual([
        args[0],
        5,
        expect.stringMatching(
          /^IO: the folder for checkpoints .+ \(anchor_dir\) cannot be used: .+\n {2}hint: make or mount it, or take it out: oxios config unset anchor_dir\n$/u,
        ),
      ]);
    }
    expect(existsSync(anchor)).toBe(false);
    mkdirSync(anchor);
    expect((await work()).code).toBe(0);
    expect(existsSync(join(anchor, 'oxios.checkpoint'))).toBe(true);
  });

  test('is an absolute path', async () => {
    const ran = await at('config', 'set', 'anchor_dir', 'relative');
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('an absolute path')]);
  });
});

test('a checkpoint kept as a Git note proves the log later, as docs/audit.md tells', async () => {
  await work();
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', here.workspace, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { encoding: 'utf8' });
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'work');
  git('notes', '--ref=oxios', 'add', '-m', (await at('audit', 'checkpoint')).stdout);
  await work();
  writeFileSync(here.path('kept.txt'), git('notes', '--ref=oxios', 'show'));
  expect((await at('audit', 'verify', '--checkpoint', here.path('kept.txt'))).code).toBe(0);
  rmSync(here.path('.oxios'), { recursive: true });
  await work();
  expect((await at('audit', 'verify', '--checkpoint', here.path('kept.txt'))).code).toBe(1);
});
