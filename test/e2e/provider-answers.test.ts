import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cutAfter, replies, says } from '../helpers/provider-plays.ts';
import { errorOf, MODELS, ofType, resultOf, scene } from '../helpers/provider-scene.ts';
import type { Asked } from '../helpers/provider-server.ts';
import { type Api, eventsOf } from '../helpers/provider-wire.ts';

const APIS: readonly Api[] = ['anthropic', 'chat', 'responses'];
const DONE = says({ text: 'It is done.' });

/** What the model is told of its calls in a request, in order. */
const resultsIn = ({ api, body }: Asked): readonly string[] => {
  if (api === 'anthropic')
    return body.messages
      .flatMap((one: { content: readonly { type: string; content?: readonly { text: string }[] }[] }) => one.content)
      .flatMap((part: { type: string; content?: readonly { text: string }[] }) => (part.type === 'tool_result' ? [part.content?.[0]?.text ?? ''] : []));
  if (api === 'chat') return body.messages.flatMap((one: { role: string; content: string }) => (one.role === 'tool' ? [one.content] : []));
  return body.input.flatMap((one: { type?: string; output?: string }) => (one.type === 'function_call_output' ? [one.output ?? ''] : []));
};

describe.each(APIS)('through %s', (api) => {
  test('calls beside each other are carried out, answered in order, and paid by the price table', async () => {
    const tokens = { input: 1000, output: 100, cache_read: 4000, cache_write: 200 };
    const calls = replies({
      blocks: [{ text: 'Both.' }, ...['a', 'b'].map((path) => ({ call: 'write', input: { path, content: `${path}\n` }, id: `id_${path}` }))],
      tokens,
    });
    const { here, server, prompt } = await scene(api, [calls, replies({ blocks: [{ text: 'It is done.' }], tokens })], {
      prices: { [MODELS[api]]: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 } },
    });
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text]).toEqual([0, 'It is done.']);
    expect(['a', 'b'].map((name) => readFileSync(`${here.workspace}/${name}`, 'utf8'))).toEqual(['a\n', 'b\n']);
    const told = resultsIn(server.asked[1] as Asked);
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('a');
    expect(told[1]).toContain('b');
    const cost = (1000 * 3 + 100 * 15 + 4000 * 0.3 + 200 * 3.75) / 1e6;
    expect(ofType(ran, 'model.answered').map((event) => event.usage)).toEqual([tokens, tokens]);
    expect(resultOf(ran).usage).toEqual({ input: 2000, output: 200, cache_read: 8000, cache_write: 400 });
    expect(resultOf(ran).cost_usd).toBeCloseTo(2 * cost, 12);
  });

  test('a call with broken arguments runs nothing and is told to the model', async () => {
    const { here, server, prompt } = await scene(api, [says({ call: 'write', raw: '{"path": "evil", "content": "half' }), DONE]);
    const ran = await prompt();
    expect(ran.code).toBe(0);
    expect(resultsIn(server.asked[1] as Asked)[0]).toMatch(/JSON/u);
    expect(ofType(ran, 'tool.started')).toEqual([]);
    expect(existsSync(`${here.workspace}/evil`)).toBe(false);
  });

  test('a call of an answer that was cut off never runs, wherever it was cut', async () => {
    const reply = { blocks: [{ call: 'write', input: { path: 'evil', content: 'x' } }] };
    const whole = eventsOf(api, reply).length;
    const { here, server, prompt } = await scene(api, (_, n) => (n < 3 ? cutAfter(whole - 3 - n, reply) : DONE));
    const ran = await prompt();
    expect(ran.code).toBe(0);
    expect(server.asked).toHaveLength(4);
    expect(ofType(ran, 'model.failed').map((event) => [event.code, event.final])).toEqual(Array(3).fill(['PROVIDER_UNAVAILABLE', false]));
    expect(ofType(ran, 'tool.intended')).toEqual([]);
    expect(existsSync(`${here.workspace}/evil`)).toBe(false);
  });

  test('an answer cut at its length limit goes on where it stopped, and its unfinished call does not run', async () => {
    const half = replies({ blocks: [{ text: 'First half' }, { call: 'write', raw: '{"path":"evil","content":"x' }], stop: 'length' });
    const { here, server, prompt } = await scene(api, [half, DONE]);
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text]).toEqual([0, 'It is done.']);
    expect(JSON.stringify(server.asked[1]?.body)).toContain('Go on exactly where it stopped');
    expect(existsSync(`${here.workspace}/evil`)).toBe(false);
  });

  test('a refusal ends with MODEL_REFUSED', async () => {
    const ran = await (await scene(api, [replies({ blocks: [{ text: 'No.' }], stop: 'refusal' })])).prompt();
    expect([ran.code, errorOf(ran)]).toEqual([5, 'MODEL_REFUSED']);
  });

  test('deltas on --json are the answer, and no half character is in them', async () => {
    const text = 'Grüße, 世界 🙂 and so on.';
    const ran = await (await scene(api, [says({ thinking: 'hm' }, { text })])).prompt();
    const said = (kind: string) => ofType(ran, 'model.delta').flatMap((event) => (event.kind === kind ? [event.text] : []));
    expect([said('text').join(''), said('thinking').join('')]).toEqual([text, 'hm']);
  });

  test('what a picture shows goes to the model: one of the request, and one that it reads', async () => {
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const { here, server, prompt } = await scene(api, [says({ call: 'read', input: { path: 'seen.png' } }), DONE]);
    writeFileSync(`${here.workspace}/seen.png`, png);
    const ran = await prompt(['--image', 'seen.png']);
    expect(ran.code).toBe(0);
    const pictures = server.asked.map(({ body }) => JSON.stringify(body).split(png.toString('base64')).length - 1);
    expect(pictures).toEqual([1, 2]);
  });
});

