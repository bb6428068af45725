import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canMount } from '../helpers/mount.ts';
import { type Line, oxios, type Place, place } from '../helpers/oxios.ts';
import { leafOf, openNote, rootOver, verifiesConsistency, verifiesInclusion } from '../helpers/rfc6962.ts';
import { makeGate, running, shell } from '../helpers/shell.ts';

const RUN = ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace'];
const homeOf = (at: Place) => join(at.home, '.oxios');

/** A home in which the demo ran once; tests that change it work on a copy. */
let demo: Place;
let size = 0;
/** The first entries of these kinds. */
let call = 0;
let result = 0;
beforeAll(async () => {
  demo = place('demo');
  const ran = await oxios(RUN, { home: demo.home });
  expect(ran.code).toBe(0);
  size = ((await audit(demo, 'verify', '--json')).events()[0] as Line).entries;
  const types = (await audit(demo, 'list', '--json')).events().map((event) => event.type);
  call = types.indexOf('tool.intended');
  result = types.indexOf('tool.finished');
});
afterAll(() => demo.remove());

let here: Place;
beforeEach(() => {
  here = place();
  cpSync(demo.home, here.home, { recursive: true });
});
afterEach(() => here.remove());

const audit = (at: Place, ...args: readonly string[]) => oxios(['audit', ...args], { home: at.home });
const jsonOf = async (...args: readonly string[]): Promise<Line> => (await audit(here, ...args, '--json')).events()[0];

function sql(statement: string, ...values: readonly (string | number)[]): void {
  const db = new DatabaseSync(join(homeOf(here), 'oxios.db'));
  db.prepare(statement).run(...values);
  db.close();
}

/** One line and a hint on stderr, nothing on stdout. */
function refused(ran: Awaited<ReturnType<typeof oxios>>, code: string, exit: number): void {
  expect([ran.code, ran.stdout, ran.stderr.split('\n')[0]]).toEqual([exit, '', expect.stringMatching(new RegExp(`^${code}: \\S`, 'u'))]);
  expect(ran.stderr).toMatch(/^.+\n {2}hint: \S.+\n$/u);
}

