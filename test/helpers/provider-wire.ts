/** The wire formats that providers speak. */
export type Api = 'anthropic' | 'chat' | 'responses';

/** One piece of an answer. */
export type Block =
  | { readonly text: string }
  | { readonly thinking: string; readonly signature?: string }
  | { readonly redacted: string }
  /** `raw` is the text of the arguments as it stands, JSON or not. */
  | { readonly call: string; readonly input?: object; readonly raw?: string; readonly id?: string };

/** Tokens as Oxios counts them: the three input figures do not overlap. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
}

export interface Reply {
  readonly blocks: readonly Block[];
  /** Omitted: what the blocks imply. */
  readonly stop?: 'length' | 'refusal';
  /** null: the provider counts nothing. */
  readonly tokens?: Tokens | null;
}

/** Where a request for this API goes, behind the server's root. */
export const PATHS: Readonly<Record<string, Api>> = { '/v1/messages': 'anthropic', '/v1/chat/completions': 'chat', '/v1/responses': 'responses' };

/** An answer as the bytes of its events, one after the other. */
export const eventsOf = (api: Api, reply: Reply): readonly string[] => FORMATS[api](reply);

/** An error as it stands inside a stream. */
export const errorEvent = (api: Api, type: string, message: string): string =>
  api === 'anthropic'
    ? named({ type: 'error', error: { type, message } })
    : api === 'chat'
      ? plain({ error: { message, code: type } })
      : named({ type: 'error', code: type, message, param: null, sequence_number: 1 });

const plain = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const named = (data: { readonly type: string; readonly [key: string]: unknown }): string => `event: ${data.type}\n${plain(data)}`;

/** As models stream: a few characters at a time, never in the middle of one. */
const pieces = (text: string): readonly string[] => (text.length > 2000 ? [text] : (text.match(/[\s\S]{1,12}/gu) ?? []));

const argumentsOf = (block: Extract<Block, { call: string }>): string => block.raw ?? JSON.stringify(block.input ?? {});
const idOf = (block: Extract<Block, { call: string }>, at: number): string => block.id ?? `call_${at}_${block.call}`;
const hasCall = (reply: Reply): boolean => reply.blocks.some((block) => 'call' in block);

const TOKENS: Tokens = { input: 100, output: 20 };

function anthropic(reply: Reply): readonly string[] {
  const { input, output, cache_read = 0, cache_write = 0 } = reply.tokens ?? TOKENS;
  const usage = { input_tokens: input, cache_read_input_tokens: cache_read, cache_creation_input_tokens: cache_write, output_tokens: 1 };
  const stop_reason = reply.stop === 'length' ? 'max_tokens' : (reply.stop ?? (hasCall(reply) ? 'tool_use' : 'end_turn'));
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage };
  return [
    named({ type: 'message_start', message }),
    named({ type: 'ping' }),
    ...reply.blocks.flatMap((block, index) => {
      const [content_block, deltas] = anthropicBlock(block, index);
      return [
        named({ type: 'content_block_start', index, content_block }),
        ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
        named({ type: 'content_block_stop', index }),
      ];
    }),
    named({ type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: output } }),
    named({ type: 'message_stop' }),
  ];
}

function anthropicBlock(block: Block, at: number): readonly [start: object, deltas: readonly object[]] {
  if ('text' in block) return [{ type: 'text', text: '' }, pieces(block.text).map((text) => ({ type: 'text_delta', text }))];
  if ('redacted' in block) return [{ type: 'redacted_thinking', data: block.redacted }, []];
  if ('thinking' in block) {
    const signature = block.signature === undefined ? [] : [{ type: 'signature_delta', signature: block.signature }];
    return [
      { type: 'thinking', thinking: '', signature: '' },
      [...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })), ...signature],
    ];
  }
  return [
    { type: 'tool_use', id: idOf(block, at), name: block.call, input: {} },
    pieces(argumentsOf(block)).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  ];
}

