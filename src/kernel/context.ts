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
  /** What these messages alone will count. */
  of(messages: readonly Message[]): number;
  /** The provider counted `usage` input tokens for what was estimated at `bytes` then. */
  learn(usage: Usage): void;
  /** The same from an earlier life, in the order of its requests. */
  recall(estimate: number, usage: Usage): void;
}

const NOTHING = { tokens: 0, bytes: 0, images: 0 };

export function createMeter(system: string, tools: readonly ToolSpec[]): TokenMeter {
  const fixed = Buffer.byteLength(system) + Buffer.byteLength(JSON.stringify(tools));
  let bytes = fixed;
  let images = 0;
  let ratio = 1 / BYTES_PER_TOKEN;
  /** What was counted last, and of how much: only what came since is guessed, and on the safe side, so that no limit is passed. */
  let known = NOTHING;
  const add = (message: Message) => {
    for (const part of message.parts) {
      bytes += bytesOf(part);
      images += imagesIn(part);
    }
  };
  const correct = (usage: Usage, sent: { bytes: number; images: number }): void => {
    const counted = usage.input + usage.cache_read + usage.cache_write - sent.images * IMAGE_TOKENS;
    if (counted > 0 && sent.bytes > 0) ratio = Math.min(1, Math.max(ratio / 2, counted / sent.bytes));
  };
  return {
    add,
    of(messages) {
      const parts = messages.flatMap((message) => message.parts);
      const sum = (count: (part: Part) => number) => parts.reduce((total, part) => total + count(part), 0);
      return Math.ceil(sum(bytesOf) * ratio) + sum(imagesIn) * IMAGE_TOKENS;
    },
    reset(messages) {
      bytes = fixed;
      images = 0;
      known = NOTHING;
      for (const message of messages) add(message);
    },
    estimate() {
      const { tokens, ...of } = known;
      return tokens + Math.ceil((bytes - of.bytes) * Math.max(ratio, 1 / BYTES_PER_TOKEN)) + (images - of.images) * IMAGE_TOKENS;
    },
    learn(usage) {
      const tokens = usage.input + usage.cache_read + usage.cache_write;
      if (tokens > 0) known = { tokens, bytes, images };
      correct(usage, { bytes, images });
    },
    recall: (estimate, usage) => correct(usage, { bytes: estimate / ratio, images: 0 }),
  };
}

/** Share of the window that a request may fill before older messages are summarized. */
const FULL = 0.8;
/** Messages at the end that stay as they are: fewer when these are too long themselves. */
const KEEPS = [6, 4, 2];

export const isNearlyFull = (estimate: number, contextTokens: number, maxOutput: number): boolean =>
  estimate + Math.min(maxOutput, contextTokens / 4) > contextTokens * FULL;

/** How many messages from the start may be summarized away; the rest begins with an assistant message. 0: nothing to gain. */
export function droppable(messages: readonly Message[], fits: (kept: readonly Message[]) => boolean): number {
  const cuts = KEEPS.map((keep) => {
    const at = Math.max(0, messages.length - keep);
    return messages.findIndex((message, n) => n >= at && message.role === 'assistant');
  }).filter((cut) => cut >= 2);
  return cuts.find((cut) => fits(messages.slice(cut))) ?? cuts.at(-1) ?? 0;
}

const INSTRUCTION =
  'Summarize the conversation above for yourself, so that you can go on with the work without it. Keep: the task and its constraints word for word where they matter, what was decided and why, files read and changed with what is in them, commands run and their results, what is still to be done. Leave out pleasantries. Answer with the summary only.';

/** What is summarized. */
export interface Dropped {
  readonly messages: readonly Message[];
  /** What is too long for so many bytes is told with its longest texts cut. */
  readonly most: number;
  /** What the user wants to be kept above all. */
  readonly keep: readonly string[];
}

/** The request for a summary. `answered` counts the summaries this conversation has had before. */
export const compactionRequest = (request: ModelRequest, { messages, most, keep }: Dropped, answered: number): ModelRequest => ({
  ...request,
  tools: [],
  messages: [...cutTo(most, messages.map(withoutCalls)), { role: 'user', parts: [{ type: 'text', text: asking(keep) }] }],
  session: `${request.session}/compaction`,
  labels: { ...request.labels, agent: `compaction of ${request.labels?.agent ?? 'agent'}`, role: 'compaction' },
  answered,
});

function asking(keep: readonly string[]): string {
  const said = keep.filter((text) => text.trim() !== '');
  return said.length === 0 ? INSTRUCTION : `${INSTRUCTION}\nAbove all keep what the user asks for: ${said.join('; ')}`;
}

function cutTo(most: number, messages: readonly Message[]): readonly Message[] {
  const parts = messages.flatMap((message) => message.parts);
  if (parts.reduce((total, part) => total + bytesOf(part), 0) <= most) return messages;
  const share = Math.max(200, Math.floor(most / parts.length));
  const cut = (part: Part): Part => (part.type === 'text' && part.text.length > share ? { type: 'text', text: `${part.text.slice(0, share)} [cut]` } : part);
  return messages.map(({ role, parts: own }) => ({ role, parts: own.map(cut) }));
}

/** Calls and their results as plain text: the summarizing request offers no tools. */
function withoutCalls(message: Message): Message {
  const parts = message.parts.flatMap((part): Part[] => {
    if (part.type === 'call') return [{ type: 'text', text: `[called ${part.name} with ${part.malformed ?? JSON.stringify(part.input)}]` }];
    if (part.type === 'answer') return [{ type: 'text', text: `[result] ${part.text}` }];
    return part.type === 'thinking' ? [] : [part];
  });
  return { role: message.role, parts: parts.length > 0 ? parts : [{ type: 'text', text: '[nothing]' }] };
}

const imagesIn = (part: Part): number => (part.type === 'image' ? 1 : part.type === 'answer' ? (part.images?.length ?? 0) : 0);

function bytesOf(part: Part): number {
  if (part.type === 'text' || part.type === 'thinking') return Buffer.byteLength(part.text) + 4;
  if (part.type === 'answer') return Buffer.byteLength(part.text) + 40;
  if (part.type === 'call') return Buffer.byteLength(JSON.stringify(part.input)) + part.name.length + 40;
  return 0;
}
