import type Anthropic from '@anthropic-ai/sdk';
import type { Message, Part } from '../../kernel/message.ts';
import { type ModelRequest, NO_USAGE, type StopReason, type Usage } from '../../kernel/model.ts';
import { callPart, cutOff, type Decoder, Failure, finished, parse, type Wire } from './wire.ts';

type Block = Anthropic.ContentBlockParam;

/** The Messages API, with prompt caching on the tools, the instructions and the end of the conversation. */
export const anthropicWire = (client: Anthropic, model: string): Wire => ({
  open: (request, signal) => client.messages.create(body(request, model), { signal }).asResponse(),
  decoder: createDecoder,
});

const CACHED = { cache_control: { type: 'ephemeral' as const } };

function body(request: ModelRequest, model: string): Anthropic.MessageCreateParamsStreaming {
  const { tools, messages } = request;
  return {
    model,
    stream: true,
    max_tokens: request.max_output,
    system: [{ type: 'text', text: request.system, ...CACHED }],
    messages: messages.map((message, at) => ({ role: message.role, content: blocks(message, at === messages.length - 1) })),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, schema }, at) => ({
            name,
            description,
            input_schema: schema as Anthropic.Tool.InputSchema,
            ...(at === tools.length - 1 ? CACHED : {}),
          })),
        }),
    ...(request.thinking && request.thinking !== 'off' ? { thinking: { type: 'adaptive' as const }, output_config: { effort: request.thinking } } : {}),
  };
}

function blocks(message: Message, last: boolean): Block[] {
  const out = message.parts.flatMap((part): Block[] => blockOf(part) ?? []);
  const end = out.at(-1);
  if (last && end && end.type !== 'thinking' && end.type !== 'redacted_thinking') out[out.length - 1] = { ...end, ...CACHED } as Block;
  return out;
}

function blockOf(part: Part): Block[] | undefined {
  switch (part.type) {
    case 'text':
      return part.text === '' ? undefined : [{ type: 'text', text: part.text }];
    case 'image':
      return [image(part)];
    case 'call':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: part.input ?? {} }];
    case 'answer':
      return [
        {
          type: 'tool_result',
          tool_use_id: part.id,
          is_error: !part.ok,
          content: [{ type: 'text', text: part.text || '[no output]' }, ...(part.images ?? []).map(image)],
        },
      ];
    default:
      if (part.redacted !== undefined) return [{ type: 'redacted_thinking', data: part.redacted }];
      // An unsigned thought was cut off: it may not be sent back.
      return part.signature === undefined ? undefined : [{ type: 'thinking', thinking: part.text, signature: part.signature }];
  }
}

const image = (one: { mime: string; base64: string }): Anthropic.ImageBlockParam => ({
  type: 'image',
  source: { type: 'base64', media_type: one.mime as 'image/png', data: one.base64 },
});

interface Counted {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
}
interface Event {
  readonly type?: string;
  readonly index?: number;
  readonly message?: { readonly usage?: Counted };
  readonly content_block?: { readonly type?: string; readonly id?: string; readonly name?: string; readonly data?: string };
  readonly delta?: {
    readonly type?: string;
    readonly text?: string;
    readonly thinking?: string;
    readonly signature?: string;
    readonly partial_json?: string;
    readonly stop_reason?: string | null;
  };
  readonly usage?: Counted;
  readonly error?: { readonly type?: string; readonly message?: string };
}

interface Growing {
  type: string;
  id: string;
  name: string;
  text: string;
  signature: string | undefined;
}

function createDecoder(): Decoder {
  const growing: Growing[] = [];
  let usage: Usage = NO_USAGE;
  let stop: string | undefined;
  let stopped = false;
  const delta = ({ index = 0, delta: change }: Event, out: { text: string; thinking: string }) => {
    const block = growing[index];
    if (!block || !change) return;
    if (change.text !== undefined) out.text += change.text;
    if (change.thinking !== undefined) out.thinking += change.thinking;
    block.text += change.text ?? change.thinking ?? change.partial_json ?? '';
    block.signature = change.signature ?? block.signature;
  };
  return {
    take({ data }, out) {
      const event = parse(data) as Event;
      switch (event.type) {
        case 'message_start':
          usage = counted(usage, event.message?.usage);
          break;
        case 'content_block_start':
          growing[event.index ?? growing.length] = {
            type: event.content_block?.type ?? '',
            id: event.content_block?.id ?? '',
            name: event.content_block?.name ?? '',
            text: event.content_block?.data ?? '',
            signature: undefined,
          };
          break;
        case 'content_block_delta':
          delta(event, out);
          break;
        case 'message_delta':
          stop = event.delta?.stop_reason ?? stop;
          usage = counted(usage, event.usage);
          break;
        case 'message_stop':
          stopped = true;
          break;
        case 'error':
          throw streamError(event.error);
      }
    },
    usage: () => usage,
    end() {
      if (!stopped || stop === undefined) throw cutOff();
      return finished(
        stopOf(stop),
        growing.flatMap((block) => partOf(block) ?? []),
      );
    },
  };
}

const counted = (usage: Usage, more: Counted | undefined): Usage => ({
  input: more?.input_tokens ?? usage.input,
  output: more?.output_tokens ?? usage.output,
  cache_read: more?.cache_read_input_tokens ?? usage.cache_read,
  cache_write: more?.cache_creation_input_tokens ?? usage.cache_write,
});

function partOf(block: Growing): Part | undefined {
  if (block.type === 'text') return block.text === '' ? undefined : { type: 'text', text: block.text };
  if (block.type === 'thinking') return { type: 'thinking', text: block.text, ...(block.signature === undefined ? {} : { signature: block.signature }) };
  if (block.type === 'redacted_thinking') return { type: 'thinking', text: '', redacted: block.text };
  return block.type === 'tool_use' ? callPart(block.id, block.name, block.text) : undefined;
}

function stopOf(reason: string): StopReason {
  if (reason === 'tool_use') return 'tools';
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  return reason === 'refusal' ? 'refusal' : 'end';
}

function streamError(error: Event['error']): Failure {
  const message = error?.message ?? 'the provider reported an error in the stream';
  const final = error?.type === 'invalid_request_error' || error?.type === 'authentication_error' || error?.type === 'permission_error';
  return new Failure(final ? 'PROVIDER' : 'PROVIDER_UNAVAILABLE', message, { retry: !final });
}
