import type { Message, Part } from './message.ts';
import type { ModelRequest, ToolSpec, Usage } from './model.ts';

/** Without a count from the provider: bytes of UTF-8 a token, on the safe side for code and English. */
const BYTES_PER_TOKEN = 3;
/** An image costs about this much wherever it goes. */
const IMAGE_TOKENS = 1600;

/** Estimates what a request will count, corrected by what the provider counted before; no work grows with the transcript. */
export interface TokenMeter {
  add(message: Message): void;
  /** Forgets everything added and starts from these. */
  reset(messages: readonly Message[]): void;
  estimate(): number;
  /** The provider counted `usage` input tokens for what was estimated at `bytes` then. */
  learn(usage: Usage): void;
}

export function createMeter(system: string, tools: readonly ToolSpec[]): TokenMeter {
  const fixed = Buffer.byteLength(system) + Buffer.byteLength(JSON.stringify(tools));
  let bytes = fixed;
  let images = 0;
  let ratio = 1 / BYTES_PER_TOKEN;
  const add = (message: Message) => {
    for (const part of message.parts) {
      bytes += bytesOf(part);
      images += part.type === 'image' ? 1 : part.type === 'answer' ? (part.images?.length ?? 0) : 0;
    }
  };
  return {
    add,
    reset(messages) {
      bytes = fixed;
      images = 0;
      for (const message of messages) add(message);
    },
    estimate: () => Math.ceil(bytes * ratio) + images * IMAGE_TOKENS,
    learn(usage) {
      const counted = usage.input + usage.cache_read + usage.cache_write;
      if (counted > 0 && bytes > 0) ratio = Math.min(1, Math.max(ratio / 2, counted / bytes));
    },
  };
}

/** Share of the window that a request may fill before older messages are summarized. */
const FULL = 0.8;
/** Messages at the end that always stay as they are. */
const KEEP = 6;

export const isNearlyFull = (estimate: number, contextTokens: number, maxOutput: number): boolean =>
  estimate + Math.min(maxOutput, contextTokens / 4) > contextTokens * FULL;

/** How many messages from the start may be summarized away; the rest begins with an assistant message. 0: nothing to gain. */
export function droppable(messages: readonly Message[]): number {
  let cut = Math.max(0, messages.length - KEEP);
  while (cut < messages.length && messages[cut]?.role !== 'assistant') cut += 1;
  return cut >= messages.length || cut < 2 ? 0 : cut;
}

const INSTRUCTION =
  'Summarize the conversation above for yourself, so that you can go on with the work without it. Keep: the task and its constraints word for word where they matter, what was decided and why, files read and changed with what is in them, commands run and their results, what is still to be done. Leave out pleasantries. Answer with the summary only.';

/** `answered` counts the summaries this conversation has had before. */
export const compactionRequest = (request: ModelRequest, dropped: readonly Message[], answered: number): ModelRequest => ({
  ...request,
  tools: [],
  messages: [...dropped.map(withoutCalls), { role: 'user', parts: [{ type: 'text', text: INSTRUCTION }] }],
  session: `${request.session}/compaction`,
  labels: { ...request.labels, agent: `compaction of ${request.labels?.agent ?? 'agent'}`, role: 'compaction' },
  answered,
});

/** Calls and their results as plain text: the summarizing request offers no tools. */
function withoutCalls(message: Message): Message {
  const parts = message.parts.flatMap((part): Part[] => {
    if (part.type === 'call') return [{ type: 'text', text: `[called ${part.name} with ${JSON.stringify(part.input)}]` }];
    if (part.type === 'answer') return [{ type: 'text', text: `[result] ${part.text}` }];
    return part.type === 'thinking' ? [] : [part];
  });
  return { role: message.role, parts: parts.length > 0 ? parts : [{ type: 'text', text: '[nothing]' }] };
}

function bytesOf(part: Part): number {
  if (part.type === 'text' || part.type === 'thinking') return Buffer.byteLength(part.text) + 4;
  if (part.type === 'answer') return Buffer.byteLength(part.text) + 40;
  if (part.type === 'call') return Buffer.byteLength(JSON.stringify(part.input)) + part.name.length + 40;
  return 0;
}
