import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { opinion } from '../helpers/opinion.ts';
import { cutAfter, drips, errorAfter, halfEvent, raw, replies, resets, says, stallsAfter, status } from '../helpers/provider-plays.ts';
import { errorOf, MODELS, ofType, resultOf, scene } from '../helpers/provider-scene.ts';
import { closedPort, type Play } from '../helpers/provider-server.ts';
import type { Api } from '../helpers/provider-wire.ts';

const PROVIDERS: readonly Api[] = ['anthropic', 'chat'];
const TEN_MB = 10_000_000;
const REPLY = { blocks: [{ text: 'I write.' }, { call: 'write', input: { path: 'evil', content: 'x' } }] };
const DONE = says({ text: 'It is done.' });

/** What a provider can do wrong, and what it comes to when it goes on doing it. */
const FAULTS: readonly (readonly [name: string, play: Play, code: string])[] = [
  ['429 with Retry-After', status(429, { headers: { 'retry-after': '0' } }), 'PROVIDER_UNAVAILABLE'],
  ['429 without', status(429), 'PROVIDER_UNAVAILABLE'],
  ['500', status(500), 'PROVIDER_UNAVAILABLE'],
  ['529', status(529, { type: 'overloaded_error' }), 'PROVIDER_UNAVAILABLE'],
  ['a reset', resets, 'PROVIDER_UNAVAILABLE'],
  ['an answer that is cut', cutAfter(4, REPLY), 'PROVIDER_UNAVAILABLE'],
  ['an answer that ends too early', cutAfter(4, REPLY, 'ended'), 'PROVIDER_UNAVAILABLE'],
  ['half an event', halfEvent(4, REPLY), 'PROVIDER_UNAVAILABLE'],
  ['half JSON', halfEvent(4, REPLY, 'closed'), 'PROVIDER_PROTOCOL'],
  ['an error inside the stream', errorAfter(3, REPLY, 'overloaded_error'), 'PROVIDER_UNAVAILABLE'],
  ['an empty stream', raw('text/event-stream', ''), 'PROVIDER_PROTOCOL'],
  ['silence', stallsAfter(undefined), 'PROVIDER_UNAVAILABLE'],
  ['silence inside the answer', stallsAfter(4, REPLY), 'PROVIDER_UNAVAILABLE'],
];
const FINAL: readonly (readonly [name: string, play: Play, code: string])[] = [
  ['a wrong key', status(401, { message: 'no such key' }), 'AUTH'],
  ['a key that may not', status(403), 'AUTH'],
  ['an unknown model', status(404), 'PROVIDER'],
  ['a request it does not take', status(400), 'PROVIDER'],
  ['a conversation that is too long', status(400, { message: 'prompt is too long: 9 tokens > 8 maximum' }), 'CONTEXT_FULL'],
  ['a wrong content type', raw('text/html', '<html>Welcome</html>'), 'PROVIDER_PROTOCOL'],
];

/** Another call each time: the same one again and again would end the agent. */
const ls = (at: number): Play => says({ call: 'ls', input: { path: `${'./'.repeat(at)}.` } });

