import { OxiosError } from '../../kernel/errors.ts';
import type { EventOf, KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import { isObject } from '../../kernel/json.ts';
import { AGENT_ARGS } from '../../kernel/loop.ts';
import type { Message } from '../../kernel/message.ts';
import { foldTranscript, push, userMessage } from '../../kernel/transcript.ts';
import { reading } from '../boot.ts';
import { homePath } from '../home.ts';

/** An earlier conversation: the run of this id, or the last one of this folder. */
export interface Earlier {
  readonly home: string | undefined;
  readonly session: string | undefined;
  readonly cwd: string;
}

export interface Conversation {
  /** Everything that was said, called and answered in it, as an agent begins with it. */
  readonly history: readonly Message[];
  /** Whom the agent was to be, undefined for nobody. */
  readonly persona: string | undefined;
}

/** Throws NOT_FOUND. */
export async function conversationOf({ home, session, cwd }: Earlier): Promise<Conversation> {
  const store = reading(homePath(home));
  try {
    const run = session ?? store.runs().findLast((one) => (one.kind === 'prompt' || one.kind === 'chat') && one.cwd === cwd)?.run;
    if (run === undefined)
      throw new OxiosError('NOT_FOUND', 'there is no conversation in this folder to go on with', { hint: 'start one with oxios -p "..."' });
    const events: KernelEvent[] = [];
    for await (const event of store.read({ run: run as RunId })) events.push(event);
    return conversationIn(events, run);
  } finally {
    store.close();
  }
}

/** The agent of the run, or in a conversation the one that its root hands on to. */
function whoConverses(events: readonly KernelEvent[]): EventOf<'process.forked'> | undefined {
  const forked = events.filter((event): event is EventOf<'process.forked'> => event.type === 'process.forked');
  const root = forked.find((event) => event.ppid === 0);
  if (root?.body === 'agent') return root;
  return forked.find((event) => event.ppid === root?.pid && isObject(event.args) && event.args.converses === true);
}

function conversationIn(events: readonly KernelEvent[], run: string): Conversation {
  const agent = whoConverses(events);
  const args = agent && AGENT_ARGS.safeParse(agent.args);
  if (!args?.success) throw new OxiosError('NOT_FOUND', `no conversation ${run}`, { hint: 'see them with oxios ps --all' });
  const { messages, pending, answers, unread, images } = foldTranscript(
    args.data,
    events.filter((event) => event.pid === agent?.pid || event.type === 'workspace.restored'),
  );
  const calls = messages.at(-1)?.parts.filter((part) => part.type === 'call') ?? [];
  const lost = pending.map((call) => ({ type: 'answer', id: call.id, ok: false, text: '[interrupted: what became of it is not known]' }) as const);
  const rest = userMessage(calls, [...answers, ...lost], { texts: unread.map((letter) => letter.text), images });
  if (rest) push(messages, rest);
  // The instructions may differ now, and a provider takes thoughts back only behind what they followed.
  const history = messages.map(({ role, parts }) => ({ role, parts: parts.filter((part) => part.type !== 'thinking') }));
  return { history, persona: args.data.labels?.persona };
}
