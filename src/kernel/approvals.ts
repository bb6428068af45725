import { OxiosError } from './errors.ts';
import type { Leads, Payload } from './events.ts';
import { type AskId, askIdOf } from './ids.ts';
import type { Reply } from './kernel-types.ts';
import { aborted, type Process } from './process.ts';

export interface Ask {
  readonly kind: 'approval' | 'question';
  readonly call: string;
  readonly text: string;
  readonly detail?: string;
  readonly options: readonly string[];
  readonly needs: readonly string[];
  readonly leads?: Leads;
  readonly reason: string;
  readonly bound_to: string;
}

/** Open questions to a person: approvals and the `ask` tool. Each is in the log before anyone is asked and after the answer. */
export interface Approvals {
  /** Undefined when nobody can be asked, or the process ended before an answer came; both are logged. */
  ask(proc: Process, ask: Ask): Promise<Reply | undefined>;
  /** Throws NOT_FOUND when nothing of that name is open, USAGE when the reply does not fit the question. */
  answer(id: AskId, reply: Reply, by: string): Promise<void>;
}

type Write = (proc: Process, actor: string, ...payloads: readonly Payload[]) => Promise<unknown>;

export function createApprovals(write: Write): Approvals {
  const open = new Map<AskId, { proc: Process; ask: Ask; resolve: (reply: Reply) => void }>();
  return {
    async ask(proc, ask) {
      const id = askIdOf(proc.pid, proc.asks++);
      const asked: Payload = { type: 'approval.asked', ask: id, ...ask, options: [...ask.options], needs: [...ask.needs] };
      const given = ask.kind === 'question' ? proc.run.answer : undefined;
      if (given !== undefined) {
        proc.run.answer = undefined;
        await write(proc, 'user', asked, {
          type: 'approval.answered',
          ask: id,
          verdict: 'text',
          scope: 'once',
          text: given,
          by: 'user, when the run was resumed',
        });
        return { verdict: 'text', text: given };
      }
      if (!proc.run.request.interactive) {
        await write(proc, 'kernel', asked, { type: 'approval.expired', ask: id, reason: 'nobody can be asked: no terminal' });
        return undefined;
      }
      const waiting = new Promise<Reply>((resolve) => open.set(id, { proc, ask, resolve }));
      await write(proc, 'kernel', asked);
      const reply = await Promise.race([waiting, aborted(proc.end)]);
      open.delete(id);
      if (!reply) await write(proc, 'kernel', { type: 'approval.expired', ask: id, reason: 'the process ended' });
      return reply ?? undefined;
    },
    async answer(id, reply, by) {
      const entry = open.get(id);
      if (!entry) throw new OxiosError('NOT_FOUND', `no open question ${id}`, { hint: 'it may have been answered already' });
      if ((entry.ask.kind === 'question') !== (reply.verdict === 'text'))
        throw new OxiosError('USAGE', `${id} is ${entry.ask.kind === 'question' ? 'a question: answer with text' : 'an approval: answer allow or deny'}`);
      open.delete(id);
      const scope = reply.verdict === 'text' ? 'once' : reply.scope;
      const text = reply.verdict === 'text' ? reply.text : '';
      await write(entry.proc, 'user', { type: 'approval.answered', ask: id, verdict: reply.verdict, scope, text, by });
      entry.resolve(reply);
    },
  };
}
