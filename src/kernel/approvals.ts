import { OxiosError } from './errors.ts';
import type { Leads, Origins, Payload } from './events.ts';
import { type AskId, askIdOf } from './ids.ts';
import type { Ports, Reply } from './kernel-types.ts';
import { aborted, type Process } from './process.ts';
import { requestSignal } from './turning.ts';

export interface Ask {
  readonly kind: 'approval' | 'question';
  readonly call: string;
  readonly text: string;
  readonly detail?: string;
  readonly options: readonly string[];
  readonly needs: readonly string[];
  readonly leads?: Leads;
  readonly origins?: Origins;
  readonly reason: string;
  readonly bound_to: string;
  /** Which question of its body it is. */
  readonly key?: string;
}

/** `expired`: somebody could have answered and did not in time. */
export type Answered = Reply | { readonly verdict: 'expired' };

/** Open questions to a person: approvals and the `ask` tool. Each is in the log before anyone is asked and after the answer. */
export interface Approvals {
  /** Undefined when nobody can be asked, or the process or its turn ended before an answer came; both are logged. */
  ask(proc: Process, ask: Ask): Promise<Answered | undefined>;
  /** Throws NOT_FOUND when nothing of that name is open, USAGE when the reply does not fit the question, DISK_FULL or IO when it could not be logged: then it is open still. */
  answer(id: AskId, reply: Reply, by: string): Promise<void>;
  /** Logs that an answer does not count where it came from; the question stays open. Throws DENIED, NOT_FOUND. */
  refuse(id: AskId, verdict: 'allow' | 'text', by: string): Promise<never>;
}

export interface ApprovalsDeps extends Pick<Ports, 'alarm'> {
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
}

/** Why a question that the clock took away is closed. */
export const TOO_LATE = 'nobody answered in time';

interface Open {
  readonly proc: Process;
  readonly ask: Ask;
  resolve(reply: Answered): void;
  /** An answer did not get into the log: it is open again, or what would have ended it meanwhile ends it. */
  reopen(): void;
}

export function createApprovals(deps: ApprovalsDeps): Approvals {
  const { write } = deps;
  const open = new Map<AskId, Open>();
  const found = (id: AskId): Open => {
    const entry = open.get(id);
    if (entry) return entry;
    throw new OxiosError('NOT_FOUND', `no open question ${id}`, { hint: 'it may have been answered already; see what is open with oxios approvals' });
  };
  const waitFor = async (id: AskId, proc: Process, ask: Ask, asked: Payload): Promise<Answered | undefined> => {
    const { promise, resolve } = Promise.withResolvers<Answered | undefined>();
    let missed: (() => void) | undefined;
    // What was answered before it was told to stop, or ran out, is answered, also while that is on its way to the disk.
    const end = (reply?: Answered): void => {
      if (open.delete(id)) resolve(reply);
      else missed ??= () => resolve(reply);
    };
    const entry: Open = { proc, ask, resolve, reopen: () => (missed ? missed() : void open.set(id, entry)) };
    open.set(id, entry);
    // It is answered, by whomever, from the moment it is in the log: what answers it stands ready before.
    const callOff = untilLate(deps, proc, id, () => end({ verdict: 'expired' }));
    try {
      await write(proc, 'kernel', asked);
      void aborted(requestSignal(proc)).then(() => end());
      const reply = await promise;
      if (!reply)
        await write(proc, 'kernel', { type: 'approval.expired', ask: id, reason: proc.end.aborted ? 'the process ended' : 'the turn was interrupted' });
      if (reply?.verdict === 'expired') await write(proc, 'kernel', { type: 'approval.expired', ask: id, reason: TOO_LATE });
      return reply;
    } finally {
      callOff();
      open.delete(id);
    }
  };
  return {
    async ask(proc, ask) {
      const id = askIdOf(proc.pid, proc.asks++);
      const { interactive, approval_timeout_ms } = proc.run.request;
      const timeout = interactive && approval_timeout_ms !== undefined ? { timeout_ms: approval_timeout_ms } : {};
      const asked: Payload = { type: 'approval.asked', ask: id, ...ask, options: [...ask.options], needs: [...ask.needs], ...timeout };
      const given = ask.kind === 'question' ? proc.run.answer : undefined;
      if (given !== undefined) {
        proc.run.answer = undefined;
        await write(proc, 'user', asked, answeredEvent(id, { verdict: 'text', text: given }, 'user, when the run was resumed'));
        return { verdict: 'text', text: given };
      }
      if (interactive) return waitFor(id, proc, ask, asked);
      await write(proc, 'kernel', asked, { type: 'approval.expired', ask: id, reason: 'nobody can be asked: no terminal' });
      return undefined;
    },
    async answer(id, reply, by) {
      const entry = found(id);
      if ((entry.ask.kind === 'question') !== (reply.verdict === 'text'))
        throw new OxiosError('USAGE', `${id} is ${entry.ask.kind === 'question' ? 'a question: answer with text' : 'an approval: answer allow or deny'}`);
      open.delete(id);
      await write(entry.proc, 'user', answeredEvent(id, reply, by)).catch((error: unknown) => {
        entry.reopen();
        throw error;
      });
      entry.resolve(reply);
    },
    async refuse(id, verdict, by) {
      const reason = 'without a sandbox, a question is answered only at the terminal that owns the run';
      await write(found(id).proc, 'kernel', { type: 'approval.refused', ask: id, verdict, by, reason });
      throw new OxiosError('DENIED', reason, { hint: 'answer there, or install bubblewrap' });
    },
  };
}

function untilLate({ alarm }: ApprovalsDeps, proc: Process, id: AskId, ring: () => void): () => void {
  const ms = proc.run.request.approval_timeout_ms;
  return ms === undefined ? () => undefined : alarm(id, ms, ring);
}

const answeredEvent = (ask: AskId, reply: Reply, by: string): Payload => ({
  type: 'approval.answered',
  ask,
  verdict: reply.verdict,
  scope: reply.verdict === 'text' ? 'once' : reply.scope,
  text: reply.verdict === 'text' ? reply.text : '',
  by,
});
