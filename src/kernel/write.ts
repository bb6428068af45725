import { denialsIn } from './denial.ts';
import type { EventDraft, KernelEvent, Payload } from './events.ts';
import type { Pid, RunId } from './ids.ts';
import type { Log } from './log.ts';
import type { Process } from './process.ts';

/** Entries of one process, in the order of the calls. */
export interface Scribe {
  /** Resolves when they are on the disk, and all that was noted before. */
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<readonly KernelEvent[]>;
  /**
   * What nothing outside depends on yet: it goes to the disk while the process goes on, in one commit with what follows
   * at once. The process's next `write` waits for it and throws when it failed; each process ends with one.
   */
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
}

export function createScribe(log: Pick<Log, 'append'>, publish: (events: readonly KernelEvent[]) => void): Scribe {
  const append = async (proc: Process, actor: string, payloads: readonly Payload[]): Promise<readonly KernelEvent[]> => {
    const events = await log.append(payloads.map((payload) => draft(proc.run.id, proc.pid, actor, payload)));
    publish(events);
    // In the order of the log, which is that of a replay too.
    proc.run.denials.push(...denialsIn(events));
    return events;
  };
  return {
    async write(proc, actor, ...payloads) {
      const { noted } = proc;
      proc.noted = undefined;
      const written = append(proc, actor, payloads);
      // The log is in order: when this is there, so is what was noted before. Only its failure may come first.
      await Promise.race([written, noted ?? written]);
      return written;
    },
    note(proc, actor, ...payloads) {
      const both = Promise.all([append(proc, actor, payloads), proc.noted]).then(() => undefined);
      // Whoever writes next is told.
      both.catch(() => undefined);
      proc.noted = both;
    },
  };
}

/** A payload with who wrote it: what the log takes. */
export const draft = (run: RunId, pid: Pid, actor: string, payload: Payload): EventDraft => ({ run, pid, actor, ...payload }) as EventDraft;
