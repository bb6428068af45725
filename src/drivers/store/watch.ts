import type { DatabaseSync } from 'node:sqlite';
import type { Writer } from './writer.ts';

/** Tells whoever follows the log that there is more of it. */
export interface Watch {
  /** The state of the log; taken before it is read, so that nothing is missed that comes while it is read. */
  mark(): number;
  /** Calls back when the log is not at `mark` any more, at once if it is not now. Returns the way out. */
  onMore(mark: number, more: () => void): () => void;
}

/** How often another process looks for new entries while it follows, milliseconds. Nothing is polled otherwise. */
const POLL_MS = 40;

/** The log that another process writes. */
export function watchDatabase(db: DatabaseSync): Watch {
  const version = db.prepare('PRAGMA data_version');
  const mark = () => Number(version.get()?.data_version);
  return {
    mark,
    onMore(before, more) {
      const look = () => mark() !== before && more();
      const timer = setInterval(look, POLL_MS);
      look();
      return () => clearInterval(timer);
    },
  };
}

/** The log that this process writes. */
export const watchWriter = (writer: Writer): Watch => ({
  mark: () => writer.tree().size,
  onMore(before, more) {
    const look = () => writer.tree().size !== before && more();
    const leave = writer.onCommit(look);
    look();
    return leave;
  },
});
