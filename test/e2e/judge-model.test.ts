import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { opinion } from '../helpers/opinion.ts';
import { says } from '../helpers/provider-plays.ts';
import { ofType, resultOf, scene } from '../helpers/provider-scene.ts';
import type { Script } from '../helpers/provider-server.ts';

const OPINION = opinion('made.txt:1');
const VOTE = JSON.stringify({ approved: true, evidence: ['made.txt:1'], reasons: 'seen' });
const WRITES = { call: 'write', input: { path: 'made.txt', content: 'made\n' } };

/** A worker that makes the file, and a judge that finds it good, told apart by their instructions. */
const script: Script = ({ body }) => {
  const asked = JSON.stringify(body);
  if (asked.includes('You judge whether work')) return says({ text: OPINION });
  if (asked.includes('one of three who vote')) return says({ text: VOTE });
  return asked.includes('"made.txt') || asked.includes('made.txt\\"') ? says({ text: 'done' }) : says(WRITES);
};

const SEED = { goal: 'g', ontology_schema: { name: 'o', description: 'd' }, metadata: {}, acceptance_criteria: [{ id: 'a', description: 'a file is made' }] };

async function judged(config: object, model = 'anthropic/worker') {
  const at = await scene('anthropic', script, config);
  writeFileSync(at.here.path('seed.yaml'), stringify(SEED));
  const run = (args: readonly string[] = []) =>
    at.oxios(['run', at.here.path('seed.yaml'), '--model', model, '--project-dir', at.here.workspace, '--json', ...args]);
  return { ...at, run };
}

const asked = (server: { readonly asked: readonly { readonly body: { readonly model: string } }[] }) => [...new Set(server.asked.map((one) => one.body.model))];

describe('work is judged by another model than the one that did it', () => {
  test.each([
    ['the one that is configured', { judge: 'openai/judge', fallback: ['anthropic/other'] }, 'openai/judge'],
    ['the first fallback that is another one and can be reached', { fallback: ['anthropic/worker', 'nowhere/x', 'openai/other'] }, 'openai/other'],
    ['the same where there is no other', {}, 'anthropic/worker'],
  ])('%s', async (_, config, judge) => {
    const { server, run } = await judged(config);
    const ran = await run();
    expect(resultOf(ran)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(ofType(ran, 'process.forked').map((event) => [event.name, event.model])).toEqual([
      ['run', 'anthropic/worker'],
      ['worker a', 'anthropic/worker'],
      ['judge a', judge],
    ]);
    expect(ofType(ran, 'run.started')[0].second?.id ?? 'anthropic/worker').toBe(judge);
    expect(asked(server)).toEqual([...new Set(['worker', judge.split('/')[1]])]);
  });

  test('and comes out the same in a replay', async () => {
    const { run, oxios } = await judged({ judge: 'openai/judge' });
    const replayed = await oxios(['replay', resultOf(await run()).run, '--json']);
    expect(resultOf(replayed)).toMatchObject({ ok: true });
  });

  test('that a trusted project names, before the one of the user', async () => {
    const { here, server, run } = await judged({ judge: 'openai/judge' });
    mkdirSync(here.path('workspace/.oxios'));
    writeFileSync(here.path('workspace/.oxios/config.json'), '{"judge": "openai/theirs"}');
    await run(['--trust']);
    expect(asked(server)).toEqual(['worker', 'theirs']);
  });

  test('a cost limit needs the price of both', async () => {
    const price = { input: 1, output: 2 };
    const { run, configure } = await judged({ judge: 'openai/judge', prices: { 'anthropic/worker': price } });
    const refused = await run(['--max-usd', '1']);
    expect(refused.stderr).toContain('PRICE_UNKNOWN: a cost limit is set, but the price of openai/judge is unknown');
    expect(refused.code).toBe(2);
    configure({ judge: 'openai/judge', prices: { 'anthropic/worker': price, 'openai/judge': price } });
    expect(resultOf(await run(['--max-usd', '1']))).toMatchObject({ outcome: 'APPROVED' });
  });

  test('a script asks nobody else', async () => {
    const { here, server, run } = await judged({ judge: 'openai/judge', fallback: ['openai/other'] }, 'script:model.yaml');
    writeFileSync(here.path('workspace/model.yaml'), stringify({ agents: { 'judge a': [{ text: OPINION }], default: [{ text: 'done' }] } }));
    const ran = await run();
    expect([...new Set(ofType(ran, 'process.forked').map((event) => event.model.startsWith('script:')))]).toEqual([true]);
    expect(server.asked).toEqual([]);
  });
});

describe('three vote with models that are others where there are some', () => {
  const independence = (ran: Awaited<ReturnType<Awaited<ReturnType<typeof judged>>['run']>>) =>
    ofType(ran, 'evaluation.balloted').map(({ model, independent: { of_worker, of_ballots } }) => [model, of_worker, of_ballots]);

  test.each<[string, object, readonly (readonly [model: string, ofWorker: boolean, ofBallots: boolean])[]]>([
    [
      'those that are configured',
      { judge: 'openai/judge', ballots: ['openai/b1', 'anthropic/b2', 'openai/b3'], fallback: ['openai/other'] },
      [
        ['openai/b1', true, true],
        ['anthropic/b2', true, true],
        ['openai/b3', true, true],
      ],
    ],
    [
      'the one that judges and the fallbacks that can be reached, in turn',
      { judge: 'openai/judge', fallback: ['nowhere/x', 'openai/other'] },
      [
        ['openai/judge', true, false],
        ['openai/other', true, true],
        ['openai/judge', true, false],
      ],
    ],
    [
      'the same where there is no other',
      {},
      [
        ['anthropic/worker', false, false],
        ['anthropic/worker', false, false],
        ['anthropic/worker', false, false],
      ],
    ],
  ])('%s', async (_, config, models) => {
    const { server, run, oxios } = await judged(config);
    const ran = await run(['--consensus']);
    expect(resultOf(ran)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(independence(ran)).toEqual(models);
    expect(asked(server)).toEqual(expect.arrayContaining(models.map(([model]) => model.split('/')[1])));
    expect(resultOf(await oxios(['replay', resultOf(ran).run, '--json']))).toMatchObject({ ok: true });
  });

  test('a cost limit needs their prices', async () => {
    const { run } = await judged({ ballots: ['openai/b1'], prices: { 'anthropic/worker': { input: 1, output: 2 } } });
    expect((await run(['--max-usd', '1'])).stderr).toContain('PRICE_UNKNOWN: a cost limit is set, but the price of openai/b1 is unknown');
  });
});
