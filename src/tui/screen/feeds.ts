import type { Feed as Feeding } from '../control/deps.ts';
import { createFeed, type Feed } from '../store/feed.ts';
import type { Store } from '../store/store.ts';

/** The feed of the kernel that is followed now. */
export function createFeeds(store: Store): Feeding {
  let now: Feed | undefined;
  return {
    async follow(kernel) {
      const feed = createFeed(store, kernel);
      now = feed;
      await feed.ready;
      return feed.close;
    },
    open: async (_kernel, run) => now?.open(run),
    search: async (_kernel, text) => now?.search(text),
  };
}
