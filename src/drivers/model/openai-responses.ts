import type OpenAI from 'openai';
import type { Message, Part } from '../../kernel/message.ts';
import { NO_USAGE, type Usage } from '../../kernel/model.ts';
import { callPart, cutOff, type Decoder, Failure, finished, parse, type Wire } from './wire.ts';

type Item = OpenAI.Responses.ResponseInputItem;

/** The Responses API, stateless: for providers that are configured with `api: responses`. */
export const responsesWire = (client: OpenAI, model: string): Wire => ({
  open: (request, signal) =>
    client.responses
      .create(
        {
          model,
          stream: true,
          store: false,
          instructions: request.system,
          input: request.messages.flatMap(items),
          max_output_tokens: request.max_output,
          ...(request.tools.length === 0
            ? {}
            : {
                tools: request.tools.map(({ name, description, schema }) => ({
                  type: 'function' as const,
                  name,
                  description,
                  parameters: schema as Record<string, unknown>,
                  strict: false,
                })),
              }),
          ...(request.thinking && request.thinking !== 'off' ? { reasoning: { effort: request.thinking } } : {}),
        },
        { signal },
      )
      .asResponse(),
  decoder: createDecoder,
});

const items = (message: Message): readonly Item[] => message.parts.flatMap((part) => itemsOf(message.role, part));

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
  readonly item?: { readonly type?: string; readonly call_id?: string; readonly name?: string; readonly arguments?: string };
  readonly response?: {
    readonly status?: string;
    readonly error?: { readonly message?: string } | null;
    readonly incomplete_details?: { readonly reason?: string } | null;
    readonly usage?: {
      readonly input_tokens?: number;
      readonly output_tokens?: number;
      readonly input_tokens_details?: { readonly cached_tokens?: number };
    } | null;
  };
}

const TEXT = new Set(['response.output_text.delta']);
const THOUGHT = new Set(['response.reasoning_summary_text.delta', 'response.reasoning_text.delta']);
const CLOSING = new Set(['response.completed', 'response.incomplete']);
const FAILED = new Set(['response.failed', 'error']);

const callIn = ({ type, item }: Event): readonly Part[] =>
  type === 'response.output_item.done' && item?.type === 'function_call' ? [callPart(item.call_id ?? '', item.name ?? '', item.arguments ?? '')] : [];

const reported = (event: Event): Failure =>
  new Failure('PROVIDER_UNAVAILABLE', event.response?.error?.message ?? event.message ?? 'the provider reported an error in the stream', { retry: true });

function createDecoder(): Decoder {
  const calls: Part[] = [];
  let text = '';
  let thinking = '';
  let usage: Usage = NO_USAGE;
  let end: 'done' | 'length' | 'refusal' | undefined;
  const closing = (event: Event) => {
    const { response } = event;
    const cached = response?.usage?.input_tokens_details?.cached_tokens ?? 0;
    usage = { input: (response?.usage?.input_tokens ?? 0) - cached, output: response?.usage?.output_tokens ?? 0, cache_read: cached, cache_write: 0 };
    end = event.type === 'response.completed' ? 'done' : response?.incomplete_details?.reason === 'content_filter' ? 'refusal' : 'length';
  };
  return {
    take({ data }, out) {
      const event = parse(data) as Event;
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
    usage: () => usage,
    end() {
      if (end === undefined) throw cutOff();
      const parts: Part[] = [
        ...(thinking === '' ? [] : [{ type: 'thinking', text: thinking } as const]),
        ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ...calls,
      ];
      return finished(end === 'done' ? (calls.length > 0 ? 'tools' : 'end') : end, parts);
    },
  };
}
