import type { Circles } from './circles.ts';
import type { Outcome } from './invoke.ts';
import type { ToolAnswer, ToolCall } from './message.ts';
import type { Call } from './prepare.ts';
import { type Process, ready, takeSlot } from './process.ts';
import { NOT_RUN } from './transcript.ts';
import { isHalted } from './turning.ts';

/** An agent as far as the calls of one answer go. */
export interface Caller {
  readonly proc: Process;
  readonly circles: Circles;
  readonly deps: {
    /** Tools that may run beside each other. */
    parallel(name: string): boolean;
    invoke(proc: Process, call: Call): Promise<Outcome>;
  };
}

/** In the order the model wrote them; neighbours that cannot disturb each other run side by side. */
export async function runCalls(agent: Caller, calls: readonly ToolCall[]): Promise<readonly ToolAnswer[]> {
  const answers: ToolAnswer[] = [];
  for (let at = 0; at < calls.length; ) {
    let end = at + 1;
    while (end < calls.length && [calls[end - 1], calls[end]].every((call) => call && agent.deps.parallel(call.name))) end += 1;
    answers.push(...(await allEnded(calls.slice(at, end).map((call) => runCall(agent, call)))));
    at = end;
  }
  return answers;
}

/** As `Promise.all`, but nothing goes on behind a failure: what ends a process ends its other calls too. */
async function allEnded<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function runCall(agent: Caller, call: ToolCall): Promise<ToolAnswer> {
  const { proc } = agent;
  try {
    await ready(proc);
    return await inSlot(agent, call);
  } catch (error) {
    if (!isHalted(proc)) throw error;
    return { type: 'answer', id: call.id, ok: false, text: NOT_RUN };
  }
}

async function inSlot(agent: Caller, call: ToolCall): Promise<ToolAnswer> {
  const { proc, deps } = agent;
  await takeSlot(proc, 'tool');
  try {
    const outcome = await deps.invoke(proc, {
      answers: call.id,
      name: call.name,
      input: call.input,
      audience: 'model',
      ...(call.malformed === undefined ? {} : { malformed: call.malformed }),
    });
    agent.circles.ended(call.id, outcome);
    return { type: 'answer', id: call.id, ok: outcome.ok, text: outcome.text, ...(outcome.images ? { images: outcome.images } : {}) };
  } finally {
    proc.seat.release();
    proc.state = { is: 'running', turn: proc.turn };
  }
}
