import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import type { ShellKernel } from '../../tui/ports.ts';
import { type Booted, boot } from '../boot.ts';

/** The kernel for the shell: in this process, or the one that runs on the home. Throws what `boot` throws. */
export const openShellKernel = async (home: AbsPath): Promise<ShellKernel> => shellKernel(await boot(home));

/** Never aborts: a kernel in this process is gone only with it. */
const HELD = new AbortController().signal;

function shellKernel(booted: Booted): ShellKernel {
  const { kernel, local, remote } = booted;
  const begun = new Set<RunId>();
  const beginning = new Set<Promise<unknown>>();
  let isClosing = false;
  const noted = async <T extends { readonly run: RunId }>(begin: () => Promise<T>): Promise<T> => {
    if (isClosing) throw new OxiosError('KERNEL_GONE', 'the shell is being left', { hint: 'start it again' });
    const started = begin();
    beginning.add(started);
    try {
      const one = await started;
      begun.add(one.run);
      return one;
    } finally {
      beginning.delete(started);
    }
  };
  return {
    ...kernel,
    start: (request) => noted(() => kernel.start(request)),
    resume: (run, options) => noted(() => kernel.resume(run, options)),
    runs: booted.runs,
    head: booted.head,
    own: local !== undefined,
    mine: begun,
    lost: remote?.lost ?? HELD,
    async close() {
      isClosing = true;
      // What is about to begin ends as all others do.
      while (beginning.size > 0) await Promise.allSettled(beginning);
      if (local) await endRuns(kernel, begun);
      await booted.close();
    },
  };
}

/** What was begun here ends as interrupted, so that it can go on later; runs of other terminals go on. */
async function endRuns(kernel: Kernel, begun: ReadonlySet<RunId>): Promise<void> {
  const roots = (await kernel.ps()).filter((one) => one.ppid === 0 && one.state.is !== 'exited' && begun.has(one.run));
  await Promise.all(
    roots.map(async ({ pid }) => {
      try {
        await kernel.signal(pid, 'KILL', 'user');
        await kernel.wait(pid);
      } catch (error) {
        // It has ended by itself meanwhile.
        if (!(error instanceof OxiosError)) throw error;
      }
    }),
  );
}
