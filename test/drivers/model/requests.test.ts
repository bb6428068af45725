import { describe, expect, test } from 'vitest';
import { createModels } from '../../../src/drivers/model/models.ts';
import { CONFIG } from '../../../src/kernel/config.ts';
import type { Message } from '../../../src/kernel/message.ts';
import type { ModelRequest } from '../../../src/kernel/model.ts';
import { replies, says } from '../../helpers/provider-plays.ts';
import type { Api } from '../../helpers/provider-wire.ts';
import { APIS, ask, REQUEST } from './world.ts';

const sent = async (api: Api, request: Partial<ModelRequest>, config: object = {}) => {
  const { server } = await ask(api, [says({ text: 'ok' })], { request, config });
  return server.asked[0] as NonNullable<(typeof server.asked)[0]>;
};

const IMAGE = { mime: 'image/png', base64: 'aGk=' };
const user = (...parts: Message['parts']): Message => ({ role: 'user', parts });
const agent = (...parts: Message['parts']): Message => ({ role: 'assistant', parts });

const CONVERSATION: readonly Message[] = [
  user({ type: 'text', text: 'look' }, { type: 'image', ...IMAGE }),
  agent(
    { type: 'thinking', text: 'signed thought', signature: 'sig' },
    { type: 'thinking', text: 'unsigned thought' },
    { type: 'text', text: 'both' },
    { type: 'call', id: 'a', name: 'read', input: { path: 'a' } },
    { type: 'call', id: 'b', name: 'read', input: null, malformed: '{"pa' },
  ),
  user(
    { type: 'answer', id: 'a', ok: true, text: 'picture', images: [IMAGE] },
    { type: 'answer', id: 'b', ok: false, text: 'no JSON' },
    { type: 'text', text: 'go on' },
  ),
];

describe('Anthropic Messages', () => {
  test('a conversation: signed thoughts go back as they came, unsigned ones do not, results stand with their calls', async () => {
    const { body } = await sent('anthropic', { messages: CONVERSATION });
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'look' }, image] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'signed thought', signature: 'sig' },
          { type: 'text', text: 'both' },
          { type: 'tool_use', id: 'a', name: 'read', input: { path: 'a' } },
          { type: 'tool_use', id: 'b', name: 'read', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', is_error: false, content: [{ type: 'text', text: 'picture' }, image] },
          { type: 'tool_result', tool_use_id: 'b', is_error: true, content: [{ type: 'text', text: 'no JSON' }] },
          { type: 'text', text: 'go on', cache_control: { type: 'ephemeral' } },
        ],
      },
    ]);
  });

  test('the cache is marked behind the tools, the instructions and the conversation', async () => {
    const { body } = await sent('anthropic', { messages: CONVERSATION });
    expect(body.system).toEqual([{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }]);
    expect(body.tools.at(-1).cache_control).toEqual({ type: 'ephemeral' });
    expect(JSON.stringify(body).match(/"cache_control"/gu)).toHaveLength(3);
  });

  test('thoughts and their signature come back whole, also redacted ones, and go out again the same', async () => {
    const blocks = [{ thinking: 'step by step, at some length', signature: 'c2lnbmF0dXJl' }, { redacted: 'b3BhcXVl' }, { text: 'so' }];
    const { done } = await ask('anthropic', [replies({ blocks })]);
    const { body } = await sent('anthropic', { messages: [user({ type: 'text', text: 'q' }), agent(...done.parts), user({ type: 'text', text: 'r' })] });
    expect(body.messages[1].content).toEqual([
      { type: 'thinking', thinking: 'step by step, at some length', signature: 'c2lnbmF0dXJl' },
      { type: 'redacted_thinking', data: 'b3BhcXVl' },
      { type: 'text', text: 'so' },
    ]);
  });

  test.each<readonly [string, Message]>([
    ['nothing', agent()],
    ['blanks', agent({ type: 'text', text: ' \n' })],
    ['a thought that was cut off', agent({ type: 'thinking', text: 'hm' })],
  ])('an answer of %s has a text all the same: the provider takes no empty one', async (_, answer) => {
    const { body } = await sent('anthropic', { messages: [user({ type: 'text', text: 'q' }), answer, user({ type: 'text', text: 'r' })] });
    expect(body.messages[1]).toEqual({ role: 'assistant', content: [{ type: 'text', text: '[nothing]' }] });
  });

  test("another provider's ids are made ones that are taken", async () => {
    const messages = [
      user({ type: 'text', text: 'q' }),
      agent({ type: 'call', id: 'functions.ls:0', name: 'ls', input: {} }),
      user({ type: 'answer', id: 'functions.ls:0', ok: true, text: ' ' }),
    ];
    const { body } = await sent('anthropic', { messages });
    expect(body.messages[1].content[0].id).toBe('functions_ls_0');
    expect(body.messages[2].content[0]).toMatchObject({ tool_use_id: 'functions_ls_0', content: [{ text: '[no output]' }] });
  });

  test.each([
    ['anthropic/claude-sonnet-4-5', 'high', { thinking: { type: 'enabled', budget_tokens: 2400 } }],
    ['anthropic/claude-haiku-4-5-20251001', 'low', { thinking: { type: 'enabled', budget_tokens: 1024 } }],
    ['anthropic/claude-sonnet-4-6', 'medium', { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } }],
    ['anthropic/claude-opus-5-5', 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
    ['anthropic/claude-opus-5-5', 'off', {}],
  ] as const)('%s asked to think: %s', async (model, thinking, wanted) => {
    const { server } = await ask('anthropic', [says({ text: 'ok' })], { model, request: { thinking } });
    const { thinking: sentThinking, output_config } = server.asked[0]?.body ?? {};
    expect(JSON.parse(JSON.stringify({ thinking: sentThinking, output_config }))).toEqual(wanted);
  });
});

