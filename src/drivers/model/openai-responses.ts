import type OpenAI from 'openai';
import type { Message, Part } from '../../kernel/message.ts';
import { type ModelRequest, NO_USAGE, type StopReason, type ToolSpec, type Usage } from '../../kernel/model.ts';
import { Reported } from './failure.ts';
import { asBytes, callReader, count, cutOff, type Decoder, once, parse, type RawCall, type Wire } from './wire.ts';

type Item = OpenAI.Responses.ResponseInputItem;

/** The Responses API, stateless: for providers that are configured with `api: responses`. */
export const responsesWire = (client: OpenAI, model: string): Wire => ({
  open(request, signal) {
    const body = bodyOf(request, model);
    return client.responses.create(body, asBytes(body, signal)).asResponse();
  },
  decoder: createDecoder,
});

const bodyOf = (request: ModelRequest, model: string): OpenAI.Responses.ResponseCreateParamsStreaming => ({
  model,
  stream: true,
  store: false,
  instructions: request.system,
  input: request.messages.flatMap(written),
  max_output_tokens: request.max_output,
  ...(request.tools.length === 0 ? {} : { tools: request.tools.map(offered) }),
  ...(request.thinking && request.thinking !== 'off' ? { reasoning: { effort: request.thinking } } : {}),
});

const offered = once(({ name, description, schema }: ToolSpec) => ({
  type: 'function' as const,
  name,
  description,
  parameters: schema as Record<string, unknown>,
  strict: false,
}));

const written = once((message: Message): readonly Item[] => message.parts.flatMap((part) => itemsOf(message.role, part)));

function itemsOf(role: Message['role'], part: Part): readonly Item[] {
  switch (part.type) {
    case 'text':
      return [{ role, content: part.text }];
    case 'call':
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: JSON.stringify(part.input ?? {}) }];
    case 'answer':
      return [{ type: 'function_call_output', call_id: part.id, output: part.text }, ...(part.images ?? []).map(picture)];
    case 'image':
      return [picture(part)];
    default:
      return [];
  }
}

const picture = (image: { mime: string; base64: string }): Item => ({
  role: 'user',
  content: [{ type: 'input_image', detail: 'auto', image_url: `data:${image.mime};base64,${image.base64}` }],
});

interface Event {
  readonly type?: string;
  readonly delta?: string;
  readonly message?: string;
  readonly code?: string | null;
  readonly item?: { readonly type?: string; readonly call_id?: string; readonly name?: string; readonly arguments?: string };
  readonly response?: {
    readonly status?: string;
    readonly error?: { readonly message?: string; readonly code?: string } | null;
    readonly incomplete_details?: { readonly reason?: string } | null;
    readonly usage?: {
      readonly input_tokens?: number;
      readonly output_tokens?: number;
      readonly input_tokens_details?: { readonly cached_tokens?: number; readonly cache_write_tokens?: number };
    } | null;
  };
}

const TEXT = new Set(['response.output_text.delta']);
const THOUGHT = new Set(['response.reasoning_summary_text.delta', 'response.reasoning_text.delta']);
const CLOSING = new Set(['response.completed', 'response.incomplete']);
const FAILED = new Set(['response.failed', 'error']);

const callIn = ({ type, item }: Event): readonly RawCall[] =>
  type === 'response.output_item.done' && item?.type === 'function_call' ? [{ id: item.call_id ?? '', name: item.name ?? '', text: item.arguments ?? '' }] : [];

const reported = ({ response, code, message }: Event): Reported => new Reported(response?.error?.code ?? code, response?.error?.message ?? message);

function usageOf(usage: NonNullable<NonNullable<Event['response']>['usage']>): Usage {
  const cache_read = count(usage.input_tokens_details?.cached_tokens);
  const cache_write = count(usage.input_tokens_details?.cache_write_tokens);
  return { input: count(count(usage.input_tokens) - cache_read - cache_write), output: count(usage.output_tokens), cache_read, cache_write };
}

function createDecoder(): Decoder {
  const calls: RawCall[] = [];
  let text = '';
  let thinking = '';
  let usage: Usage = NO_USAGE;
  let end: StopReason | undefined;
  const closing = (event: Event) => {
    const { response } = event;
    usage = response?.usage ? usageOf(response.usage) : usage;
    if (event.type === 'response.completed') end = 'end';
    else end = response?.incomplete_details?.reason === 'content_filter' ? 'refusal' : 'length';
  };
  return {
    take(raw, out) {
      if (raw.data === '[DONE]') return;
      const event = parse(raw) as Event;
      const { type = '', delta = '' } = event;
      if (TEXT.has(type)) {
        text += delta;
        out.text += delta;
      }
      if (THOUGHT.has(type)) {
        thinking += delta;
        out.thinking += delta;
      }
      if (CLOSING.has(type)) closing(event);
      if (FAILED.has(type)) throw reported(event);
      calls.push(...callIn(event));
    },
    complete: () => end !== undefined,
    usage: () => usage,
    end() {
      if (end === undefined) throw cutOff();
      const stop = end === 'end' && calls.length > 0 ? 'tools' : end;
      const parts: Part[] = [
        ...(thinking === '' ? [] : [{ type: 'thinking', text: thinking } as const]),
        ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ...calls.flatMap(callReader(stop)),
      ];
      return { stop, parts };
    },
  };
}
