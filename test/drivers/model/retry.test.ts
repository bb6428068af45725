import { describe, expect, test } from 'vitest';
import { createModels } from '../../../src/drivers/model/models.ts';
import { CONFIG } from '../../../src/kernel/config.ts';
import type { ModelEvent } from '../../../src/kernel/model.ts';
import { errorAfter, onlyComments, raw, replies, says, stallsAfter, status } from '../../helpers/provider-plays.ts';
import { closedPort, type Play, providerServer } from '../../helpers/provider-server.ts';
import { APIS, ask, configOf, MODEL_OF, REQUEST } from './world.ts';

const OK = says({ text: 'here it is' });

describe.each(APIS)('%s', (api) => {
  test.each<readonly [string, Play, string, string]>([
    ['401', status(401, { message: 'no such key' }), 'AUTH', 'no such key'],
    ['403', status(403), 'AUTH', '403'],
    ['400', status(400, { message: 'bad field' }), 'PROVIDER', 'bad field'],
    ['404', status(404, { message: 'no such model' }), 'PROVIDER', 'no such model'],
    ['402', status(402, { message: 'no money' }), 'PROVIDER', 'no money'],
    ['413', status(413), 'CONTEXT_FULL', '413'],
    ['400 for a prompt that is too long', status(400, { message: 'prompt is too long: 210000 tokens > 200000 maximum' }), 'CONTEXT_FULL', '210000'],
    ['400 for a context that is too long', status(400, { message: 'the request exceeds the available context size' }), 'CONTEXT_FULL', 'context size'],
    ['400 for an image that is too big', status(400, { message: 'image exceeds the maximum of 5 MB' }), 'PROVIDER', 'image'],
    ['a wrong key inside the stream', errorAfter(0, { blocks: [] }, 'authentication_error'), 'AUTH', 'broken off'],
    ['a request that is wrong inside the stream', errorAfter(0, { blocks: [] }, 'invalid_request_error'), 'PROVIDER', 'broken off'],
    ['a page of HTML', raw('text/html', '<html><title>Welcome to nginx</title></html>'), 'PROVIDER_PROTOCOL', 'Welcome to nginx'],
    ['no content type', raw('', 'hello'), 'PROVIDER_PROTOCOL', 'no content type'],
    ['JSON that is no stream', raw('application/json', '{"choices":[]}'), 'PROVIDER_PROTOCOL', 'application/json'],
  ])('%s is final: one request, a typed error with a next step', async (_, fault, code, said) => {
    const { done, server } = await ask(api, [fault]);
    expect(done).toMatchObject({ ok: false, code, message: expect.stringContaining(said), hint: expect.stringMatching(/\S/u), parts: [], cost_usd: 0 });
    expect(server.asked).toHaveLength(1);
  });

  test('a fault that stays is tried as often as configured, with waits that grow and differ, and is told once more at the end', async () => {
    const { done, retries, server } = await ask(api, [status(500, { message: 'down' })], { config: { retries: 2 } });
    expect(server.asked).toHaveLength(3);
    expect(retries.map((one) => [one.attempt, one.code])).toEqual([
      [1, 'PROVIDER_UNAVAILABLE'],
      [2, 'PROVIDER_UNAVAILABLE'],
    ]);
    for (const [round, { wait_ms }] of retries.entries()) expect(wait_ms).toBeLessThanOrEqual(500 * 2 ** round);
    expect(done).toMatchObject({ ok: false, code: 'PROVIDER_UNAVAILABLE', message: expect.stringContaining('answered 500: down') });
  });

  test('with 0 retries a fault is final', async () => {
    const { done, server } = await ask(api, [status(529)], { config: { retries: 0 } });
    expect(done).toMatchObject({ ok: false, code: 'PROVIDER_UNAVAILABLE' });
    expect(server.asked).toHaveLength(1);
  });

  test('a provider that goes silent is given up after the idle time, in the head, between events, and with comments alone', async () => {
    const config = { idle_timeout_s: 0.3, retries: 0 };
    for (const stall of [stallsAfter(undefined), stallsAfter(2, { blocks: [{ text: 'I began' }] })]) {
      const { done } = await ask(api, [stall], { config });
      expect(done).toMatchObject({
        ok: false,
        code: 'PROVIDER_UNAVAILABLE',
        message: expect.stringContaining('0.3 s'),
        hint: expect.stringContaining('idle_timeout_s'),
      });
    }
  });

  test('an abort closes the socket at once and ends with ABORTED: before the head, inside the answer', async () => {
    for (const play of [stallsAfter(undefined), stallsAfter(3, { blocks: [{ text: 'I began' }] })]) {
      const abort = new AbortController();
      let ended: Promise<string> = Promise.resolve('');
      const noticing: Play = async (asked, response) => {
        ended = asked.closed;
        await play(asked, response);
        abort.abort();
      };
      const { done, server } = await ask(api, [noticing], { signal: abort.signal });
      expect(done).toMatchObject({ ok: false, code: 'ABORTED' });
      expect(await ended).toBe('aborted');
      expect(server.asked).toHaveLength(1);
    }
  });
});

test('what keeps saying that it is there is waited for', async () => {
  const slow: Play = async (asked, response) => {
    const play = onlyComments(50)(asked, response);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    response.end();
    return play;
  };
  const { done, retries } = await ask('chat', [slow, OK], { config: { idle_timeout_s: 2 } });
  expect(done).toMatchObject({ ok: true });
  expect(retries[0]?.message).toContain('empty answer');
});