describe('oxios audit verify', () => {
  test('says how much was proved and signed, and exits 0', async () => {
    const ran = await audit(here, 'verify');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(
      new RegExp(`^${size} entries verified, the first ${size} signed\\nhead [0-9a-f]{64}\\nkey {2}oxios/[0-9a-f]{16}\\+[0-9a-f]{8}\\+\\S{44}\\n$`, 'u'),
    );
    expect(await jsonOf('verify')).toEqual({ ok: true, entries: size, head: { size, root: expect.stringMatching(/^[0-9a-f]{64}$/u) } });
  });

  test('changes nothing', async () => {
    const files = ['oxios.db', 'checkpoints/latest', 'keys/audit.key', 'home.json'].map((name) => join(homeOf(here), name));
    const before = files.map((file) => readFileSync(file).toString('base64'));
    await audit(here, 'verify');
    expect(files.map((file) => readFileSync(file).toString('base64'))).toEqual(before);
  });

  const ONE =
    'UPDATE entries SET bytes = replace(bytes, \'"actor":"agent"\', \'"actor":"user"\') WHERE leaf = (SELECT min(leaf) FROM entries WHERE type = \'tool.intended\')';
  test.for([
    ['an entry edited', ONE, 'call'],
    ['its hash edited', "UPDATE entries SET hash = replace(hash, 'a', 'b') || 'c' WHERE leaf = 7", 7],
    [
      'a body edited',
      "UPDATE entries SET body = replace(body, 'true', 'false') || ' ' WHERE leaf = (SELECT min(leaf) FROM entries WHERE type = 'tool.finished')",
      'result',
    ],
    ['the process table edited', "UPDATE runs SET view = json_set(view, '$.outcome', 'APPROVED', '$.title', 'another') WHERE view IS NOT NULL", 0],
    ['its type edited', "UPDATE entries SET type = 'tool.denied' WHERE leaf = 6", 6],
    ['one deleted', 'DELETE FROM entries WHERE leaf = 33', 33],
    ['the first deleted', 'DELETE FROM entries WHERE leaf = 0', 0],
    [
      'one inserted',
      'INSERT INTO entries SELECT leaf + 1000, run, seq + 1000, pid, type, bytes, hash, salt, body, blob FROM entries WHERE leaf = 5',
      undefined,
    ],
    ['two swapped', 'UPDATE entries SET leaf = CASE leaf WHEN 40 THEN -50 ELSE -40 END WHERE leaf IN (40, 50)', 40],
    ['the end cut off', 'DELETE FROM entries WHERE leaf > 99', 100],
    ['only the last one cut off', 'DELETE FROM entries WHERE leaf = (SELECT max(leaf) FROM entries)', -1],
    ['all cut off', 'DELETE FROM entries', 0],
  ] as const)('%s: exits 1 and names the entry', async ([what, statement, seq]) => {
    sql(statement);
    if (what === 'two swapped') sql('UPDATE entries SET leaf = -leaf WHERE leaf < 0');
    const expected = seq === undefined ? size : seq === -1 ? size - 1 : seq === 'call' ? call : seq === 'result' ? result : seq;
    const ran = await audit(here, 'verify', '--json');
    expect(ran.code).toBe(1);
    const found = ran.events()[0];
    expect(found).toMatchObject({ ok: false, first_bad: { seq: expected, reason: expect.stringMatching(/^[a-z ]+: \S/u) } });
    const said = await audit(here, 'verify');
    expect([said.code, said.stdout]).toEqual([1, `NOT VERIFIED: entry ${expected}: ${found.first_bad.reason}\n`]);
  });

  test('an entry rewritten with all hashes made anew: the checkpoints tell', async () => {
    sql(ONE);
    const bytes = (await audit(here, 'export')).events()[call].bytes as string;
    sql('UPDATE entries SET hash = ? WHERE leaf = ?', leafOf(bytes).toString('hex'), call);
    const { ok, first_bad } = await jsonOf('verify');
    expect([ok, first_bad.seq <= call, first_bad.reason]).toEqual([
      false,
      true,
      expect.stringMatching(/^rewritten: one of the entries 0 to \d+ is not what .*checkpoint.* states$/u),
    ]);
  });

  test('a log taken away, emptied or overwritten is an alarm, not an empty home', async () => {
    const db = join(homeOf(here), 'oxios.db');
    writeFileSync(db, 'this is no database, and was one '.repeat(200));
    expect(await jsonOf('verify')).toMatchObject({ ok: false, entries: 0, first_bad: { seq: 0, reason: expect.stringContaining('damaged') } });
    refused(await audit(here, 'list'), 'AUDIT_TAMPERED', 1);
    truncateSync(db);
    expect((await jsonOf('verify')).first_bad).toMatchObject({ seq: 0, reason: expect.stringContaining('truncated') });
    rmSync(db);
    const ran = await audit(here, 'verify');
    expect([ran.code, ran.stdout]).toEqual([1, `NOT VERIFIED: entry 0: truncated: the kept checkpoint states ${size} entries, the log has 0\n`]);
  });

  test('nothing is written to a log that was cut: a run is refused, and the checkpoint stays', async () => {
    sql('DELETE FROM entries WHERE leaf > 99');
    const latest = readFileSync(join(homeOf(here), 'checkpoints/latest'), 'utf8');
    refused(await oxios(RUN, { home: here.home }), 'AUDIT_TAMPERED', 1);
    refused(await audit(here, 'checkpoint'), 'AUDIT_TAMPERED', 1);
    expect(await jsonOf('verify')).toMatchObject({ ok: false, entries: 100, first_bad: { seq: 100 } });
    expect(readFileSync(join(homeOf(here), 'checkpoints/latest'), 'utf8')).toBe(latest);
  });

  test('an entry that cannot be read ends other commands with one line', async () => {
    sql("UPDATE entries SET bytes = 'broken' WHERE leaf = 20");
    const listed = await audit(here, 'list');
    expect([listed.code, listed.stderr]).toEqual([1, expect.stringMatching(/^AUDIT_TAMPERED: .+\n {2}hint: .+\n$/u)]);
  });

  test('--checkpoint: a log that goes on still begins as it did; one that does not is found', async () => {
    const kept = here.path('kept.txt');
    writeFileSync(kept, (await audit(here, 'checkpoint')).stdout);
    writeFileSync(here.path('hello.yaml'), '- text: Hello.\n');
    expect((await oxios(['-p', 'hi', '--model', 'script:hello.yaml'], { home: here.home })).code).toBe(0);
    expect((await audit(here, 'verify', '--checkpoint', kept)).code).toBe(0);
    // Somebody takes everything away and lets another log grow that is sound in itself.
    rmSync(homeOf(here), { recursive: true });
    // What is there already proves nothing alone, and nobody votes on it.
    expect((await oxios(RUN, { home: here.home })).code).toBe(4);
    expect((await audit(here, 'verify')).code).toBe(0);
    const ran = await audit(here, 'verify', '--checkpoint', kept, '--json');
    expect([ran.code, ran.events()[0]]).toEqual([
      1,
      expect.objectContaining({ ok: false, first_bad: expect.objectContaining({ reason: expect.stringContaining('the given checkpoint') }) }),
    ]);
  });
});