test('thoughts go back to Anthropic with their signature, in the log they stand once', async () => {
  const thought = { thinking: 'I shall look first.', signature: 'c2lnbmVk' };
  const { server, prompt } = await scene('anthropic', [says(thought, { call: 'ls', input: { path: '.' } }), DONE]);
  const ran = await prompt(['--thinking', 'high']);
  expect(server.asked[0]?.body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } });
  const [, answer] = server.asked[1]?.body.messages ?? [];
  expect(answer.content[0]).toEqual({ type: 'thinking', thinking: 'I shall look first.', signature: 'c2lnbmVk' });
  expect(ofType(ran, 'model.answered')[0].parts[0]).toMatchObject({ type: 'thinking', signature: 'c2lnbmVk' });
});

test('the cache marks of a request stand where the next one begins the same', async () => {
  const { server, prompt } = await scene('anthropic', [says({ call: 'ls', input: { path: '.' } }), DONE]);
  await prompt();
  const [first, second] = server.asked.map(({ body }) => body);
  for (const body of [first, second]) {
    expect([body.system.at(-1), body.tools.at(-1), body.messages.at(-1).content.at(-1)].map((one) => one.cache_control)).toEqual(
      Array(3).fill({ type: 'ephemeral' }),
    );
  }
  const plain = (value: unknown) => JSON.stringify(value).replaceAll(',"cache_control":{"type":"ephemeral"}', '');
  expect(plain([second.system, second.tools])).toBe(plain([first.system, first.tools]));
  expect(plain(second.messages).startsWith(plain(first.messages).slice(0, -1))).toBe(true);
});

test.each([
  [['--image', 'nowhere.png'], 'FILE_MISSING'],
  [['--image', '.'], 'FILE_UNREADABLE'],
  [['--image', 'text.txt'], 'USAGE'],
  [['--thinking', 'deeply'], 'USAGE'],
])('%j is refused before the model is asked', async (args, code) => {
  const { here, server, prompt } = await scene('chat', [DONE]);
  writeFileSync(`${here.workspace}/text.txt`, 'no picture');
  const ran = await prompt(args);
  expect([ran.code, errorOf(ran), server.asked.length]).toEqual([2, code, 0]);
});
