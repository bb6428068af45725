import { OxiosError } from '../../kernel/errors.ts';
import { withStanding } from '../store/set.ts';
import type { Store } from '../store/store.ts';

/** What is asked for one after the other, in the order it was asked for: what is said stays in order. */
export interface Turns {
  /** `said`: what a person typed for it. It is shown for as long as it stands behind something else. */
  inTurn(act: () => Promise<void>, said?: string): Promise<void>;
  /** The shell is left: nothing more is begun. */
  leave(): void;
  /** What was typed and never came to its end. */
  unsent(): readonly string[];
}

export interface TurnsDeps {
  readonly store: Store;
  /** Whatever goes wrong becomes a notice. */
  attempt(act: () => Promise<void>): Promise<void>;
  /** Settles when the kernel is open, or cannot be had. */
  opened(): Promise<unknown>;
}

interface Said {
  readonly text: string;
  isBegun: boolean;
}

export function createTurns({ store, attempt, opened }: TurnsDeps): Turns {
  const standing = new Set<Said>();
  let last: Promise<void> = Promise.resolve();
  let isOver = false;
  const show = (): void => {
    const texts = [...standing].filter((one) => !one.isBegun).map((one) => one.text);
    store.set((state) => withStanding(state, texts));
  };
  const begun = async (act: () => Promise<void>): Promise<void> => {
    if (isOver) throw new OxiosError('KERNEL_GONE', 'the shell is being left', { hint: 'start it again' });
    await act();
  };
  const spoken = async (act: () => Promise<void>, said: Said): Promise<void> => {
    await opened();
    said.isBegun = !isOver;
    show();
    try {
      await begun(act);
      standing.delete(said);
    } catch (error) {
      // What goes wrong is told, and is no longer waiting; what the end of the shell cut off was never sent.
      if (!isOver) standing.delete(said);
      throw error;
    }
  };
  return {
    inTurn(act, text) {
      if (text === undefined) {
        last = last.then(() => attempt(() => begun(act)));
        return last;
      }
      const said: Said = { text, isBegun: false };
      standing.add(said);
      show();
      last = last.then(() => attempt(() => spoken(act, said)));
      return last;
    },
    leave() {
      isOver = true;
    },
    unsent: () => [...standing].map((one) => one.text),
  };
}