test('an account without money is final, also as a 429', async () => {
  const { done, server } = await ask('chat', [status(429, { type: 'insufficient_quota', message: 'no money' })]);
  expect(done).toMatchObject({ code: 'PROVIDER', message: expect.stringContaining('no money'), hint: expect.stringContaining('balance') });
  expect(server.asked).toHaveLength(1);
});

/** Answers with a wish, and aborts as soon as the wait for it has begun. */
async function waitFor(headers: Readonly<Record<string, string>>): Promise<number> {
  const server = await providerServer([status(429, { headers })]);
  const model = await createModels({ config: CONFIG.parse({}), env: server.env }).open('openai/m');
  const abort = new AbortController();
  let wait = Number.NaN;
  let last: ModelEvent | undefined;
  for await (const event of model.stream(REQUEST, abort.signal)) {
    last = event;
    if (event.type !== 'retry') continue;
    wait = event.wait_ms;
    abort.abort();
  }
  await server.close();
  expect(last).toMatchObject({ type: 'done', ok: false, code: 'ABORTED' });
  expect(server.asked).toHaveLength(1);
  return wait;
}

describe('what a provider asks to wait', () => {
  test.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['parts of a second', { 'retry-after': '0.25' }, 250],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    ['a date that is past', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
    ['less than nothing', { 'retry-after': '-5' }, 0],
  ])('%s: is waited out, and at most half a second more; an abort ends the wait at once', async (_, headers, least) => {
    const wait = await waitFor(headers);
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(least + 500);
  });

  test('a date to come', async () => {
    const wait = await waitFor({ 'retry-after': new Date(Date.now() + 20_000).toUTCString() });
    expect(wait).toBeGreaterThan(10_000);
    expect(wait).toBeLessThanOrEqual(21_000);
  });

  test('an hour: never more than a minute', async () => expect(await waitFor({ 'retry-after': '3600' })).toBe(60_000));

  test('an hour, with a fallback: that one is asked at once', async () => {
    const config = { fallback: ['openai/other'] };
    const { done, retries } = await ask('chat', [status(429, { headers: { 'retry-after': '3600' } }), OK], { config });
    expect(retries).toMatchObject([{ wait_ms: 0, next_model: 'openai/other' }]);
    expect(done).toMatchObject({ ok: true, model: 'openai/other' });
  });

  test('waits differ, so that many agents are not back at once', async () => {
    const waits = await Promise.all(Array.from({ length: 12 }, () => waitFor({ 'retry-after': '5' })));
    expect(new Set(waits).size).toBeGreaterThan(1);
  });
});

test('where nobody listens, three tries are enough', async () => {
  const port = await closedPort();
  const config = CONFIG.parse({ ...configOf('chat'), retries: 10 });
  const model = await createModels({ config, env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` } }).open(MODEL_OF.chat);
  const events: ModelEvent[] = [];
  for await (const event of model.stream(REQUEST, new AbortController().signal)) events.push(event);
  expect(events.map((event) => event.type)).toEqual(['retry', 'retry', 'done']);
  expect(events.at(-1)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', message: expect.stringContaining('ECONNREFUSED') });
});

test('no secret stands in an error, not even when the provider says it back', async () => {
  const config = { providers: { openai: { headers: { 'x-gateway': 'gateway-secret' } } } };
  for (const fault of [
    status(400, { message: 'the key sk-test-openai and gateway-secret' }),
    errorAfter(1, { blocks: [] }, 'invalid_request_error', 'sk-test-openai'),
  ]) {
    const { done } = await ask('chat', [fault], { config });
    expect(done).toMatchObject({ message: expect.stringContaining('[key]') });
    expect(JSON.stringify(done)).not.toMatch(/sk-test|gateway-secret/u);
  }
});

describe('thoughts', () => {
  const thought = { type: 'thinking', text: 'hm', signature: 'sig' } as const;
  const after = (by: string) => [
    { role: 'user', parts: [{ type: 'text', text: 'q' }] } as const,
    {
      role: 'assistant',
      parts: [
        { ...thought, by },
        { type: 'text', text: 'a' },
      ],
    } as const,
    { role: 'user', parts: [{ type: 'text', text: 'r' }] } as const,
  ];
  const thoughtsIn = (body: unknown): number => (JSON.stringify(body).match(/"signature"/gu) ?? []).length;

  test('go back to the model that had them, and to no other', async () => {
    for (const [by, count] of [
      ['anthropic/m', 1],
      ['anthropic/other', 0],
    ] as const) {
      const { server } = await ask('anthropic', [OK], { request: { messages: after(by) } });
      expect(thoughtsIn(server.asked[0]?.body)).toBe(count);
    }
  });

  test('are signed with the model that answered, so that a fallback is not sent those of the first', async () => {
    const thinks = replies({ blocks: [{ thinking: 'hm', signature: 'sig' }, { text: 'a' }] });
    const { done } = await ask('anthropic', [status(400), thinks], { config: { fallback: ['anthropic/other'] } });
    expect(done).toMatchObject({ model: 'anthropic/other', parts: [{ type: 'thinking', by: 'anthropic/other' }, { type: 'text' }] });
  });

  test('that the provider does not take back are left out, once', async () => {
    const refusal = status(400, { message: 'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation.' });
    const { done, server } = await ask('anthropic', [refusal, OK], { request: { messages: after('anthropic/m') } });
    expect(server.asked.map(({ body }) => thoughtsIn(body))).toEqual([1, 0]);
    expect(done).toMatchObject({ ok: true });
  });
});
