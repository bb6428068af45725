import { OxiosError } from './errors.ts';
import type { Payload } from './events.ts';
import type { MessageKind } from './kernel-types.ts';
import type { Process } from './process.ts';
import { groundOf, said, told } from './taint/opening.ts';

type Write = (proc: Process, actor: string, ...payloads: readonly Payload[]) => Promise<unknown>;

export interface Said {
  readonly text: string;
  readonly from: string;
  readonly kind: MessageKind | undefined;
}

/** A person's words to a process. Throws USAGE for one that does not read them. */
export async function post(write: Write, proc: Process, { text, from, kind }: Said): Promise<void> {
  const one = addressee(proc, kind);
  if (!one.hears) throw new OxiosError('NOT_FOUND', `process ${one.pid} has ended`, { hint: 'see the process table with oxios ps' });
  // It reaches the process at the very place it has in the log.
  const written = write(one, 'user', { type: 'message.sent', from, text, ...(kind ? { kind } : {}) });
  if (kind === 'compaction') one.wishes.push(text);
  else if (kind === undefined) one.inbox.push({ text, wakes: true });
  one.ledger.add(said(text));
  one.stir();
  await written;
}

/** What a body has to say to an agent it forked. `wakes`: an agent that waits goes on with it. */
export async function tell(
  write: Write,
  [parent, proc]: readonly [parent: Process, child: Process],
  { text, from, wakes }: Omit<Said, 'kind'> & { readonly wakes: boolean },
): Promise<void> {
  const written = write(proc, 'protocol', { type: 'message.sent', from, text, ...(wakes ? {} : { kind: 'context' }) });
  proc.inbox.push({ text, wakes });
  proc.ledger.add(told({ text, from }, groundOf(proc.run.request), parent.ledger.all()));
  if (wakes) proc.stir();
  await written;
}

/** In a conversation, who converses: what is said to its root is for the agent in it. */
function addressee(proc: Process, kind: MessageKind | undefined): Process {
  if (kind === 'command') {
    if (proc.body !== 'agent' && proc.converses) return proc;
    throw new OxiosError('USAGE', `process ${proc.pid} is not a conversation and runs no commands`, {
      hint: 'send it to the first process of a conversation: oxios ps',
    });
  }
  const one = proc.body !== 'agent' && proc.converses ? ([...proc.children].find((child) => child.converses) ?? proc) : proc;
  if (one.body !== 'agent')
    throw new OxiosError('USAGE', `process ${proc.pid} is not an agent and reads no messages`, { hint: 'send to one of its children: oxios ps' });
  if (kind === 'compaction' && !one.converses)
    throw new OxiosError('USAGE', `process ${one.pid} does not converse and summarizes by itself`, { hint: 'see who converses with oxios ps' });
  return one;
}
