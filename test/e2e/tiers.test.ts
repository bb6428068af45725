import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { oxios } from '../helpers/oxios.ts';
import { calls, type Outcome, outcomeOf, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const A = { id: 'a', description: 'out.txt says who wrote it', verify_command: 'grep -q standard out.txt' };
const by = (name: string) => [calls(writes('out.txt', `${name}\n`)), says('done')];

/** A script for each tier, and one for everything else, all configured. */
function configured(criterion: object, models: object = {}): void {
  here = trial({ criteria: [criterion], agents: {} });
  const file = (name: string) => {
    writeFileSync(here.path(`${name}.yaml`), JSON.stringify({ agents: { worker: by(name), ballot: [says('no')] } }));
    return `script:${here.path(`${name}.yaml`)}`;
  };
  mkdirSync(here.path('.oxios'), { mode: 0o700 });
  const tiers = { frugal: file('frugal'), standard: file('standard'), frontier: file('frontier') };
  writeFileSync(here.path('.oxios/config.json'), JSON.stringify({ model: file('other'), tiers, ...models }));
}

const run = async (...args: readonly string[]): Promise<Outcome> =>
  outcomeOf(await oxios(['run', here.path('seed.yaml'), '--project-dir', here.workspace, '--json', '--once', ...args], { home: here.home }));

const decided = (ran: Outcome) =>
  ran
    .events()
    .filter((one) => one.type === 'router.decided')
    .map((one) => [one.tier, one.model.replace(/.*\/(\w+)\.yaml$/u, '$1')]);

const wrote = (ran: Outcome) =>
  ran
    .events()
    .filter((one) => one.type === 'tool.intended' && one.tool === 'write')
    .map((one) => one.input.content.trim());

describe('a worker is of the model that its criterion asks for', () => {
  test('the cheapest first, the same again, and then a better one', async () => {
    configured(A);
    const ran = await run();
    expect(decided(ran)).toEqual([
      ['frugal', 'frugal'],
      ['frugal', 'frugal'],
      ['standard', 'standard'],
    ]);
    expect(wrote(ran)).toEqual(['frugal', 'frugal', 'standard']);
    expect((await oxios(['replay', 'r_', '--diff'], { home: here.home })).code).toBe(0);
  });

  test('never the cheapest where much is at stake', async () => {
    configured({ ...A, investment: { stakes: 'high' } });
    expect(wrote(await run())).toEqual(['standard']);
  });

  test('one tier up where it is hard, and the model of the run where a tier has none', async () => {
    configured({ ...A, verify_command: 'grep -q other out.txt', investment: { difficulty: 'high' } }, { tiers: {} });
    const ran = await run();
    expect(decided(ran)).toEqual([['standard', 'other']]);
    expect(wrote(ran)).toEqual(['other']);
  });

  test('--model is for all', async () => {
    configured({ ...A, verify_command: 'grep -q other out.txt' });
    expect(wrote(await run('--model', `script:${here.path('other.yaml')}`))).toEqual(['other']);
  });

  test('and so is the model of the seed', async () => {
    configured({ ...A, verify_command: 'grep -q frontier out.txt' });
    const seed = here.path('seed.yaml');
    writeFileSync(
      seed,
      JSON.stringify({
        ...SEED,
        acceptance_criteria: [{ ...A, verify_command: 'grep -q frontier out.txt' }],
        oxios: { model: `script:${here.path('frontier.yaml')}` },
      }),
    );
    expect(wrote(await run())).toEqual(['frontier']);
  });

  test('and so is the one that a run goes on with', async () => {
    configured({ ...A, verify_command: 'grep -q other out.txt' });
    writeFileSync(here.path('frugal.yaml'), JSON.stringify({ agents: { worker: [{ fault: { code: 'PROVIDER', message: 'down' } }] } }));
    expect((await run()).code).toBe(5);
    const next = outcomeOf(await oxios(['resume', '--model', `script:${here.path('other.yaml')}`, '--json'], { home: here.home }));
    expect(next.result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(wrote(next)).toEqual(['other']);
  });

  test('a tier that cannot be reached is said before anything begins', async () => {
    configured(A, { tiers: { frontier: 'openai/some-model' } });
    const ran = await run();
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('NO_KEY');
  });

  test('a cost limit needs the price of every tier', async () => {
    configured(A, { tiers: { frontier: 'openai/some-model' }, providers: { openai: { api_key: 'k' } } });
    const ran = await run('--max-usd', '1');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('PRICE_UNKNOWN');
  });
});

const SEED = { goal: 'make it so', ontology_schema: { name: 'o', description: 'd' }, metadata: {} };
