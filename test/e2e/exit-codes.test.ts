import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { listeningModel } from '../helpers/listening-model.ts';
import { oxios } from '../helpers/oxios.ts';
import { running } from '../helpers/shell.ts';
import { approves, bash, calls, type Outcome, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const done = says('done');
const CRITERIA = {
  PASS: { id: 'pass', description: 'x is made', verify_command: 'test -f x' },
  FAIL: { id: 'fail', description: 'y is made', verify_command: 'test -f y' },
  UNVERIFIED: { id: 'open', description: 'nobody can tell' },
  UNAVAILABLE: { id: 'tool', description: 'it runs', verify_command: 'no-such-program-here --check' },
  INVALID: { id: 'idle', description: 'it is true', verify_command: 'true' },
  BLOCKED: { id: 'kept', description: 'z is made', verify_command: 'test -f z' },
} as const;
type Status = keyof typeof CRITERIA;
const AGENTS = {
  'worker pass': [calls(writes('x', 'x\n')), done],
  'worker kept': [calls(bash('touch z')), done],
  worker: [done],
};

/** A run whose criteria end with these statuses. */
function statuses(...list: readonly Status[]): Promise<Outcome> {
  here = trial({ criteria: list.map((one) => CRITERIA[one]), agents: AGENTS });
  return here.run();
}

describe('of several verdicts the first of this order decides', () => {
  test.each<[readonly Status[], number, string]>([
    [['PASS'], 0, 'APPROVED'],
    [['FAIL'], 1, 'REJECTED'],
    [['PASS', 'UNAVAILABLE', 'UNVERIFIED', 'INVALID', 'BLOCKED', 'FAIL'], 1, 'REJECTED'],
    [['PASS', 'UNVERIFIED', 'INVALID', 'BLOCKED', 'UNAVAILABLE'], 5, 'ERROR'],
    [['UNVERIFIED', 'PASS'], 4, 'UNVERIFIED'],
    [['INVALID', 'PASS'], 4, 'UNVERIFIED'],
    [['PASS', 'BLOCKED'], 4, 'UNVERIFIED'],
  ])('%j: exit %i, %s', async (list, code, outcome) => {
    const ran = await statuses(...list);
    expect(ran.statuses).toEqual(Object.fromEntries(list.map((one) => [CRITERIA[one].id, one])));
    expect(ran.result).toMatchObject({ type: 'run.result', outcome, exit_code: code });
    expect(ran.code).toBe(code);
  });

  test('no criteria at all: exit 4', async () => {
    here = trial({ criteria: [], agents: {} });
    const ran = await here.run();
    expect(ran.result).toMatchObject({ outcome: 'UNVERIFIED', exit_code: 4 });
  });
});

const PASSING = { criteria: [CRITERIA.PASS], agents: AGENTS };

describe('2, before anything was logged', () => {
  test.each([
    [['--no-such-flag'], /^USAGE: .*no-such-flag/u],
    [['--max-turns', '0'], /^USAGE: .*above 0/u],
    [['--max-wall', 'soon'], /^USAGE: soon is no span of time/u],
    [['--allow', 'run:rm'], /^RULE_INVALID: /u],
    [['--model', 'script:none.yaml'], /^FILE_MISSING: .*none\.yaml/u],
    [['--project-dir', '/no/such/folder'], /^FILE_MISSING: .*\/no\/such\/folder/u],
  ])('%j', async (args, said) => {
    here = trial(PASSING);
    const plain = args[0] === '--project-dir' ? ['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--json', ...args] : undefined;
    const ran = plain ? await oxios(plain, { home: here.home }) : await here.run(args);
    expect(ran.stderr).toMatch(said);
    expect(ran.code).toBe(2);
    expect(existsSync(here.path('.oxios/oxios.db'))).toBe(args[0] === '--model');
  });
});

describe('3', () => {
  test('for a seed that is not valid, and nothing is started', async () => {
    here = trial({ ...PASSING, seed: { goal: 7 } });
    const ran = await here.run();
    expect(ran.stderr).toMatch(/SEED_INVALID: .*\n {2}hint: .*oxios seed lint/u);
    expect(ran.code).toBe(3);
    expect(existsSync(here.path('workspace/x'))).toBe(false);
  });

  test('for a stored seed that is no longer the one the run was started with', async () => {
    here = trial({ criteria: [CRITERIA.PASS], agents: { ...AGENTS, 'worker pass': [calls(writes('x', 'x\n')), { text: 'slow', delay_ms: 600_000 }] } });
    const first = running(['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json'], {
      home: here.home,
    });
    (await first.printed('"type":"tool.finished"'))('SIGINT');
    await first.done;
    const changed = rewriteLog(join(here.home, '.oxios/oxios.db'), 'test -f x', 'test -d .');
    expect(changed).toBeGreaterThan(0);
    const ran = await oxios(['resume', '--json'], { home: here.home });
    expect(ran.events().at(-1)).toMatchObject({ type: 'run.result', exit_code: 3, error: { code: 'SEED_TAMPERED' } });
    expect(ran.code).toBe(3);
  });
});

/** Replaces a text wherever the log's tables hold it, as somebody would who has the file; the count of changed rows. */
function rewriteLog(file: string, from: string, to: string): number {
  const db = new DatabaseSync(file);
  let changed = 0;
  for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()) {
    for (const column of db.prepare(`SELECT name FROM pragma_table_info('${String(name)}')`).all()) {
      const at = `"${String(name)}" SET "${String(column.name)}"`;
      const rows = db.prepare(`SELECT DISTINCT "${String(column.name)}" AS value FROM "${String(name)}"`).all();
      for (const { value } of rows) {
        const isBlob = value instanceof Uint8Array;
        const text = isBlob ? Buffer.from(value).toString('latin1') : value;
        if (typeof text !== 'string' || !text.includes(from)) continue;
        const next = text.replaceAll(from, to);
        const result = db.prepare(`UPDATE ${at} = ? WHERE "${String(column.name)}" = ?`).run(isBlob ? Buffer.from(next, 'latin1') : next, value as string);
        changed += Number(result.changes);
      }
    }
  }
  db.close();
  return changed;
}

