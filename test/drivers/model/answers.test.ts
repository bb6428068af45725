import { describe, expect, test } from 'vitest';
import { cutAfter, drips, raw, replies, stallsAfter, status } from '../../helpers/provider-plays.ts';
import { eventsOf, type Reply } from '../../helpers/provider-wire.ts';
import { APIS, ask, MODEL_OF } from './world.ts';

const partsOf = async (api: (typeof APIS)[number], reply: Reply) => (await ask(api, [replies(reply)], { config: { retries: 0 } })).done.parts;
const calls = (parts: readonly unknown[]) => (parts as readonly { type: string }[]).filter((part) => part.type === 'call');

describe.each(APIS)('%s', (api) => {
  test('calls beside each other keep their order, their ids and their arguments', async () => {
    const blocks = [
      { text: 'both' },
      { call: 'read', input: { path: 'a', deep: [{ x: null }] }, id: 'one' },
      { call: 'read', input: { path: 'ü"\\\n' }, id: 'two' },
    ];
    expect(await partsOf(api, { blocks })).toEqual([
      { type: 'text', text: 'both' },
      { type: 'call', id: 'one', name: 'read', input: { path: 'a', deep: [{ x: null }] } },
      { type: 'call', id: 'two', name: 'read', input: { path: 'ü"\\\n' } },
    ]);
  });

  test.each(['{"path": "a', '{"path": }', '[1]', '"text"', 'null', '7', '{} {}'])('arguments %s are malformed, and are kept as they stand', async (text) => {
    expect(await partsOf(api, { blocks: [{ call: 'write', raw: text, id: 'c' }] })).toEqual([
      { type: 'call', id: 'c', name: 'write', input: null, malformed: text },
    ]);
  });

  test('no arguments at all are an empty object', async () => {
    expect(await partsOf(api, { blocks: [{ call: 'ls', raw: '', id: 'c' }] })).toEqual([{ type: 'call', id: 'c', name: 'ls', input: {} }]);
  });

  test.each(['{"path": "a', ''])('an answer cut at its length limit keeps no call with the arguments %j, but the whole one before it', async (text) => {
    const blocks = [
      { call: 'read', input: { path: 'a' }, id: 'one' },
      { call: 'write', raw: text, id: 'two' },
    ];
    const { done } = await ask(api, [replies({ blocks, stop: 'length' })]);
    expect(done).toMatchObject({ ok: true, stop: 'length' });
    expect(calls(done.parts)).toEqual([{ type: 'call', id: 'one', name: 'read', input: { path: 'a' } }]);
  });

  test('a refusal carries no call', async () => {
    const { done } = await ask(api, [replies({ blocks: [{ text: 'I will not' }, { call: 'write', input: { path: 'a' } }], stop: 'refusal' })]);
    expect(done).toMatchObject({ ok: true, stop: 'refusal', parts: [{ type: 'text', text: 'I will not' }] });
  });

  test('calls with one id, or none, can be told apart', async () => {
    const parts = await partsOf(api, { blocks: ['', 'x', 'x', ''].map((id) => ({ call: 'ls', input: {}, id })) });
    const ids = calls(parts).map((part) => (part as unknown as { id: string }).id);
    expect(new Set(ids).size).toBe(4);
    expect(ids).not.toContain('');
  });

  test.each([1, 2, 3, 7])('bytes that come %i at a time, also within a character, are the same text', async (bytes) => {
    const text = 'naïve — 日本語 🙂🏽 \u0000\u2028 "end"';
    const { done, events } = await ask(api, [drips(bytes, { blocks: [{ text }, { call: 'write', input: { text }, id: 'c' }] })]);
    expect(done.parts).toEqual([
      { type: 'text', text },
      { type: 'call', id: 'c', name: 'write', input: { text } },
    ]);
    expect(events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('')).toBe(text);
  });

  test('lines that end in CRLF, comments and unknown events change nothing', async () => {
    const plain = eventsOf(api, { blocks: [{ text: 'hello' }] });
    const odd = plain.flatMap((event) => [': keep-alive\n\n', event, 'event: news\ndata: {"type":"news.flash","choices":[]}\n\n']).join('');
    const { done } = await ask(api, [raw('text/event-stream', odd.replaceAll('\n', '\r\n'))]);
    expect(done).toMatchObject({ ok: true, parts: [{ type: 'text', text: 'hello' }] });
  });

  test('one delta of 10 MB, and arguments of 10 MB in small pieces, arrive whole', async () => {
    const text = 'x'.repeat(10_000_000);
    const { done } = await ask(api, [replies({ blocks: [{ text }, { call: 'write', raw: JSON.stringify({ text }), id: 'c' }] })]);
    const lengths = done.parts.map((part) => (part.type === 'text' ? part.text : part.type === 'call' ? (part.input as { text: string }).text : '').length);
    expect(lengths).toEqual([10_000_000, 10_000_000]);
  });

  test('a stream without an end is given up at 64 MB', async () => {
    const { done } = await ask(api, [
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const chunk = Buffer.from(`data: ${'x'.repeat(1_000_000)}`);
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      },
    ]);
    expect(done).toMatchObject({ ok: false, code: 'PROVIDER_PROTOCOL', message: expect.stringContaining('64 MB') });
  });

  test('tokens are counted apart: new, read from the cache, written to it; the cost follows the price table', async () => {
    const tokens = { input: 1000, output: 200, cache_read: 5000, cache_write: 300 };
    const config = { prices: { [MODEL_OF[api]]: { input: 2, output: 10, cache_read: 0.2, cache_write: 2.5 } } };
    const { done } = await ask(api, [replies({ blocks: [{ text: 'hi' }], tokens })], { config });
    expect(done.usage).toEqual(tokens);
    expect(done.cost_usd).toBeCloseTo((1000 * 2 + 200 * 10 + 5000 * 0.2 + 300 * 2.5) / 1e6, 12);
  });

  test('without a price the cost is unknown', async () => {
    expect((await ask(api, [replies({ blocks: [{ text: 'hi' }] })])).done.cost_usd).toBeNull();
  });

  test('an empty answer is one', async () => {
    expect((await ask(api, [replies({ blocks: [] })])).done).toMatchObject({ ok: true, stop: 'end', parts: [] });
  });
});

