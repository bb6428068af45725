import type OpenAI from 'openai';
import type { Message, Part } from '../../kernel/message.ts';
import { type ModelRequest, NO_USAGE, type StopReason, type ToolSpec, type Usage } from '../../kernel/model.ts';
import { Reported } from './failure.ts';
import { asBytes, callReader, count, cutOff, type Decoder, once, parse, type Wire } from './wire.ts';

type Param = OpenAI.Chat.Completions.ChatCompletionMessageParam;

/** Chat Completions: what OpenAI and nearly every compatible server speak. */
export const chatWire = (client: OpenAI, model: string, compatible: boolean): Wire => ({
  open(request, signal) {
    const body = bodyOf(request, model, compatible);
    return client.chat.completions.create(body, asBytes(body, signal)).asResponse();
  },
  decoder: createDecoder,
});

const bodyOf = (request: ModelRequest, model: string, compatible: boolean): OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming => ({
  model,
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'system', content: request.system }, ...request.messages.flatMap(written)],
  ...(request.tools.length === 0 ? {} : { tools: request.tools.map(offered) }),
  ...(compatible ? { max_tokens: request.max_output } : { max_completion_tokens: request.max_output }),
  ...(request.thinking && request.thinking !== 'off' ? { reasoning_effort: request.thinking } : {}),
});

const offered = once(({ name, description, schema }: ToolSpec) => ({
  type: 'function' as const,
  function: { name, description, parameters: schema as Record<string, unknown> },
}));

const written = once(params);

function params(message: Message): readonly Param[] {
  if (message.role === 'assistant') return [assistant(message.parts)];
  const answers = message.parts.flatMap((part): Param[] => (part.type === 'answer' ? [{ role: 'tool', tool_call_id: part.id, content: part.text }] : []));
  const shown = message.parts.flatMap((part) => (part.type === 'answer' ? (part.images ?? []) : part.type === 'image' ? [part] : []));
  const texts = message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (shown.length === 0) return texts.length === 0 ? answers : [...answers, { role: 'user', content: texts.join('\n\n') }];
  const content = [
    ...texts.map((text) => ({ type: 'text' as const, text })),
    ...shown.map((one) => ({ type: 'image_url' as const, image_url: { url: `data:${one.mime};base64,${one.base64}` } })),
  ];
  return [...answers, { role: 'user', content }];
}

function assistant(parts: readonly Part[]): Param {
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const calls = parts.flatMap((part) =>
    part.type === 'call' ? [{ id: part.id, type: 'function' as const, function: { name: part.name, arguments: JSON.stringify(part.input ?? {}) } }] : [],
  );
  return { role: 'assistant', content: text === '' && calls.length > 0 ? null : text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
}

interface Chunk {
  readonly choices?: readonly { readonly delta?: Delta; readonly finish_reason?: string | null }[];
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
    readonly prompt_tokens_details?: { readonly cached_tokens?: number; readonly cache_write_tokens?: number };
  } | null;
  readonly error?: { readonly message?: string; readonly code?: string | number; readonly type?: string };
}
interface Delta {
  readonly content?: string | null;
  readonly refusal?: string | null;
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly {
    readonly index?: number;
    readonly id?: string;
    readonly function?: { readonly name?: string; readonly arguments?: unknown };
  }[];
}

function createDecoder(): Decoder {
  const calls: GrowingCall[] = [];
  let text = '';
  let thinking = '';
  let reason: string | undefined;
  let usage: Usage = NO_USAGE;
  /** Nothing that belongs to the answer is still to come behind its reason to stop. */
  let counted = false;
  let refused = false;
  return {
    take(event, out) {
      if (event.data === '[DONE]') {
        counted = true;
        return;
      }
      const chunk = parse(event) as Chunk;
      if (chunk.error) throw new Reported(chunk.error.code ?? chunk.error.type, chunk.error.message);
      if (chunk.usage) {
        usage = usageOf(chunk.usage);
        counted = true;
      }
      const [choice] = chunk.choices ?? [];
      reason = choice?.finish_reason ?? reason;
      const said = saidIn(choice?.delta ?? {});
      text += said.text;
      out.text += said.text;
      thinking += said.thinking;
      out.thinking += said.thinking;
      refused ||= Boolean(choice?.delta?.refusal);
      for (const one of said.calls) grow(calls, one);
    },
    complete: () => reason !== undefined && counted,
    usage: () => usage,
    end() {
      if (reason === undefined) throw cutOff();
      const stop = refused ? 'refusal' : stopOf(reason, calls.length > 0);
      const parts: Part[] = [
        ...(thinking === '' ? [] : [{ type: 'thinking', text: thinking } as const]),
        ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ...calls.flatMap(callReader(stop)),
      ];
      return { stop, parts };
    },
  };
}

interface GrowingCall {
  readonly index: number | undefined;
  id: string;
  name: string;
  text: string;
}

/** Some servers leave the index out, others give all calls the same: another id begins another call. */
function grow(calls: GrowingCall[], { index, id = '', function: called }: NonNullable<Delta['tool_calls']>[number]): void {
  const known = index === undefined ? calls.at(-1) : calls.findLast((one) => one.index === index);
  const isOther = known === undefined || (id !== '' && known.id !== '' && known.id !== id);
  const one: GrowingCall = isOther ? { index, id, name: '', text: '' } : known;
  if (isOther) calls.push(one);
  one.id ||= id;
  one.name ||= called?.name ?? '';
  const more = called?.arguments ?? '';
  one.text += typeof more === 'string' ? more : JSON.stringify(more);
}

const saidIn = (delta: Delta) => ({
  text: delta.content ?? delta.refusal ?? '',
  thinking: delta.reasoning_content ?? delta.reasoning ?? '',
  calls: delta.tool_calls ?? [],
});

const usageOf = (usage: NonNullable<Chunk['usage']>): Usage => {
  const cache_read = count(usage.prompt_tokens_details?.cached_tokens);
  const cache_write = count(usage.prompt_tokens_details?.cache_write_tokens);
  return { input: count(count(usage.prompt_tokens) - cache_read - cache_write), output: count(usage.completion_tokens), cache_read, cache_write };
};

function stopOf(reason: string, called: boolean): StopReason {
  if (reason === 'length') return 'length';
  if (reason === 'content_filter') return 'refusal';
  return called ? 'tools' : 'end';
}
