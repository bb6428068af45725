import { faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { ShellKernel } from '../ports.ts';
import type { ControlDeps } from './deps.ts';
import { createTurns, type Turns } from './turns.ts';

/** What all parts of control have: the ports, the store, the kernel as it is now, and a way to say things. */
export interface Context extends ControlDeps, Turns {
  /** The kernel, once it is open. Rejects with what stands in the way. */
  kernel(): Promise<ShellKernel>;
  info(text: string, hint?: string): void;
  warn(text: string, hint?: string): void;
  /** Whatever goes wrong becomes a notice. */
  attempt(act: () => Promise<void>): Promise<void>;
  /** A conversation that the next word goes on from. */
  readonly fork: { from: RunId | undefined };
  /** Files that specifications were written to, by run. */
  readonly saved: Map<RunId, string>;
  /** Specifications of interviews as a person changed them, and those in which a mistake is left. */
  readonly edited: Map<RunId, string>;
  readonly drafts: Map<RunId, string>;
}

export function createContext(deps: ControlDeps, kernel: () => Promise<ShellKernel>): Context {
  const notice = (tone: 'info' | 'warn' | 'error', text: string, hint?: string): void =>
    deps.store.apply({ ui: 'notice', tone, text, ...(hint === undefined ? {} : { hint }) });
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      const { detail, hint } = known(error);
      notice('error', detail, hint);
    }
  };
  return {
    ...deps,
    kernel,
    info: (text, hint) => notice('info', text, hint),
    warn: (text, hint) => notice('warn', text, hint),
    attempt,
    ...createTurns({ store: deps.store, attempt, opened: () => kernel().catch(() => undefined) }),
    fork: { from: undefined },
    saved: new Map(),
    edited: new Map(),
    drafts: new Map(),
  };
}

/** A defect is told like a fault, and ends nothing: what a person has open is worth more than a stack. */
const known = (error: unknown): OxiosError =>
  faultOf(error) ?? new OxiosError('INTERNAL', messageOf(error), { hint: 'this is a defect of Oxios: please report it' });