describe.each(PROVIDERS)('%s', (api) => {
  test('after each fault the next try answers, and the run comes to its end', async () => {
    const turns = FAULTS.flatMap(([, fault], at) => [fault, ls(at)]);
    const { server, prompt } = await scene(api, (_, n) => turns[n] ?? DONE, { idle_timeout_s: 2 });
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text]).toEqual([0, 'It is done.']);
    expect(server.asked).toHaveLength(turns.length + 1);
    expect(ofType(ran, 'model.failed').map((event) => [event.code, event.final])).toEqual(FAULTS.map(([, , code]) => [code, false]));
    expect(ofType(ran, 'tool.intended').map((event) => event.tool)).toEqual(FAULTS.map(() => 'ls'));
  });

  test('bytes that drip are an answer, and one delta of 10 MB is one', async () => {
    const { prompt } = await scene(api, [drips(5, { blocks: [{ call: 'ls', input: { path: '.' } }] }), replies({ blocks: [{ text: 'x'.repeat(TEN_MB) }] })]);
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text.length]).toEqual([0, TEN_MB]);
  });

  test('Ctrl-C closes the connection at once, and the run can be resumed', async () => {
    const { server, watched, oxios } = await scene(api, [stallsAfter(4, REPLY), DONE]);
    const running = watched();
    const kill = await running.printed('model.delta');
    kill('SIGINT');
    expect(await (await server.request(0)).closed).toBe('aborted');
    const ran = await running.done;
    expect([ran.code, resultOf(ran).resumable]).toEqual([130, true]);
    const again = await oxios(['resume', '--json']);
    expect([again.code, resultOf(again).text]).toEqual([0, 'It is done.']);
  });

  test('Ctrl-C ends a wait that the provider asked for, never more than a minute long', async () => {
    const { server, watched } = await scene(api, [status(429, { headers: { 'retry-after': '3600' } })]);
    const running = watched();
    (await running.printed('"wait_ms":60000'))('SIGINT');
    expect((await running.done).code).toBe(130);
    expect(server.asked).toHaveLength(1);
  });

  test('where nobody listens, it is said after three tries', async () => {
    const { prompt } = await scene(api, [DONE]);
    const base = `http://127.0.0.1:${await closedPort()}`;
    const ran = await prompt([], { env: { ANTHROPIC_BASE_URL: base, OPENAI_BASE_URL: `${base}/v1`, ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' } });
    expect([ran.code, errorOf(ran)]).toEqual([5, 'PROVIDER_UNAVAILABLE']);
    expect(ofType(ran, 'model.failed').map((event) => event.final)).toEqual([false, false, true]);
    expect(ran.stderr).toContain('ECONNREFUSED');
  });
});

/** Every other one by the other provider: all by each of them are in `test/drivers/model`. */
test.each([...FAULTS, ...FINAL].map(([name, play, code], at) => [PROVIDERS[at % 2] as Api, name, play, code] as const))(
  '%s: %s that stays ends with one line, a hint and exit 5, and nothing was run',
  async (api, name, fault, code) => {
    const { server, prompt } = await scene(api, [fault], { retries: 0, ...(name.startsWith('silence') ? { idle_timeout_s: 0.5 } : {}) });
    const ran = await prompt();
    expect([ran.code, errorOf(ran), resultOf(ran).error.code]).toEqual([5, code, code]);
    expect(ran.stderr).not.toContain('sk-test');
    expect(server.asked).toHaveLength(1);
    expect(ofType(ran, 'tool.intended')).toEqual([]);
    expect(ofType(ran, 'model.failed').map((event) => event.final)).toEqual([true]);
  },
);

describe('the fallback list', () => {
  const by = (answers: Readonly<Record<string, Play>>) => (asked: { body: { model: string } }) => answers[asked.body.model] ?? status(404);

  test('is asked in order, across providers, each step in the log; the answer says whose it is', async () => {
    const { server, prompt } = await scene('chat', by({ m: status(503), second: status(401), third: DONE }), {
      retries: 1,
      fallback: ['anthropic/second', 'openai/third'],
    });
    const ran = await prompt();
    expect(ran.code).toBe(0);
    expect(server.asked.map(({ body }) => body.model)).toEqual(['m', 'm', 'second', 'third']);
    expect(ofType(ran, 'model.failed').map((event) => [event.code, event.model, event.next_model])).toEqual([
      ['PROVIDER_UNAVAILABLE', 'openai/m', 'openai/m'],
      ['PROVIDER_UNAVAILABLE', 'openai/m', 'anthropic/second'],
      ['AUTH', 'anthropic/second', 'openai/third'],
    ]);
    expect(ofType(ran, 'model.answered')[0].model).toBe('openai/third');
  });

  test('one without a key costs nobody anything until its turn comes', async () => {
    const env = (await scene('chat', [DONE])).server.env;
    const { prompt, server } = await scene('chat', by({ m: DONE }), { fallback: ['anthropic/second'] });
    const keyless = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: server.env.OPENAI_BASE_URL };
    expect((await prompt([], { env: keyless })).code).toBe(0);
    const failing = await scene('chat', by({ m: status(400) }), { fallback: ['anthropic/second'] });
    const ran = await failing.prompt([], { env: { ...keyless, OPENAI_BASE_URL: failing.server.env.OPENAI_BASE_URL } });
    expect([ran.code, errorOf(ran)]).toEqual([5, 'NO_KEY']);
    expect(Object.keys(env)).toContain('ANTHROPIC_API_KEY');
  });

  test('without one, the first failure is the end', async () => {
    const { server, prompt } = await scene('chat', by({ m: status(400), other: DONE }));
    expect((await prompt()).code).toBe(5);
    expect(server.asked).toHaveLength(1);
  });
});

describe('the circuit breaker', () => {
  const config = (more: object = {}) => ({ retries: 0, fallback: ['openai/other'], ...more });

  test('a model that failed five times is not asked again in the same run: its fallback is, at once', async () => {
    let turns = 0;
    const { server, prompt } = await scene('chat', ({ body }) => (body.model === 'm' ? status(503) : ++turns < 9 ? ls(turns) : DONE), config());
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text]).toEqual([0, 'It is done.']);
    expect(server.asked.filter(({ body }) => body.model === 'm')).toHaveLength(5);
    expect(server.asked.filter(({ body }) => body.model === 'other')).toHaveLength(9);
    const refused = ofType(ran, 'model.failed').filter((event) => event.message.includes('left alone'));
    expect(refused.map((event) => event.next_model)).toEqual(Array(4).fill('openai/other'));
  });

  test('after its pause one probe asks it; when that answers, it has its place again', async () => {
    let turns = 0;
    const waits: Play = async (asked, response) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await ls(turns)(asked, response);
    };
    const script = ({ body }: { body: { model: string } }): Play => {
      turns += 1;
      if (body.model === 'm') return turns < 12 ? status(503) : turns < 15 ? ls(turns) : DONE;
      return turns < 10 ? ls(turns) : waits;
    };
    const { server, prompt } = await scene('chat', script, config({ breaker_pause_s: 0.3 }));
    const ran = await prompt();
    expect(ran.code).toBe(0);
    // Five failures with five answers of the other; that one's slow answer outlasts the pause; the probe fails, and the next one answers.
    expect(server.asked.map(({ body }) => body.model).slice(9)).toEqual(['other', 'm', 'other', 'm', 'm', 'm']);
  });

  test('without a fallback it waits for the end of the pause, and says so', async () => {
    const { server, prompt } = await scene('chat', (_, n) => (n < 5 ? status(503, { headers: { 'retry-after': '0' } }) : DONE), { breaker_pause_s: 2.5 });
    const ran = await prompt();
    expect(ran.code).toBe(0);
    expect(server.asked).toHaveLength(6);
    expect(ofType(ran, 'model.failed').at(-1).wait_ms).toBeGreaterThan(1500);
  });
});

