import type { RunId } from '../../kernel/ids.ts';
import type { ShellKernel } from '../ports.ts';
import { createFeed, type Feed } from './feed.ts';
import type { Schedule, Store } from './store.ts';

/** The feeds of one store: of the kernel that is there, and after a loss of the next one. */
export interface Feeds {
  /** Folds what the kernel has and follows it from there. Returns the way out. */
  follow(kernel: ShellKernel): Promise<() => void>;
  /** Reads a run whole, so that what was said in it can be shown. */
  open(kernel: ShellKernel, run: RunId): Promise<void>;
  /** Lists the sessions in whose words the text occurs; all of them for an empty text. */
  search(kernel: ShellKernel, text: string): Promise<void>;
  /** A page of entries of the log before those that are shown; false when there are none, or no room. */
  older(): Promise<boolean>;
}

export function createFeeds(store: Store, time: { readonly schedule?: Schedule } = {}): Feeds {
  let now: { readonly kernel: ShellKernel; readonly feed: Feed } | undefined;
  const feedOf = (kernel: ShellKernel): Feed => {
    if (now?.kernel === kernel) return now.feed;
    now?.feed.close();
    now = { kernel, feed: createFeed(store, kernel, time) };
    return now.feed;
  };
  return {
    async follow(kernel) {
      const feed = feedOf(kernel);
      const leave = (): void => {
        feed.close();
        if (now?.feed === feed) now = undefined;
      };
      try {
        await feed.ready;
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
    open: (kernel, run) => feedOf(kernel).open(run),
    search: (kernel, text) => feedOf(kernel).search(text),
    older: async () => now?.feed.older() ?? false,
  };
}
