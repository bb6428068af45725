import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desk, task } from '../helpers/agent.ts';
import { type Line, oxios, type Place, type Ran } from '../helpers/oxios.ts';
import { verifiesConsistency, verifiesInclusion } from '../helpers/rfc6962.ts';
import { makeGate, running } from '../helpers/shell.ts';
import { bash, calls } from '../helpers/trial.ts';

const NAME = 'Ottilie Wagenknecht-Sauerbruch';
const SAID = { text: `the patient is ${NAME}` };

let here: Place;
let run: string;
const audit = (...args: readonly string[]): Promise<Ran> => oxios(['audit', ...args], { home: here.home });
const jsonOf = async (...args: readonly string[]): Promise<Line> => (await audit(...args, '--json')).events()[0];
const entries = async (): Promise<readonly Line[]> => (await audit('list', '--json')).events();

/** Files of the home that hold the name in some form; the workspace and its snapshots are the user's own. */
function holders(): readonly string[] {
  const home = here.path('.oxios');
  const forms = [NAME, Buffer.from(NAME).toString('hex'), Buffer.from(NAME).toString('base64').slice(0, 30)];
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(join(home, 'snapshots')))
    .filter((file) => forms.some((form) => readFileSync(file, 'latin1').includes(form)));
}

beforeEach(async () => {
  here = desk({ 'records.txt': `${NAME}\n`, 'many.txt': `${'another line of records\n'.repeat(9000)}${NAME}\n${'and more of them\n'.repeat(9000)}` });
  writeFileSync(here.path('model.yaml'), JSON.stringify([calls(bash('cat records.txt'), bash('cat many.txt')), SAID]));
  const ran = await oxios([...task(here), '--allow', 'exec:cat'], { home: here.home });
  expect(ran.code).toBe(0);
  run = ran.events()[0].run;
});
afterEach(() => here.remove());

