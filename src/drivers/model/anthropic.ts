import type Anthropic from '@anthropic-ai/sdk';
import type { Message, Part } from '../../kernel/message.ts';
import { type ModelRequest, NO_USAGE, type StopReason, type ToolSpec, type Usage } from '../../kernel/model.ts';
import { Reported } from './failure.ts';
import { asBytes, callReader, count, cutOff, type Decoder, once, parse, type Wire } from './wire.ts';

type Block = Anthropic.ContentBlockParam;

/** The Messages API, with prompt caching on the tools, the instructions and the end of the conversation. */
export const anthropicWire = (client: Anthropic, model: string): Wire => ({
  // Not `messages.create`: it writes to the terminal about models that will be gone one day.
  open: (request, signal) => client.post('/v1/messages', { ...asBytes(bodyOf(request, model), signal), stream: true }).asResponse(),
  decoder: createDecoder,
});

const CACHED = { cache_control: { type: 'ephemeral' as const } };

function bodyOf(request: ModelRequest, model: string): Anthropic.MessageCreateParamsStreaming {
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
          tools: tools.map((tool, at) => (at === tools.length - 1 ? { ...offered(tool), ...CACHED } : offered(tool))),
        }),
    ...thinkingOf(request, model),
  };
}

/** Models of this generation and before know no effort: they are given a share of their answer to think in. */
const FIXED_BUDGET = /claude-(3|(opus|sonnet|haiku)-4(-[015])?(-\d{8})?$)/u;
const SHARES = { low: 0.15, medium: 0.35, high: 0.6 } as const;
/** The least the API takes, tokens. */
const MIN_BUDGET = 1024;

function thinkingOf({ thinking, max_output }: ModelRequest, model: string): Pick<Anthropic.MessageCreateParamsStreaming, 'thinking' | 'output_config'> {
  if (thinking === undefined || thinking === 'off') return {};
  if (!FIXED_BUDGET.test(model)) return { thinking: { type: 'adaptive' }, output_config: { effort: thinking } };
  const budget_tokens = Math.max(MIN_BUDGET, Math.round(max_output * SHARES[thinking]));
  return budget_tokens < max_output ? { thinking: { type: 'enabled', budget_tokens } } : {};
}

const offered = once(({ name, description, schema }: ToolSpec) => ({ name, description, input_schema: schema as Anthropic.Tool.InputSchema }));

function blocks(message: Message, last: boolean): Block[] {
  const out = written(message);
  const end = out.at(-1);
  return last && end && end.type !== 'thinking' && end.type !== 'redacted_thinking' ? [...out.slice(0, -1), { ...end, ...CACHED } as Block] : out;
}

const written = once((message: Message): Block[] => {
  const blocks = message.parts.flatMap((part): Block[] => blockOf(part) ?? []);
  // An answer of nothing, or of a thought that was cut off, is in the transcript all the same: turns must alternate.
  return blocks.length > 0 ? blocks : [{ type: 'text', text: '[nothing]' }];
});

function blockOf(part: Part): Block[] | undefined {
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? undefined : [{ type: 'text', text: part.text }];
    case 'image':
      return [image(part)];
    case 'call':
      return [{ type: 'tool_use', id: idOf(part.id), name: part.name, input: part.input ?? {} }];
    case 'answer':
      return [
        {
          type: 'tool_result',
          tool_use_id: idOf(part.id),
          is_error: !part.ok,
          content: [{ type: 'text', text: part.text.trim() === '' ? '[no output]' : part.text }, ...(part.images ?? []).map(image)],
        },
      ];
    default:
      if (part.redacted !== undefined) return [{ type: 'redacted_thinking', data: part.redacted }];
      // An unsigned thought was cut off: it may not be sent back.
      return part.signature === undefined ? undefined : [{ type: 'thinking', thinking: part.text, signature: part.signature }];
  }
}

/** Another provider's ids may hold characters that this one refuses. */
const idOf = (id: string): string => id.replaceAll(/[^\w-]/gu, '_');

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
  const growing = new Map<number, Growing>();
  let usage: Usage = NO_USAGE;
  let stop: string | undefined;
  let stopped = false;
  const delta = ({ index = 0, delta: change }: Event, out: { text: string; thinking: string }) => {
    const block = growing.get(index);
    if (!block || !change) return;
    if (change.text !== undefined) out.text += change.text;
    if (change.thinking !== undefined) out.thinking += change.thinking;
    block.text += change.text ?? change.thinking ?? change.partial_json ?? '';
    block.signature = change.signature ?? block.signature;
  };
  return {
    take(raw, out) {
      if (raw.data === '[DONE]') return;
      const event = parse(raw) as Event;
      switch (event.type) {
        case 'message_start':
          usage = counted(usage, event.message?.usage);
          break;
        case 'content_block_start':
          growing.set(event.index ?? growing.size, {
            type: event.content_block?.type ?? '',
            id: event.content_block?.id ?? '',
            name: event.content_block?.name ?? '',
            text: event.content_block?.data ?? '',
            signature: undefined,
          });
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
          throw new Reported(event.error?.type, event.error?.message);
      }
    },
    complete: () => stopped && stop !== undefined,
    usage: () => usage,
    end() {
      if (!stopped || stop === undefined) throw cutOff();
      const reason = stopOf(stop);
      const call = callReader(reason);
      return { stop: reason, parts: [...growing.values()].flatMap((block) => (block.type === 'tool_use' ? call(block) : partOf(block))) };
    },
  };
}

const counted = (usage: Usage, more: Counted | undefined): Usage => ({
  input: count(more?.input_tokens ?? usage.input),
  output: count(more?.output_tokens ?? usage.output),
  cache_read: count(more?.cache_read_input_tokens ?? usage.cache_read),
  cache_write: count(more?.cache_creation_input_tokens ?? usage.cache_write),
});

function partOf({ type, text, signature }: Growing): readonly Part[] {
  if (type === 'text') return text === '' ? [] : [{ type, text }];
  if (type === 'thinking') return [{ type, text, ...(signature === undefined ? {} : { signature }) }];
  return type === 'redacted_thinking' ? [{ type: 'thinking', text: '', redacted: text }] : [];
}

function stopOf(reason: string): StopReason {
  if (reason === 'tool_use') return 'tools';
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  return reason === 'refusal' ? 'refusal' : 'end';
}
