import type { Approvals } from './approvals.ts';
import { OxiosError } from './errors.ts';
import { sha256 } from './ids.ts';
import { Ended, type Process } from './process.ts';
import { said } from './taint/opening.ts';
import type { Question } from './tool.ts';
import { Interrupted, isHalted } from './turning.ts';

/** Puts a question to the user and waits for the answer. `call` is the tool call that asks, empty where a body does. Throws NEEDS_ANSWER. */
export async function askUser(approvals: Approvals, proc: Process, question: Question & { readonly key?: string }, call = ''): Promise<string> {
  const { text, options = [], key } = question;
  const reply = await approvals.ask(proc, {
    kind: 'question',
    call,
    text,
    options,
    needs: [],
    reason: 'the agent asks',
    bound_to: sha256(text),
    ...(key === undefined ? {} : { key }),
  });
  if (proc.end.aborted) throw new Ended();
  if (isHalted(proc)) throw new Interrupted();
  if (reply?.verdict !== 'text') {
    throw new OxiosError('NEEDS_ANSWER', `a question needs an answer: ${text}`, {
      hint: `go on with: oxios resume ${proc.run.id} --answer "..."`,
    });
  }
  proc.ledger.add(said(reply.text));
  return reply.text;
}

/** What the user answered to the question of that key in an earlier life. */
export function answeredBefore({ past }: Pick<Process, 'past'>, key: string): string | undefined {
  const asked = new Set(past.flatMap((event) => (event.type === 'approval.asked' && event.key === key ? [event.ask] : [])));
  const answered = past.find((event) => event.type === 'approval.answered' && event.verdict === 'text' && asked.has(event.ask));
  return answered?.type === 'approval.answered' ? answered.text : undefined;
}