describe.skipIf(!canMount)('on a read-only medium', () => {
  test('a log is verified, listed and exported, and a proof is given', async () => {
    const [home, before] = [homeOf(here), readdirSync(homeOf(here))];
    const there = (args: string) => shell(`bwrap --dev-bind / / --ro-bind ${home} ${home} "$NODE" "$BIN" audit ${args}`, { home: here.home });
    expect(await there('verify')).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`^${size} entries verified`, 'u')) });
    expect((await there('list')).stdout.split('\n')).toHaveLength(size + 1);
    expect((await there('export')).code).toBe(0);
    expect((await there('proof 3')).code).toBe(0);
    expect(await there('checkpoint')).toMatchObject({ code: 5, stderr: expect.stringMatching(/^HOME_UNWRITABLE: /u) });
    expect(readdirSync(home)).toEqual(before);
  });
});

describe('oxios audit proof', () => {
  test('gives what another tool can check: entry, path, and the root of a signed checkpoint', async () => {
    const { note, key } = await jsonOf('checkpoint');
    writeFileSync(here.path('kept.txt'), note);
    const [, count, root] = (openNote(note, key) ?? '').split('\n');
    expect(Number(count)).toBe(size);
    const entry = (await audit(here, 'export')).events()[42];
    const proof = await jsonOf('proof', '42', '--checkpoint', here.path('kept.txt'));
    expect(proof).toEqual({
      leaf: 42,
      size,
      root: Buffer.from(root ?? '', 'base64').toString('hex'),
      hash: leafOf(entry.bytes).toString('hex'),
      path: expect.any(Array),
    });
    expect(verifiesInclusion(proof)).toBe(true);
    const now = await jsonOf('proof', '42');
    expect([now.size, verifiesInclusion(now)]).toEqual([size + 1, true]);
    const text = (await audit(here, 'proof', '42')).stdout;
    expect(text).toBe(`entry 42 of ${now.size}\nhash ${now.hash}\n${now.path.map((one: string) => `  ${one}\n`).join('')}root ${now.root}\n`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('--from proves that the log of then is its beginning, also from a checkpoint', async () => {
    const old = await jsonOf('checkpoint');
    writeFileSync(here.path('kept.txt'), old.note);
    for (const args of [
      ['--from', '10'],
      ['--from', '0'],
      ['--checkpoint', here.path('kept.txt')],
    ]) {
      const proof = await jsonOf('proof', ...args);
      expect([args, proof.size, verifiesConsistency(proof)]).toEqual([args, size + 1, true]);
    }
    expect((await jsonOf('proof', '--checkpoint', here.path('kept.txt'))).from).toBe(size);
  });

  test('of a log that was changed is not given', async () => {
    writeFileSync(here.path('kept.txt'), (await audit(here, 'checkpoint')).stdout);
    sql('UPDATE entries SET bytes = replace(bytes, \'"mono":\', \'"mono":1\') WHERE leaf = 42');
    refused(await audit(here, 'proof', '42'), 'AUDIT_TAMPERED', 1);
    sql('DELETE FROM entries WHERE leaf > 99');
    refused(await audit(here, 'proof', '--checkpoint', here.path('kept.txt'), '3'), 'AUDIT_TAMPERED', 1);
  });
});

describe('oxios audit list and export', () => {
  test('list shows each entry on a line, by type and by run', async () => {
    const lines = (await audit(here, 'list')).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(size);
    expect(lines[call]?.replace(/^ *\d+/u, '')).toMatch(/^ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ r_\w+ {3,}1 agent {4}tool\.intended check node --test/u);
    const events = (await audit(here, 'list', '--json')).events();
    expect(events.map((event) => event.leaf)).toEqual(events.map((_, at) => at));
    const some = (await audit(here, 'list', '--json', '--type', 'run.started', '--type', 'run.result')).events();
    expect(some.map((event) => event.type)).toEqual(['run.started', 'run.result']);
    const own = (await audit(here, 'list', '--json', '--run', some[0].run.slice(0, 8))).events();
    const kernels = (await audit(here, 'list', '--json', '--run', 'kernel')).events().map((event) => event.type);
    expect([own.length, new Set(own.map((event) => event.run))]).toEqual([size - kernels.length, new Set([some[0].run])]);
    expect((await audit(here, 'list', '--run', some[0].run)).stdout).toMatch(/^ {4}0 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {3}0 kernel {3}run\.started /u);
    // One at the end, and one every ten seconds before.
    expect(new Set(kernels)).toEqual(new Set(['checkpoint.signed']));
  });

  test('export gives the exact bytes: the hashes and the root come out, by definition', async () => {
    const lines = (await audit(here, 'export')).events();
    expect(lines.map((line) => line.hash)).toEqual(lines.map((line) => leafOf(line.bytes).toString('hex')));
    expect(rootOver(lines.map((line) => leafOf(line.bytes))).toString('hex')).toBe((await jsonOf('verify')).head.root);
    expect(lines.some((line) => 'body' in line)).toBe(false);
    const whole = (await audit(here, 'export', '--bodies', '--run', JSON.parse(lines[0].bytes).run)).events();
    const run = JSON.parse(lines[0].bytes).run;
    expect(whole).toHaveLength(lines.filter((line) => JSON.parse(line.bytes).run === run).length);
    for (const { bytes, salt, body } of whole) {
      const committed = JSON.parse(bytes).c;
      expect(committed).toBe(body === undefined ? undefined : createHash('sha256').update(`${salt}${body}`).digest('hex'));
    }
  });
});

describe('while a kernel runs', () => {
  test('its log is listed as it grows, proved, and signed', async () => {
    mkdirSync(here.workspace, { recursive: true });
    writeFileSync(here.path('wait.yaml'), '- calls: [{name: bash, input: {command: cat gate}}]\n- text: done\n');
    makeGate(join(here.workspace, 'gate'));
    const options = { home: here.home, cwd: here.workspace };
    const work = running(['-p', 'wait', '--model', `script:${here.path('wait.yaml')}`, '--json'], options);
    await work.printed('"type":"tool.started"');
    const [{ run }] = (await oxios(['ps', '--json'], options)).events();
    const list = running(['audit', 'list', '--follow', '--json', '--run', run, '--type', 'tool.started', '--type', 'run.result'], options);
    await list.printed('"type":"tool.started"');
    const { note, key } = await jsonOf('checkpoint');
    expect(Number(openNote(note, key)?.split('\n')[1])).toBeGreaterThan(size);
    writeFileSync(here.path('kept.txt'), note);
    expect((await audit(here, 'verify', '--checkpoint', here.path('kept.txt'))).code).toBe(0);
    await appendFile(join(here.workspace, 'gate'), 'go\n');
    expect((await work.done).code).toBe(0);
    (await list.printed('"text":"done"'))('SIGINT');
    expect((await list.done).code).toBe(0);
    expect((await audit(here, 'verify', '--checkpoint', here.path('kept.txt'))).code).toBe(0);
  });

  test('what it writes for longer than ten seconds is signed before it ends', async () => {
    writeFileSync(here.path('slow.yaml'), '- {text: slow, delay_ms: 11000}\n');
    expect((await oxios(['-p', 'hi', '--model', 'script:slow.yaml'], { home: here.home })).code).toBe(0);
    const events = (await audit(here, 'list', '--json')).events();
    const answered = events.findLast((event) => event.type === 'model.answered').leaf;
    expect(events.filter((event) => event.type === 'checkpoint.signed' && event.leaf > size).map((event) => event.leaf < answered)).toEqual([true, false]);
  });
});

describe('what audit cannot do', () => {
  test.for([
    [['audit'], 'USAGE'],
    [['audit', 'verfy'], 'USAGE'],
    [['audit', 'verify', '--run', 'x'], 'USAGE'],
    [['audit', 'verify', '7'], 'USAGE'],
    [['audit', 'verify', '--checkpoint'], 'USAGE'],
    [['audit', 'verify', '--checkpoint', 'nowhere.txt'], 'FILE_MISSING'],
    [['audit', 'verify', '--checkpoint', '.'], 'FILE_UNREADABLE'],
    [['audit', 'verify', '--checkpoint', 'seed.yaml'], 'USAGE'],
    [['audit', 'checkpoint', '--follow'], 'USAGE'],
    [['audit', 'list', '--bodies'], 'USAGE'],
    [['audit', 'list', '--type', 'tool.denid'], 'USAGE'],
    [['audit', 'list', '--run', 'r_none'], 'NOT_FOUND'],
    [['audit', 'export', '--run', 'r_none'], 'NOT_FOUND'],
    [['audit', 'proof'], 'USAGE'],
    [['audit', 'proof', 'abc'], 'USAGE'],
    [['audit', 'proof', '1.5'], 'USAGE'],
    [['audit', 'proof', '--from', '-1'], 'USAGE'],
    [['audit', 'proof', '3', '--from', '3'], 'USAGE'],
    [['audit', 'proof', '99999'], 'NOT_FOUND'],
    [['audit', 'proof', '--from', '99999'], 'NOT_FOUND'],
  ] as const)('%j is one line with a hint and exit 2', async ([args, code]) => {
    refused(await oxios(args, { home: demo.home }), code, 2);
  });

  test.for(['list', 'verify', 'proof 0', 'checkpoint', 'export'])('%s where nothing was logged says so and makes nothing', async (line) => {
    const empty = place();
    refused(await audit(empty, ...line.split(' ')), 'NOT_FOUND', 2);
    expect(existsSync(homeOf(empty))).toBe(false);
    empty.remove();
  });

  test('without its key a log is not verified, and with a broken one the reason is said', async () => {
    const key = join(homeOf(here), 'keys/audit.key');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    writeFileSync(key, 'broken');
    refused(await audit(here, 'verify'), 'AUDIT_KEY', 5);
    rmSync(key);
    expect(await jsonOf('verify')).toMatchObject({ ok: false, first_bad: { reason: expect.stringContaining('not signed with the key') } });
  });
});
