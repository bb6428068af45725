import type { EventOf } from '../../kernel/events.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';

export type Asked = EventOf<'approval.asked'>;

/** A question that waits for its answer. */
export interface Open {
  readonly event: Asked;
  readonly kernel: Kernel;
  /** Aborts when it is answered elsewhere, or nobody waits for it any more. */
  readonly taken: AbortController;
}

/** Questions in the order a person is asked them. */
export interface Queue {
  add(event: Asked, kernel: Kernel): void;
  remove(ask: string): void;
  clear(): void;
  /** The next one; undefined when there is none any more. Waits for one that is to be put again. */
  next(signal: AbortSignal): Promise<Open | undefined>;
  /** A reply that the interview answers with a question: it comes before all that stands behind it. */
  replied(event: Asked, reply: string): void;
}

/** The place of a question in the interview, from 1; 0 for one that is no question of a round. */
export const numberOf = ({ key = '' }: Asked): number => Number(/^q(\d+)/u.exec(key)?.[1] ?? 0);

export function createQueue(): Queue {
  const open = new Map<string, Open>();
  /** Numbers of questions that will be put again. */
  const due = new Set<number>();
  let arrival = Promise.withResolvers<void>();
  const first = (): Open | undefined => [...open.values()].sort((a, b) => numberOf(a.event) - numberOf(b.event))[0];
  const isNext = (one: Open): boolean => numberOf(one.event) === 0 || ![...due].some((number) => number < numberOf(one.event));
  return {
    add(event, kernel) {
      open.set(event.ask, { event, kernel, taken: new AbortController() });
      due.delete(numberOf(event));
      arrival.resolve();
      arrival = Promise.withResolvers();
    },
    remove(ask) {
      open.get(ask)?.taken.abort();
      open.delete(ask);
    },
    clear() {
      for (const { taken } of open.values()) taken.abort();
      open.clear();
      due.clear();
    },
    async next(signal) {
      while (!signal.aborted && open.size + due.size > 0) {
        const one = first();
        if (one && isNext(one)) return one;
        await Promise.race([arrival.promise, ended(signal)]);
      }
      return undefined;
    },
    replied(event, reply) {
      open.delete(event.ask);
      // Whoever leaves is asked nothing more.
      if (LEAVES.test(reply)) return open.clear();
      const waiting = new Set([...open.values()].map((one) => numberOf(one.event)));
      for (const number of putAgain(reply, numberOf(event))) if (!waiting.has(number)) due.add(number);
    },
  };
}

/** `back` puts the question before once more, then this one; `force` asks whether it is meant, before anything else. */
function putAgain(reply: string, number: number): readonly number[] {
  const word = reply.trim().toLowerCase();
  if (number === 0) return [];
  if (word === 'back') return number > 1 ? [number - 1, number] : [number];
  return word === 'force' ? [number, SURE] : [];
}

const LEAVES = /^\s*(quit|abort)\s*$/iu;

/** Whether it is meant has no number: it stands before all of them. */
const SURE = 0;

const ended = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