test.each(PROVIDERS)('%s: a run whose provider fails is paused, not judged, and resumed it is approved', async (api) => {
  const verdict = opinion('x:1');
  const writes = says({ call: 'write', input: { path: 'x', content: 'x\n' } });
  const systemOf = ({ body }: { body: { system?: unknown; messages: unknown[] } }) => JSON.stringify(body.system ?? body.messages[0]);
  const script = (asked: Parameters<typeof systemOf>[0], n: number): Play => {
    if (n === 1) return status(401, { message: 'the key has expired' });
    if (systemOf(asked).includes('You are judge')) return says({ text: verdict });
    return n === 0 ? writes : DONE;
  };
  const { here, server, oxios } = await scene(api, script);
  const seed =
    'goal: x\nontology_schema: {name: o, description: d}\nmetadata: {}\nacceptance_criteria: [{description: the file x exists, verify_command: test -f x}]\n';
  writeFileSync(here.path('seed.yaml'), seed);
  const ran = await oxios(['run', here.path('seed.yaml'), '--json']);
  expect([ran.code, errorOf(ran), resultOf(ran).resumable]).toEqual([5, 'AUTH', true]);
  expect(ofType(ran, 'ac.judged')).toEqual([]);
  const again = await oxios(['resume', '--json']);
  expect([again.code, resultOf(again).outcome]).toEqual([0, 'APPROVED']);
  expect(server.asked.length).toBeGreaterThan(3);
  expect(ofType(again, 'tool.intended').filter((event) => event.tool === 'write')).toEqual([]);
});

test('what failed attempts used is paid, shown everywhere the same, and replayed', async () => {
  const tokens = { input: 1000, output: 10 };
  const cut = cutAfter(6, { blocks: [{ text: 'x'.repeat(100) }], tokens });
  const { prompt, oxios } = await scene('anthropic', [cut, cut, replies({ blocks: [{ text: 'It is done.' }], tokens })], {
    prices: { 'anthropic/m': { input: 1, output: 0 } },
  });
  const ran = await prompt();
  const { run, usage, cost_usd } = resultOf(ran);
  expect([usage.input, cost_usd]).toEqual([3000, 0.003]);
  expect(ofType(ran, 'budget.settled')[0]).toMatchObject({ usd: 0.003 });
  const [line] = JSON.parse((await oxios(['cost', '--json'])).stdout).runs;
  expect(line).toMatchObject({ run, cost_usd: 0.003, usage: { input: 3000 } });
  expect((await oxios(['ps', '--all', '--json'])).events()[0]).toMatchObject({ cost_usd: 0.003 });
  expect(JSON.parse((await oxios(['replay', run, '--json', '--diff'])).stdout)).toMatchObject({ ok: true });
});

test('another attempt is made only when what the failed ones used leaves room for it', async () => {
  const tokens = { input: 1000, output: 10 };
  const cut = cutAfter(6, { blocks: [{ text: 'x'.repeat(100) }], tokens });
  const config = { prices: { 'anthropic/m': { input: 1, output: 0 } } };
  const { server, prompt } = await scene('anthropic', (_, n) => (n < 3 ? cut : DONE), config);
  const enough = await prompt(['--max-usd', '1']);
  expect([enough.code, server.asked.length]).toEqual([0, 4]);
  const scarce = await scene('anthropic', (_, n) => (n < 3 ? cut : DONE), config);
  const bound = ofType(enough, 'budget.reserved')[0].usd;
  const ran = await scarce.prompt(['--max-usd', String(bound + 0.0015)]);
  expect([ran.code, scarce.server.asked.length]).toEqual([6, 2]);
  expect(ofType(ran, 'budget.exceeded')[0]).toMatchObject({ limit: 'usd' });
  expect(resultOf(ran).cost_usd).toBeLessThanOrEqual(bound + 0.0015);
});

test('a cost limit with a fallback of unknown price is refused', async () => {
  const prices = { [MODELS.chat]: { input: 1, output: 1 } };
  const known = await (await scene('chat', [DONE], { prices })).prompt(['--max-usd', '1']);
  expect(known.code).toBe(0);
  const unknown = await (await scene('chat', [DONE], { prices, fallback: ['openai/other'] })).prompt(['--max-usd', '1']);
  expect([unknown.code, errorOf(unknown)]).toEqual([2, 'PRICE_UNKNOWN']);
});