describe('what a failed attempt used all the same is told with its failure', () => {
  const reply: Reply = { blocks: [{ text: 'x'.repeat(1200) }], tokens: { input: 1000, output: 500, cache_read: 70 } };
  const config = { prices: { 'anthropic/m': { input: 1, output: 10 }, 'openai/m': { input: 1, output: 10 } } };
  const whole = { input: 1000, output: 500, cache_read: 70, cache_write: 0 };

  test('as the provider counted it, and at least for what was heard', async () => {
    const { retries, done } = await ask('anthropic', [cutAfter(60, reply), replies(reply)], { config });
    expect(retries[0]?.usage).toEqual({ ...whole, output: expect.toSatisfy((output: number) => output > 100 && output <= 300) });
    expect(retries[0]?.cost_usd).toBeGreaterThan(1070 / 1e6);
    expect(done.usage).toEqual(whole);
  });

  test('or estimated, when it counts at the end', async () => {
    const { done } = await ask('chat', [cutAfter(60, reply)], { config: { ...config, retries: 0 } });
    expect(done.usage.input).toBeGreaterThan(20);
    expect(done.usage.output).toBeGreaterThan(100);
    expect(done.cost_usd).toBeGreaterThan(0);
  });

  test('also when it was aborted', async () => {
    const abort = new AbortController();
    const { done } = await ask(
      'anthropic',
      [
        async (asked, response) => {
          await stallsAfter(60, reply)(asked, response);
          setTimeout(() => abort.abort(), 20);
        },
      ],
      { config, signal: abort.signal },
    );
    expect(done).toMatchObject({ code: 'ABORTED', usage: { input: 1000 } });
  });

  test('nothing, when the provider never began', async () => {
    for (const fault of [status(500), cutAfter(0, reply), raw('text/event-stream', '')]) {
      const { retries } = await ask('chat', [fault, replies(reply)], { config });
      expect(retries[0]).toMatchObject({ usage: { input: 0, output: 0 }, cost_usd: 0 });
    }
  });
});