describe('oxios audit redact', () => {
  test('--match takes a text out of every body, output and file of the home; all proofs of before hold', async () => {
    expect(holders().length).toBeGreaterThan(1);
    const before = { list: await entries(), head: (await jsonOf('verify')).head, proof: await jsonOf('proof', '9') };
    writeFileSync(here.path('kept.txt'), (await jsonOf('checkpoint')).note);
    const done = await jsonOf('redact', '--match', NAME, '--reason', 'asked for by the patient');
    expect(done).toMatchObject({ entries: expect.arrayContaining([expect.any(Number)]), files: [expect.stringMatching(/^[\da-f]{64}$/u)], kept: [] });
    expect(holders()).toEqual([]);

    expect(await jsonOf('verify', '--checkpoint', here.path('kept.txt'))).toMatchObject({ ok: true });
    const now = await jsonOf('proof', '9', '--checkpoint', here.path('kept.txt'));
    expect([verifiesInclusion(now), now.hash]).toEqual([true, before.proof.hash]);
    expect(verifiesConsistency(await jsonOf('proof', '--from', String(before.head.size)))).toBe(true);

    const after = await entries();
    expect(
      after
        .slice(0, before.list.length)
        .filter((event) => event.redacted)
        .map((event) => event.leaf),
    ).toEqual(done.entries);
    expect(after.find((event) => event.type === 'entry.redacted')).toMatchObject({
      run: 'kernel',
      actor: 'user',
      entries: done.entries,
      files: done.files,
      reason: 'asked for by the patient',
      by: expect.stringMatching(/\S/u),
    });
  });

  test('called again ends what was cut off: a file that was to go', async () => {
    const folder = here.path('.oxios/blobs');
    const [file = ''] = readdirSync(folder).filter((name) => /^[\da-f]{64}$/u.test(name));
    const output = readFileSync(join(folder, file));
    expect((await audit('redact', '--match', NAME)).code).toBe(0);
    writeFileSync(join(folder, file), output);
    expect(holders()).toEqual([join(folder, file)]);
    // It is found by the words themselves, or by the entry that says it is gone.
    await audit('redact', '0');
    expect(holders()).toEqual([]);
  });

  test('an entry by its number: who looks is told, and everything else goes on as before', async () => {
    const answered = (await entries()).findLast((event) => event.type === 'model.answered');
    const ran = await audit('redact', String(answered.leaf));
    expect([ran.code, ran.stdout]).toEqual([0, `taken out of 1 entry: ${answered.leaf}\n`]);
    expect((await oxios(['logs', String(answered.pid)], { home: here.home })).stdout).toContain('[redacted]');
    for (const args of [['logs', String(answered.pid), '--json'], ['ps', '--all'], ['cost'], ['audit', 'verify'], ['audit', 'export', '--bodies']])
      expect([args, (await oxios(args, { home: here.home })).code]).toEqual([args, 0]);
    const replayed = await oxios(['replay', run], { home: here.home });
    expect([replayed.code, replayed.stderr]).toEqual([2, expect.stringMatching(/^REDACTED: entry \d+ of the run was redacted/u)]);
    expect((await audit('redact', String(answered.leaf))).stdout).toBe('nothing was left to take out\n');
  });

  test('says so where the text is part of what the proofs are over, and exits 1', async () => {
    const ran = await audit('redact', '--match', 'exec:cat');
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringMatching(/^NOT TAKEN OUT: it also stands in what the proofs are over, in \d+ entr/mu)]);
    expect((await audit('verify')).code).toBe(0);
  });

  test('a body that goes missing in any other way is an alarm', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(here.path('.oxios/oxios.db'));
    const leaf = Number(db.prepare("SELECT min(leaf) AS leaf FROM entries WHERE type = 'model.answered'").get()?.leaf);
    db.prepare('UPDATE entries SET salt = NULL, body = NULL WHERE leaf = ?').run(leaf);
    db.close();
    expect(await jsonOf('verify')).toMatchObject({
      ok: false,
      first_bad: { seq: leaf, reason: 'deleted: its body is missing, and no redaction is in the log' },
    });
  });

  test('works through the kernel that runs, and a run that goes on does not bring it back', async () => {
    await mkdir(here.workspace, { recursive: true });
    writeFileSync(here.path('wait.yaml'), JSON.stringify([calls(bash('cat records.txt')), calls(bash('cat gate')), { text: 'done' }]));
    makeGate(join(here.workspace, 'gate'));
    const work = running(['-p', 'wait', '--model', `script:${here.path('wait.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
    await work.printed('cat gate');
    expect((await jsonOf('redact', '--match', NAME)).entries.length).toBeGreaterThan(2);
    expect(holders()).toEqual([]);
    await appendFile(join(here.workspace, 'gate'), 'go\n');
    expect((await work.done).code).toBe(0);
    expect(holders()).toEqual([]);
    expect(await jsonOf('verify')).toMatchObject({ ok: true });
  });

  test.for([
    [['redact'], 'USAGE'],
    [['redact', '3', '--match', 'x'], 'USAGE'],
    [['redact', '--match', ''], 'USAGE'],
    [['redact', '3', '--run', 'r_'], 'USAGE'],
    [['redact', '--match', 'x', '--bodies'], 'USAGE'],
    [['redact', '--match', 'Ottilie', '--reason', 'Ottilie asked for it'], 'USAGE'],
    [['redact', '99999'], 'NOT_FOUND'],
    [['redact', '--match', 'a text that stands nowhere'], 'NOT_FOUND'],
    [['verify', '--match', 'x'], 'USAGE'],
    [['list', '--reason', 'x'], 'USAGE'],
  ] as const)('%j is one line with a hint and exit 2', async ([args, code]) => {
    const ran = await audit(...args);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(new RegExp(`^${code}: .+\\n {2}hint: .+\\n$`, 'u'))]);
  });
});

describe('a run that was cut off', () => {
  test('goes on without a result that was redacted, and not without what it was asked', async () => {
    writeFileSync(here.path('limit.yaml'), JSON.stringify([calls(bash('cat records.txt')), calls(bash('true')), { text: 'done' }]));
    const cut = await oxios(['-p', 'go on', '--model', `script:${here.path('limit.yaml')}`, '--project-dir', here.workspace, '--json', '--max-turns', '1'], {
      home: here.home,
    });
    const [{ run: id }] = cut.events();
    await audit('redact', '--match', NAME, '--run', id);
    const went = await oxios(['resume', id, '--extend', '--max-turns', '9', '--json'], { home: here.home });
    expect([went.code, went.events().at(-1).text]).toEqual([0, 'done']);

    const again = await oxios(
      ['-p', 'once more', '--model', `script:${here.path('limit.yaml')}`, '--project-dir', here.workspace, '--json', '--max-turns', '1'],
      { home: here.home },
    );
    const [started] = again.events();
    await audit('redact', String(started.leaf));
    const refused = await oxios(['resume', started.run, '--extend', '--max-turns', '9'], { home: here.home });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/^REDACTED: entry \d+, a run\.started of the run, was redacted\n/u)]);
  });
});
