import type { Approvals } from './approvals.ts';
import { askUser } from './ask-user.ts';
import type { Capability } from './capability.ts';
import type { Authority } from './decide.ts';
import type { Payload } from './events.ts';
import type { CallId } from './ids.ts';
import type { Json } from './json.ts';
import type { Ports } from './kernel-types.ts';
import type { Copy, Lent } from './lent.ts';
import { hostSeen } from './mounted.ts';
import type { Others } from './others.ts';
import { mountOf, type Process } from './process.ts';
import { treeBefore } from './resume.ts';
import type { SubAgent, Sys } from './tool.ts';
import { callSignal } from './turning.ts';

export interface LendDeps {
  readonly ports: Ports;
  readonly approvals: Approvals;
  readonly others: Others;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
  delta(proc: Process, body: { type: 'tool.delta'; call: CallId; text: string } | { type: 'progress'; text: string }): void;
  fork(parent: Process, request: SubAgent, by: { readonly call: CallId; readonly answers: string }): ReturnType<Sys['proc']['fork']>;
}

export interface Lendable {
  readonly id: CallId;
  /** The provider's id. */
  readonly answers: string;
  readonly needs: readonly Capability[];
  readonly audience: Lent['audience'];
  readonly authority: Authority;
  readonly noted: Record<string, Json>;
  readonly copies: Copy[];
}

/** What a call is lent besides its capabilities. */
export function lentTo(deps: LendDeps, proc: Process, call: Lendable): Lent {
  const { ports, others } = deps;
  const { id, answers, needs, audience, authority, noted, copies } = call;
  return {
    host: hostSeen(ports.host, mountOf(proc)),
    bare: ports.host,
    others,
    proc,
    call: id,
    again: treeBefore(proc.run.past, proc, answers),
    needs,
    audience,
    authority,
    signal: callSignal(proc),
    env: ports.env,
    home: ports.home,
    userHome: ports.userHome,
    accountHome: ports.accountHome,
    noted,
    copies,
    started: async (group) => {
      await deps.write(proc, 'kernel', { type: 'tool.started', call: id, group });
    },
    output: (text) => deps.delta(proc, { type: 'tool.delta', call: id, text }),
    progress: (text) => deps.delta(proc, { type: 'progress', text }),
    fork: (request) => proc.seat.aside(callSignal(proc), () => deps.fork(proc, request, { call: id, answers })),
    ask: (question) => {
      proc.state = { is: 'waiting', on: 'approval' };
      return proc.seat.aside(callSignal(proc), () => askUser(deps.approvals, proc, question, id));
    },
  };
}