describe('5', () => {
  test('without any model, with the ways to get one', async () => {
    here = trial(PASSING);
    const ran = await oxios(['run', here.path('seed.yaml'), '--project-dir', here.workspace, '--json'], { home: here.home });
    expect(ran.stderr).toMatch(/^NO_MODEL: .*\n {2}hint: /mu);
    expect(ran.code).toBe(5);
  });

  test.each([
    [401, 'AUTH'],
    [404, 'PROVIDER'],
  ])('for a provider that answers %i, resumable, and the work goes on with another model', async (status, code) => {
    const model = await listeningModel({ 'worker pass': Array.from({ length: 20 }, () => ({ status })) });
    here = trial(PASSING);
    const ran = await here.run(['--model', 'openai/m'], { env: model.env });
    await model.close();
    expect(ran.result).toMatchObject({ outcome: 'ERROR', exit_code: 5, resumable: true, error: { code } });
    expect(ran.code).toBe(5);
    const next = await oxios(['resume', '--model', `script:${here.path('model.yaml')}`, '--json'], { home: here.home });
    expect(next.events().at(-1)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
  });
});

describe('6, with the way to go on', () => {
  const looks = Array.from({ length: 12 }, (_, at) => calls(['ls', { path: './'.repeat(at + 1) }]));
  test.each([
    ['--max-turns', '2'],
    ['--max-tool-calls', '2'],
    ['--max-tokens', '300'],
    ['--max-wall', '1s'],
  ])('%s %s', async (flag, most) => {
    const turns = flag === '--max-wall' ? [calls(['ls', {}]), { text: 'slow', delay_ms: 600_000 }] : looks;
    here = trial({ criteria: [CRITERIA.PASS], agents: { 'worker pass': turns } });
    const ran = await here.run([flag, most]);
    expect(ran.result).toMatchObject({ outcome: 'EXHAUSTED', exit_code: 6, resumable: true, error: { code: 'LIMIT' } });
    expect(ran.code).toBe(6);
  });

  test('of money, before it is spent', async () => {
    here = trial({ criteria: [CRITERIA.PASS], agents: {} });
    const priced = { price: { input: 1000, output: 1000 }, agents: { 'worker pass': looks } };
    writeFileSync(here.path('model.yaml'), JSON.stringify(priced));
    const ran = await here.run(['--max-usd', '2']);
    expect(ran.result).toMatchObject({ outcome: 'EXHAUSTED', exit_code: 6 });
    expect(ran.result.cost_usd).toBeLessThanOrEqual(2);
    expect(ran.code).toBe(6);
  });
});

test('70 for a defect, with a result as the last line, and the run can go on', async () => {
  here = trial({ criteria: [CRITERIA.PASS], agents: { 'worker pass': [calls(writes('x', 'x\n')), { text: 'slow', delay_ms: 600_000 }] } });
  const bomb = here.path('bomb.cjs');
  writeFileSync(
    bomb,
    `const { existsSync } = require('node:fs');
     const look = setInterval(() => { if (existsSync(${JSON.stringify(here.path('workspace/x'))})) { clearInterval(look); throw new TypeError('a defect'); } }, 5);
     look.unref();`,
  );
  const ran = await here.run([], { env: { NODE_OPTIONS: `--require ${bomb}` } });
  expect(ran.result).toMatchObject({ type: 'run.result', outcome: 'ERROR', exit_code: 70, error: { code: 'INTERNAL', message: 'a defect' } });
  expect(ran.stderr).toMatch(/^INTERNAL: a defect\n {2}hint: /mu);
  expect(ran.stderr).not.toMatch(/^\s+at /mu);
  expect(ran.code).toBe(70);
  writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replace('600000', '1'));
  const next = await oxios(['resume', '--json'], { home: here.home });
  expect(next.events().at(-1)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s: %i', (signal, code) => {
  test.each(['"type":"ac.baseline"', '"type":"ac.started"', '"type":"model.requested"', 'made x'])(
    'at %s, with a result as the last line, and the run goes on to its end',
    async (moment) => {
      here = trial({ criteria: [CRITERIA.PASS], agents: { 'worker pass': [calls(writes('x', 'x\n')), { text: 'slow', delay_ms: 600_000 }] } });
      const args = ['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json'];
      const run = running(args, { home: here.home });
      (await run.printed(moment))(signal);
      const ran = await run.done;
      expect(ran.code).toBe(code);
      expect(ran.events().at(-1)).toMatchObject({ type: 'run.result', outcome: 'CANCELLED', resumable: true });
      writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replace('600000', '1'));
      const next = await oxios(['resume', '--json'], { home: here.home });
      expect(next.events().at(-1)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    },
  );
});

describe('criteria are worked on in the order of what they depend on', () => {
  const named = ['deep', 'by-text', 'shared-later', 'first', 'shared-first', 'free'];
  const criteria = [
    { id: 'deep', description: 'deep', depends_on: ['by-text'] },
    { id: 'by-text', description: 'builds on AC 4' },
    { id: 'shared-later', description: 'the same file', expected_artifacts: ['one.txt'], depends_on: ['shared-first'] },
    { id: 'first', description: 'first' },
    { id: 'shared-first', description: 'the file', expected_artifacts: ['one.txt'] },
    { id: 'free', description: 'also the file', expected_artifacts: ['one.txt'] },
  ];

  test.each([[[]], [['--workers', '3']]])('with %j, by the events', async (args) => {
    here = trial({ criteria, agents: { worker: [done], judge: [approves('x:1')] } });
    const ran = await here.run(args);
    const events = ran.events().filter((one) => 'seq' in one);
    const { edges, levels } = events.find((one) => one.type === 'plan.made');
    expect(edges.map((one: { from: string; to: string; why: string }) => `${one.from} > ${one.to} (${one.why})`).sort()).toEqual([
      'by-text > deep (declared)',
      'first > by-text (text)',
      'shared-first > free (artifact)',
      'shared-first > shared-later (declared)',
      'shared-later > free (artifact)',
    ]);
    expect(levels).toEqual([
      ['first', 'shared-first'],
      ['by-text', 'shared-later'],
      ['deep', 'free'],
    ]);
    const seq = (type: string, id: string): number => events.find((one) => one.type === type && one.criterion === id).seq;
    for (const { from, to } of edges) expect(seq('ac.worked', from)).toBeLessThan(seq('ac.started', to));
    expect(named.every((id) => seq('ac.baseline', id) < Math.min(...named.map((other) => seq('ac.started', other))))).toBe(true);
  });
});
