import type { Payload } from './events.ts';
import type { Pid } from './ids.ts';
import type { Message, ToolAnswer, ToolCall } from './message.ts';
import { Ended, type Process } from './process.ts';
import { interruptedBy } from './transcript.ts';
import { beginTurn, endTurn } from './turning.ts';

/** An agent that converses, as far as the time between its turns goes. */
export interface Talker {
  readonly proc: Process;
  readonly deps: {
    /** See `Ports.heard`. */
    heard(pid: Pid): Promise<void>;
    write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
  };
  /** Calls of the last answer and what came of them, not yet in the conversation. */
  calls: readonly ToolCall[];
  answers: readonly ToolAnswer[];
  partial: string;
  /** The last turn in which the model was asked: one that was ended before that was none. */
  asked: number;
  append(message: Message): void;
}

/** Waits until something is said. Called at once where it was found that nothing was: the entry stands behind all it had heard. */
export async function rest({ proc, deps }: Talker): Promise<void> {
  endTurn(proc);
  const { promise, resolve } = Promise.withResolvers<void>();
  // Its turn begins with what wakes it, at the place that has in the log: an interruption behind it is of that turn.
  proc.stir = () => {
    if (!proc.turning) beginTurn(proc);
    resolve();
  };
  proc.end.addEventListener('abort', resolve as () => void, { once: true });
  const written = deps.write(proc, 'kernel', { type: 'process.moved', to: 'waiting', turn: proc.turn });
  proc.state = { is: 'waiting', on: 'message' };
  proc.run.activity.end();
  try {
    await written;
    await promise;
  } finally {
    proc.run.activity.begin();
    proc.end.removeEventListener('abort', resolve as () => void);
    proc.stir = () => undefined;
    proc.state = { is: 'running', turn: proc.turn };
  }
}

/** A turn that a person ended: what there is of it stays in the conversation, as the log has it. Nothing said meanwhile is lost: it goes with what is said next. */
export async function breakOff(agent: Talker, by: string): Promise<void> {
  const { proc, deps, partial: text, calls, answers } = agent;
  await deps.heard(proc.pid);
  if (proc.end.aborted) throw new Ended();
  proc.wishes.splice(0);
  const texts = proc.inbox.splice(0).map((letter) => letter.text);
  for (const message of interruptedBy(text, calls, answers, texts)) agent.append(message);
  agent.calls = [];
  agent.answers = [];
  agent.partial = '';
  proc.turn = agent.asked;
  endTurn(proc);
  beginTurn(proc);
  await deps.write(proc, 'user', { type: 'turn.interrupted', turn: proc.turn, text, by });
}
