import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => here.remove());

interface Check {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'bad';
  readonly text: string;
}

async function doctor(env: Readonly<Record<string, string>> = {}): Promise<{ ok: boolean; code: number | null; of(what: string): Check | undefined }> {
  const ran = await oxios(['doctor', '--json'], { home: here.home, env });
  const { ok, checks } = JSON.parse(ran.stdout) as { ok: boolean; checks: readonly Check[] };
  expect(ran.stderr).toBe('');
  return { ok, code: ran.code, of: (what) => checks.find((one) => one.what === what) };
}

describe('oxios doctor', () => {
  test('says of each thing how it stands, and makes nothing', async () => {
    const found = await doctor();
    expect(found).toMatchObject({ ok: true, code: 0 });
    for (const what of ['oxios', 'home', 'disk', 'sandbox', 'git', 'ripgrep', 'terminal', 'model', 'kernel']) expect(found.of(what)?.text).toMatch(/\S/u);
    expect(found.of('home')?.text).toBe(`${here.path('.oxios')}, made at first use`);
    expect(found.of('model')).toMatchObject({ state: 'note', text: expect.stringContaining('oxios demo') });
    expect(existsSync(here.path('.oxios'))).toBe(false);
  });

  test('says the same to a person, a line each', async () => {
    const ran = await oxios(['doctor'], { home: here.home });
    for (const line of ran.stdout.trimEnd().split('\n')) expect(line).toMatch(/^(?:ok {2}|note|BAD ) [a-z]+: \S/u);
  });

  test.each([
    [{ ANTHROPIC_API_KEY: 'k' }, 'anthropic'],
    [{ OPENAI_API_KEY: 'k' }, 'openai'],
    [{ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }, 'openai-compatible'],
  ])('with %j a model can be asked, and no key is shown', async (env, provider) => {
    const found = await doctor({ ...env, ANTHROPIC_AUTH_TOKEN: '' });
    expect(found.of('model')).toMatchObject({ state: 'ok', text: expect.stringMatching(new RegExp(`can ask ${provider}$`, 'u')) });
  });

  test('without bubblewrap and git on the PATH it says what to install, and is no failure', async () => {
    mkdirSync(here.path('bin'));
    symlinkSync(process.execPath, here.path('bin/node'));
    const found = await doctor({ PATH: here.path('bin') });
    expect(found.of('git')).toMatchObject({ state: 'note', text: expect.stringContaining('not installed') });
    expect(found.of('sandbox')).toMatchObject({ state: 'note', text: expect.stringContaining('install bubblewrap') });
    expect(found).toMatchObject({ ok: true, code: 0 });
  });

  test.each([
    ['config.json', '{"modle":1}', 'model', 'modle'],
    ['config.json', '{', 'model', 'JSON'],
    ['home.json', '{"format":99}', 'home', 'format 99'],
  ])('with %s holding %j the check of the %s is bad, and it exits 5', async (file, content, what, said) => {
    mkdirSync(here.path('.oxios'));
    if (file !== 'home.json') writeFileSync(here.path('.oxios/home.json'), '{"format":1}');
    writeFileSync(here.path(`.oxios/${file}`), content);
    const found = await doctor();
    expect(found.of(what)).toMatchObject({ state: 'bad', text: expect.stringContaining(said) });
    expect(found).toMatchObject({ ok: false, code: 5 });
  });
});

describe('oxios demo', () => {
  test('ends APPROVED, leaves its folder, and says what to try next as it was called', async () => {
    const ran = await oxios(['demo'], { home: here.home, env: { OXIOS_CALLED: './oxios', TMPDIR: here.home } });
    expect(ran).toMatchObject({ code: 0, stdout: '' });
    const folder = /^ {2}(\S*oxios-demo-\w+)$/mu.exec(ran.stderr)?.[1] ?? '';
    expect(existsSync(`${folder}/workspace/tally.js`)).toBe(true);
    expect(ran.stderr).toMatch(/^APPROVED \(exit 0\) · 2 changed: tally\.js, test\/tally\.test\.js/mu);
    for (const [, line = ''] of ran.stderr.matchAll(/^ {2}\.\/oxios (ps --all|audit verify) /gmu)) {
      const next = await oxios(line.split(' '), { home: here.home });
      expect(next).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('--quiet says nothing at all', async () => {
    expect(await oxios(['demo', '--quiet'], { home: here.home })).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});
