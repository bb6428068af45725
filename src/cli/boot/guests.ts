import { OxiosError } from '../../kernel/errors.ts';
import type { LocalKernel } from '../../kernel/kernel.ts';
import type { Kernel, ProcView } from '../../kernel/kernel-types.ts';

/** Runs of other terminals in the kernel of this one. */
export interface Guests {
  /** The kernel as other terminals get it. */
  readonly kernel: Kernel;
  /** Runs at work or about to begin. A conversation that waits for the next word is none: whoever is in it goes on with it elsewhere. */
  working(): Promise<number>;
  /** Resolves when no run is at work; from that moment none can begin, so that the kernel can end without cutting one off. */
  leave(): Promise<void>;
}

export function createGuests(kernel: LocalKernel): Guests {
  const beginning = new Set<Promise<unknown>>();
  let left = false;
  const begin = async <T>(act: () => Promise<T>): Promise<T> => {
    if (left) throw new OxiosError('KERNEL_GONE', 'the kernel of this home is ending', { hint: 'ask again: the next one will do it' });
    const started = act();
    beginning.add(started);
    try {
      return await started;
    } finally {
      beginning.delete(started);
    }
  };
  /** How many runs do more than wait for the next word, as things stand when it resolves. */
  const working = async (): Promise<number> => {
    const procs = (await kernel.ps()).filter((one) => one.state.is !== 'exited');
    const runs = [...new Set(procs.map((one) => one.run))].filter((run) => kernel.active.has(run));
    const resting = runs.filter((run) => isResting(procs.filter((one) => one.run === run)));
    return beginning.size + kernel.active.size - resting.length;
  };
  return {
    kernel: { ...kernel, start: (request) => begin(() => kernel.start(request)), resume: (run, options) => begin(() => kernel.resume(run, options)) },
    working,
    async leave() {
      let change = Promise.withResolvers<void>();
      const unsubscribe = kernel.subscribe((event) => {
        if (CHANGES.has(event.type)) change.resolve();
      });
      while ((await working()) > 0) {
        await Promise.race([change.promise, ...beginning]).catch(() => undefined);
        change = Promise.withResolvers();
      }
      left = true;
      unsubscribe();
    },
  };
}

/** After which a run may be at work no more. */
const CHANGES: ReadonlySet<string> = new Set(['process.moved', 'process.exited', 'run.result', 'turn.interrupted']);

/** The root of a conversation keeps the one that waits for the next word. */
const isResting = (procs: readonly ProcView[]): boolean =>
  procs.some(isWaiting) && procs.every((one) => isWaiting(one) || (one.body === 'chat' && one.ppid === 0));

const isWaiting = ({ state }: ProcView): boolean => state.is === 'waiting' && state.on === 'message';
