import type { BusEvent, KernelEvent } from '../../kernel/events.ts';
import { isDurable } from '../../kernel/events.ts';
import { foldFrom, foldOn, type RunFold, type RunView } from '../../kernel/view/runs.ts';
import type { Story } from './story.ts';

/** One run as it goes on: every event once and in order, or none until what is between was read. */
export interface Live {
  /** `missing`: events before it are not here, the run has to be read from the log. */
  take(event: BusEvent): 'taken' | 'before' | 'missing';
  /** As the kernel knows it; what is known better already stays. False then. */
  know(view: RunView, isAlive: boolean): boolean;
  /** It is being read from the log: what comes meanwhile is kept. */
  await(): void;
  /** What was read takes the place of what was known. Without: it could not be read. */
  adopt(read?: Parts): void;
  /** Events that were kept, to be taken again now that what is before them is here. */
  early(): readonly KernelEvent[];
  parts(): Parts;
}

export interface Parts {
  /** Undefined: nothing is known of the run. */
  readonly fold: RunFold | undefined;
  /** What was said and done; undefined: it is not followed. */
  readonly story: Story | undefined;
  /** `seq` of the last event in both. */
  readonly upTo: number;
}

/** Events that are kept while a run is read; of more the rest is read again. */
const MAX_EARLY = 20_000;

export function createLive(from: Parts, begins: (event: KernelEvent) => Story): Live {
  let { fold, story, upTo } = from;
  let isAwaited = false;
  const early: KernelEvent[] = [];

  const keep = (event: KernelEvent): void => {
    if (early.length < MAX_EARLY) early.push(event);
  };
  const follows = (event: KernelEvent): boolean => {
    if (fold) return event.seq === upTo + 1;
    fold = foldFrom(event);
    if (fold) story = begins(event);
    return fold !== undefined;
  };
  const durable = (event: KernelEvent): 'taken' | 'before' | 'missing' => {
    if (fold && event.seq <= upTo) return 'before';
    const isNext = follows(event);
    if (isAwaited || !isNext) keep(event);
    if (!isNext) {
      story = undefined;
      return 'missing';
    }
    fold?.take(event);
    story?.take(event);
    upTo = event.seq;
    return 'taken';
  };
  return {
    take(event) {
      if (isDurable(event)) return durable(event);
      story?.take(event);
      return story ? 'taken' : 'before';
    },
    know(view, isAlive) {
      if (fold && upTo > view.last_seq) return false;
      if (upTo < view.last_seq) story = undefined;
      if (!isAlive) story?.stop();
      fold = foldOn(view);
      upTo = view.last_seq;
      return true;
    },
    await() {
      isAwaited = true;
    },
    adopt(read) {
      isAwaited = false;
      if (read) ({ fold, story, upTo } = read);
    },
    early: () => early.splice(0),
    parts: () => ({ fold, story, upTo }),
  };
}
