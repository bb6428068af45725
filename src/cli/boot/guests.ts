import { OxiosError } from '../../kernel/errors.ts';
import type { LocalKernel } from '../../kernel/kernel.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';

/** Runs of other terminals in the kernel of this one. */
export interface Guests {
  /** The kernel as other terminals get it. */
  readonly kernel: Kernel;
  /** Runs under way or about to begin. */
  count(): number;
  /** Resolves when no run is under way; from that moment none can begin, so that the kernel can end without cutting one off. */
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
  const busy = (): number => kernel.active.size + beginning.size;
  return {
    kernel: { ...kernel, start: (request) => begin(() => kernel.start(request)), resume: (run, options) => begin(() => kernel.resume(run, options)) },
    count: busy,
    async leave() {
      while (busy() > 0) {
        const roots = (await kernel.ps()).filter((proc) => proc.ppid === 0 && kernel.active.has(proc.run));
        await Promise.allSettled([...beginning, ...roots.map((proc) => kernel.wait(proc.pid))]);
      }
      left = true;
    },
  };
}
