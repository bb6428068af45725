import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { State } from '../state.ts';

/** How many criteria are worked on at once: fewer when a provider is asked too often, and more again, one by one, when it goes well. */
export interface Pace {
  limit(): number;
  /** A worker ended. */
  ended(well: boolean): void;
  /** Resolves when all that was decided is in the log. */
  stop(): Promise<void>;
}

/** Of workers that end well in a row, until one more is tried. */
const STEADY = 3;

/** One halving a refusal: those that were under way when it was refused are refused as well, and say nothing new. */
export function createPace(ctx: BodyContext, state: State, most: number): Pace {
  let workers = Math.min(most, state.now().workers ?? most);
  let well = 0;
  let told = false;
  let said: Promise<void> = Promise.resolve();
  const set = (next: number, why: string): void => {
    well = 0;
    if (next === workers) return;
    workers = next;
    said = Promise.all([said, state.emit({ type: 'plan.paced', workers, why })]).then(() => undefined);
    // Whoever stops is told.
    said.catch(() => undefined);
  };
  const leave = ctx.watch((event) => {
    if (event.type === 'model.answered') told = false;
    if (event.type !== 'model.failed' || !event.limited || told) return;
    told = true;
    set(Math.max(1, Math.floor(workers / 2)), 'the provider is asked too often');
  });
  return {
    limit: () => workers,
    ended(isWell) {
      well = isWell ? well + 1 : 0;
      if (well >= STEADY) set(Math.min(most, workers + 1), `${STEADY} ended well in a row`);
    },
    stop() {
      leave();
      return said;
    },
  };
}
