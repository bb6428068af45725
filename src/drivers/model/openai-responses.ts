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

function items(message: Message): readonly Item[] {
  const out: Item[] = [];
  for (const part of message.parts) {
    if (part.type === 'text') out.push({ role: message.role, content: part.text });
    if (part.type === 'call') out.push({ type: 'function_call', call_id: part.id, name: part.name, arguments: JSON.stringify(part.input ?? {}) });
    if (part.type === 'answer') out.push({ type: 'function_call_output', call_id: part.id, output: part.text });
    const images = part.type === 'answer' ? (part.images ?? []) : part.type === 'image' ? [part] : [];
    for (const image of images)
      out.push({ role: 'user', content: [{ type: 'input_image', detail: 'auto', image_url: `data:${image.mime};base64,${image.base64}` }] });
  }
  return out;
}

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
      switch (event.type) {
        case 'response.output_text.delta':
          text += event.delta ?? '';
          out.text += event.delta ?? '';
          break;
        case 'response.reasoning_summary_text.delta':
        case 'response.reasoning_text.delta':
          thinking += event.delta ?? '';
          out.thinking += event.delta ?? '';
          break;
        case 'response.output_item.done':
          if (event.item?.type === 'function_call') calls.push(callPart(event.item.call_id ?? '', event.item.name ?? '', event.item.arguments ?? ''));
          break;
        case 'response.completed':
        case 'response.incomplete':
          closing(event);
          break;
        case 'response.failed':
        case 'error':
          throw new Failure('PROVIDER_UNAVAILABLE', event.response?.error?.message ?? event.message ?? 'the provider reported an error in the stream', {
            retry: true,
          });
      }
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
