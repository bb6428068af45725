import { faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { ShellKernel, ShellPorts } from '../ports.ts';
import { withKernel } from '../store/set.ts';
import type { Store } from '../store/store.ts';

export interface Connection {
  /** Opened when it is first asked for, and anew after it was lost or could not be had. Rejects with what stands in the way, and once it was closed. */
  kernel(): Promise<ShellKernel>;
  /** The one that is open. */
  now(): ShellKernel | undefined;
  /** Closed and opened anew. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectionDeps {
  readonly ports: Pick<ShellPorts, 'kernel'>;
  readonly store: Store;
  /** Folds what the kernel has into the store and follows it from there. Returns the way out. */
  follow(kernel: ShellKernel): Promise<() => void>;
  /** The kernel of another process has ended. */
  lost(): void;
}

interface Open {
  readonly kernel: ShellKernel;
  leave(): void;
}

/** The kernel of the shell, whichever process it is in. */
export function createConnection(deps: ConnectionDeps): Connection {
  let opening: Promise<Open> | undefined;
  let open: Open | undefined;
  let isOver = false;
  const drop = (): void => {
    open?.leave();
    open = undefined;
    opening = undefined;
  };
  const begin = async (): Promise<Open> => {
    deps.store.set((state) => withKernel(state, { is: 'opening' }));
    try {
      const kernel = await deps.ports.kernel();
      const unfollow = await deps.follow(kernel);
      const onLost = (): void => {
        if (open?.kernel !== kernel) return;
        drop();
        deps.lost();
      };
      kernel.lost.addEventListener('abort', onLost, { once: true });
      deps.store.set((state) => withKernel(state, { is: 'open', own: kernel.own }));
      open = {
        kernel,
        leave() {
          kernel.lost.removeEventListener('abort', onLost);
          unfollow();
        },
      };
      return open;
    } catch (error) {
      opening = undefined;
      deps.store.set((state) => withKernel(state, failed(error)));
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    const was = opening;
    // One that could not be opened has nothing to close.
    const one = await was?.catch(() => undefined);
    drop();
    await one?.kernel.close();
  };
  return {
    async kernel() {
      // What was still under way when the shell was left: another kernel would only be in the way of its end.
      if (isOver) throw new OxiosError('KERNEL_GONE', 'the shell is being left', { hint: 'start it again' });
      opening ??= begin();
      return (await opening).kernel;
    },
    now: () => open?.kernel,
    async renew() {
      await close();
      opening = begin();
      await opening;
    },
    close() {
      isOver = true;
      return close();
    },
  };
}

function failed(error: unknown): { readonly is: 'failed'; readonly text: string; readonly hint: string | undefined } {
  const known = faultOf(error);
  return { is: 'failed', text: known?.detail ?? messageOf(error), hint: known?.hint };
}