function chat(reply: Reply): readonly string[] {
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
  const chunk = (delta: object, finish_reason: string | null = null) => plain({ ...base, choices: [{ index: 0, delta, finish_reason }], usage: null });
  const finish = reply.stop === 'refusal' ? 'content_filter' : (reply.stop ?? (hasCall(reply) ? 'tool_calls' : 'stop'));
  const calls = reply.blocks.filter((block) => 'call' in block);
  return [
    chunk({ role: 'assistant', content: '' }),
    ...reply.blocks.flatMap((block) => {
      if ('text' in block) return pieces(block.text).map((content) => chunk({ content }));
      if ('thinking' in block) return pieces(block.thinking).map((reasoning_content) => chunk({ reasoning_content }));
      if ('redacted' in block) return [];
      const index = calls.indexOf(block);
      return [
        chunk({ tool_calls: [{ index, id: idOf(block, index), type: 'function', function: { name: block.call, arguments: '' } }] }),
        ...pieces(argumentsOf(block)).map((text) => chunk({ tool_calls: [{ index, function: { arguments: text } }] })),
      ];
    }),
    chunk({}, finish),
    ...(reply.tokens === null ? [] : [plain({ ...base, choices: [], usage: chatUsage(reply.tokens ?? TOKENS) })]),
    'data: [DONE]\n\n',
  ];
}

const chatUsage = ({ input, output, cache_read = 0, cache_write = 0 }: Tokens) => ({
  prompt_tokens: input + cache_read + cache_write,
  completion_tokens: output,
  total_tokens: input + cache_read + cache_write + output,
  prompt_tokens_details: { cached_tokens: cache_read, cache_write_tokens: cache_write },
});

function responses(reply: Reply): readonly string[] {
  const { input, output, cache_read = 0, cache_write = 0 } = reply.tokens ?? TOKENS;
  const details = { cached_tokens: cache_read, cache_write_tokens: cache_write };
  const usage = { input_tokens: input + cache_read + cache_write, output_tokens: output, total_tokens: 0, input_tokens_details: details };
  const response = (status: string, more: object = {}) => ({ id: 'resp_1', object: 'response', status, model: 'm', output: [], error: null, ...more });
  const event = (type: string, more: object) => named({ type, ...more });
  const reason = reply.stop === 'refusal' ? 'content_filter' : 'max_output_tokens';
  return [
    event('response.created', { response: response('in_progress') }),
    ...reply.blocks.flatMap((block, output_index) => responsesBlock(block, output_index).map(([type, more]) => event(type, { output_index, ...more }))),
    reply.stop === undefined
      ? event('response.completed', { response: response('completed', { usage }) })
      : event('response.incomplete', { response: response('incomplete', { usage, incomplete_details: { reason } }) }),
  ];
}

function responsesBlock(block: Block, at: number): readonly (readonly [type: string, more: object])[] {
  if ('text' in block) {
    const item = { type: 'message', id: `msg_${at}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: block.text }] };
    return [
      ['response.output_item.added', { item: { ...item, status: 'in_progress', content: [] } }],
      ...pieces(block.text).map((delta) => ['response.output_text.delta', { item_id: item.id, content_index: 0, delta }] as const),
      ['response.output_text.done', { item_id: item.id, content_index: 0, text: block.text }],
      ['response.output_item.done', { item }],
    ];
  }
  if ('redacted' in block) return [];
  if ('thinking' in block)
    return pieces(block.thinking).map((delta) => ['response.reasoning_summary_text.delta', { item_id: `rs_${at}`, summary_index: 0, delta }] as const);
  const item = { type: 'function_call', id: `fc_${at}`, call_id: idOf(block, at), name: block.call, arguments: argumentsOf(block), status: 'completed' };
  return [
    ['response.output_item.added', { item: { ...item, arguments: '', status: 'in_progress' } }],
    ...pieces(item.arguments).map((delta) => ['response.function_call_arguments.delta', { item_id: item.id, delta }] as const),
    ['response.function_call_arguments.done', { item_id: item.id, arguments: item.arguments }],
    ['response.output_item.done', { item }],
  ];
}

const FORMATS: Readonly<Record<Api, (reply: Reply) => readonly string[]>> = { anthropic, chat, responses };