describe('Chat Completions', () => {
  test('a conversation: results first, their pictures behind them', async () => {
    const { body } = await sent('chat', { messages: CONVERSATION });
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } };
    expect(body.messages).toEqual([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: [{ type: 'text', text: 'look' }, image] },
      {
        role: 'assistant',
        content: 'both',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } },
          { id: 'b', type: 'function', function: { name: 'read', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'picture' },
      { role: 'tool', tool_call_id: 'b', content: 'no JSON' },
      { role: 'user', content: [{ type: 'text', text: 'go on' }, image] },
    ]);
  });

  test('OpenAI is asked for at most max_completion_tokens, a compatible server for max_tokens', async () => {
    expect((await sent('chat', {})).body).toMatchObject({ max_completion_tokens: 4000, stream_options: { include_usage: true } });
    const config = { models: { 'openai-compatible/m': { max_output: 500 } } };
    const { server } = await ask('chat', [says({ text: 'ok' })], { model: 'openai-compatible/m', config });
    expect(server.asked[0]?.body).toMatchObject({ model: 'm', max_tokens: 500 });
  });

  test('thinking is effort', async () => {
    expect((await sent('chat', { thinking: 'low' })).body.reasoning_effort).toBe('low');
    expect((await sent('chat', { thinking: 'off' })).body).not.toHaveProperty('reasoning_effort');
  });
});

test('Responses: a conversation without state on the server', async () => {
  const { body } = await sent('responses', { messages: CONVERSATION, thinking: 'high' });
  expect(body).toMatchObject({ store: false, instructions: 'be brief', max_output_tokens: 4000, reasoning: { effort: 'high' } });
  const image = { role: 'user', content: [{ type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,aGk=' }] };
  expect(body.input).toEqual([
    { role: 'user', content: 'look' },
    image,
    { role: 'assistant', content: 'both' },
    { type: 'function_call', call_id: 'a', name: 'read', arguments: '{"path":"a"}' },
    { type: 'function_call', call_id: 'b', name: 'read', arguments: '{}' },
    { type: 'function_call_output', call_id: 'a', output: 'picture' },
    image,
    { type: 'function_call_output', call_id: 'b', output: 'no JSON' },
    { role: 'user', content: 'go on' },
  ]);
});

test.each(APIS)('%s: a model that takes no images is told of them in words', async (api) => {
  const config = { models: { 'anthropic/m': { images: false }, 'openai/m': { images: false } } };
  const { body } = await sent(api, { messages: CONVERSATION }, config);
  expect(JSON.stringify(body)).not.toContain('aGk=');
  expect(JSON.stringify(body).match(/an image, which this model cannot see/gu)).toHaveLength(2);
});

describe('keys and addresses', () => {
  const headersOf = async (model: string, config: object, env: (base: string) => Readonly<Record<string, string>>) => {
    const { providerServer } = await import('../../helpers/provider-server.ts');
    const server = await providerServer([says({ text: 'ok' })]);
    const base = `http://127.0.0.1:${server.port}/v1`;
    const opened = await createModels({ config: CONFIG.parse(JSON.parse(JSON.stringify(config).replaceAll('BASE', base))), env: env(base) }).open(model);
    for await (const event of opened.stream(REQUEST, new AbortController().signal)) if (event.type === 'done') expect(event).toMatchObject({ ok: true });
    await server.close();
    return server.asked[0]?.headers ?? {};
  };

  test('a compatible server without a key gets none', async () => {
    const config = { providers: { 'openai-compatible': { base_url: 'BASE' } } };
    expect(await headersOf('openai-compatible/m', config, () => ({}))).not.toHaveProperty('authorization');
  });

  test("a key for OpenAI in the environment goes to no server of config.json, and to the environment's own", async () => {
    const config = { providers: { 'openai-compatible': { base_url: 'BASE' } } };
    expect(await headersOf('openai-compatible/m', config, () => ({ OPENAI_API_KEY: 'sk-mine' }))).not.toHaveProperty('authorization');
    const env = (base: string) => ({ OPENAI_API_KEY: 'sk-mine', OPENAI_BASE_URL: base });
    expect(await headersOf('openai-compatible/m', {}, env)).toMatchObject({ authorization: 'Bearer sk-mine' });
  });

  test('config.json goes before the environment, and its headers go along', async () => {
    const config = { providers: { openai: { base_url: 'BASE', api_key: 'from-config', headers: { 'x-team': 'blue' } } } };
    const env = () => ({ OPENAI_API_KEY: 'from-env', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' });
    expect(await headersOf('openai/m', config, env)).toMatchObject({ authorization: 'Bearer from-config', 'x-team': 'blue' });
  });
});
