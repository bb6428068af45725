import { compactionRequest, droppable } from './context.ts';
import { OxiosError } from './errors.ts';
import { type Message, textOf } from './message.ts';
import type { ModelDone, ModelRequest } from './model.ts';
import { Ended } from './process.ts';
import { type Requester, request } from './request.ts';
import { shorten } from './transcript.ts';

/** An agent as far as summaries of its conversation go. */
export interface Summarizer extends Requester {
  readonly messages: Message[];
  /** Its next request, as it would be now. */
  wanted(): ModelRequest;
  /** Takes what was said to it into the conversation. */
  hear(): void;
  summaries: number;
  /** Wishes that the summary under way heeds. */
  granted: number;
}

/** Share of the window that unsummarized messages may keep, and bytes that are summarized at once for each of its tokens: three would fill it. */
const KEPT = 0.4;
const SUMMARIZED = 1.8;

/** Replaces older messages by a summary; the log keeps them. False when there is nothing to summarize. */
export async function compact(agent: Summarizer): Promise<boolean> {
  const { proc, meter, messages } = agent;
  const { context_tokens } = agent.model.facts;
  for (;;) {
    agent.granted = proc.wishes.length;
    const dropped = droppable(messages, (kept) => meter.of(kept) <= context_tokens * KEPT);
    if (dropped === 0) {
      proc.wishes.splice(0);
      return false;
    }
    const before_tokens = meter.estimate();
    const past = { messages: messages.slice(0, dropped), most: context_tokens * SUMMARIZED, keep: [...proc.wishes] };
    const done = await request(agent, compactionRequest(agent.wanted(), past, agent.summaries), 'compaction');
    if (!done) {
      agent.hear();
      continue;
    }
    proc.wishes.splice(0, agent.granted);
    if (!done.ok) throw failureOf(done);
    await shortenBy(agent, { dropped, before_tokens, summary: textOf(done.parts) });
    return true;
  }
}

interface Shortened {
  readonly summary: string;
  readonly dropped: number;
  readonly before_tokens: number;
}

async function shortenBy(agent: Summarizer, { summary, dropped, before_tokens }: Shortened): Promise<void> {
  const { proc, meter, messages } = agent;
  agent.summaries += 1;
  shorten(messages, dropped, summary);
  meter.reset(messages);
  proc.context_tokens = meter.estimate();
  await agent.deps.write(proc, 'kernel', {
    type: 'context.compacted',
    summary,
    dropped_messages: dropped,
    kept_messages: messages.length - 1,
    before_tokens,
    after_tokens: meter.estimate(),
  });
}

export function failureOf(done: Extract<ModelDone, { ok: false }>): Error {
  if (done.code === 'ABORTED') return new Ended();
  return new OxiosError(done.code, done.message, done.hint === undefined ? {} : { hint: done.hint });
}