test.each(['anthropic/claude-haiku-4-5-20251001', 'openai/gpt-5-2025-08-07'])('%s costs what the model without the day costs', async (model) => {
  const { done } = await ask(model.startsWith('a') ? 'anthropic' : 'chat', [replies({ blocks: [] })], { model });
  expect(done.cost_usd).toBeGreaterThan(0);
});

test('a model with other rates for long prompts is paid by them', async () => {
  for (const [input, rate] of [
    [100_000, 0.1],
    [100_001, 0.5],
  ] as const) {
    const { done } = await ask('anthropic', [replies({ blocks: [], tokens: { input, output: 0 } })], { model: 'anthropic/claude-haiku-5-5' });
    expect(done.cost_usd).toBeCloseTo((input * rate) / 1e6, 12);
  }
});

test('a server that counts nothing is estimated, so that limits hold', async () => {
  const { done } = await ask('chat', [replies({ blocks: [{ text: 'x'.repeat(4000) }], tokens: null })]);
  expect(done.usage.output).toBeGreaterThan(900);
  expect(done.usage.input).toBeGreaterThan(20);
});

describe('calls of Chat Completions as compatible servers stream them', () => {
  const of = (...calls: readonly object[]) => calls.map((one) => `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [one] } }] })}\n\n`).join('');
  const END = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const two = [
    { id: 'a', input: { n: 1 } },
    { id: 'b', input: { n: 2 } },
  ];

  test.each([
    [
      'without an index',
      of(
        { id: 'a', function: { name: 'ls', arguments: '{"n":' } },
        { function: { arguments: '1}' } },
        { id: 'b', function: { name: 'ls', arguments: '{"n":2}' } },
      ),
    ],
    [
      'all with index 0',
      of({ index: 0, id: 'a', function: { name: 'ls', arguments: '{"n":1}' } }, { index: 0, id: 'b', function: { name: 'ls', arguments: '{"n":2}' } }),
    ],
    [
      'with huge indexes',
      of({ index: 7, id: 'a', function: { name: 'ls', arguments: '{"n":1}' } }, { index: 4e9, id: 'b', function: { name: 'ls', arguments: '{"n":2}' } }),
    ],
    [
      'with arguments that are no text',
      of({ index: 0, id: 'a', function: { name: 'ls', arguments: { n: 1 } } }, { index: 1, id: 'b', function: { name: 'ls', arguments: { n: 2 } } }),
    ],
    [
      'with the id in every piece',
      of(
        { index: 0, id: 'a', function: { name: 'ls', arguments: '{"n":' } },
        { index: 0, id: 'a', function: { arguments: '1}' } },
        { index: 1, id: 'b', function: { name: 'ls', arguments: '{"n":2}' } },
      ),
    ],
  ])('%s', async (_, stream) => {
    const { done } = await ask('chat', [raw('text/event-stream', stream + END)]);
    expect(done).toMatchObject({ ok: true, stop: 'tools', parts: two });
  });

  test('a refusal in words is one', async () => {
    const { done } = await ask('chat', [raw('text/event-stream', `data: {"choices":[{"delta":{"refusal":"I will not."}}]}\n\n${END}`)]);
    expect(done).toMatchObject({ stop: 'refusal', parts: [{ type: 'text', text: 'I will not.' }] });
  });
});

test('a block of Anthropic with a huge index is a block', async () => {
  const events = eventsOf('anthropic', { blocks: [{ call: 'ls', input: { n: 1 }, id: 'c' }] })
    .join('')
    .replaceAll('"index":0', '"index":4000000000');
  const { done } = await ask('anthropic', [raw('text/event-stream', events)]);
  expect(done).toMatchObject({ ok: true, parts: [{ id: 'c', input: { n: 1 } }] });
});
