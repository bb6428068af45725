import { type BusEvent, isDurable, type KernelEvent } from '../kernel/events.ts';
import type { RunId } from '../kernel/ids.ts';
import type { LogRange } from '../kernel/log.ts';
import type { GatewayDeps } from './deps.ts';

export interface FeedRange extends LogRange {
  /** Also what is only on the bus. */
  readonly deltas: boolean;
}

/** One event and its JSON, made once for all clients. */
export interface Line {
  readonly event: BusEvent;
  readonly json: string;
}

export interface Feed {
  /** Ends at the end of the log without `follow`, and when `gone` or the gateway's `closing` aborts. */
  readonly batches: AsyncIterator<readonly Line[]>;
  close(): void;
}

/** Characters of one client that may wait to be sent; a client further behind is read to from the log. */
const QUEUE_CHARS = 1024 * 1024;
/** Deltas are taken only while less than this waits, so that they go first. */
const DELTA_CHARS = QUEUE_CHARS / 4;
/** Characters that are written to a client at once. */
const BATCH_CHARS = 64 * 1024;

/**
 * Replay from the log, then live: durable events each once, in order and without a gap, deltas as they come. A client
 * that reads slower than events arise costs at most its queue: what does not fit is read again from the log when its
 * turn comes, and deltas are left out.
 */
export function openFeed(deps: GatewayDeps, range: FeedRange, gone: AbortSignal): Feed {
  const place = createPlace(range);
  const tap = openTap(deps, range, gone);
  return { batches: range.follow ? live(deps, range, { place, tap, gone }) : fromLog(deps, range, place, gone), close: tap.close };
}

interface Reading {
  readonly place: Place;
  readonly tap: Tap;
  readonly gone: AbortSignal;
}

async function* live(deps: GatewayDeps, range: FeedRange, { place, tap, gone }: Reading): AsyncGenerator<readonly Line[]> {
  try {
    yield* fromLog(deps, range, place, gone);
    while (!gone.aborted && !place.past()) {
      const { lines, missed } = tap.take();
      const fresh = lines.filter(({ event }) => place.accepts(event));
      if (missed) yield* fromLog(deps, range, place, gone);
      else if (fresh.length > 0) yield fresh;
      else if (deps.closing?.aborted) return;
      else await tap.more();
    }
  } finally {
    tap.close();
  }
}

async function* fromLog({ kernel }: GatewayDeps, range: FeedRange, place: Place, gone: AbortSignal): AsyncGenerator<readonly Line[]> {
  let batch: Line[] = [];
  let chars = 0;
  for await (const event of kernel.read({ ...range, from: place.next(), follow: false }, gone)) {
    if (!place.accepts(event)) continue;
    const line = lineOf(event);
    batch.push(line);
    chars += line.json.length;
    if (chars < BATCH_CHARS) continue;
    yield batch;
    batch = [];
    chars = 0;
  }
  if (batch.length > 0) yield batch;
}

/** How far a client was served. */
interface Place {
  /** First position that was not served: `seq` within a run, `leaf` in the whole log. */
  next(): number;
  /** Whether nothing that is wanted can come any more. */
  past(): boolean;
  /** Whether the event comes next; then it counts as served. */
  accepts(event: BusEvent): boolean;
}

function createPlace(range: FeedRange): Place {
  let next = range.from ?? 0;
  const last = range.to ?? Number.POSITIVE_INFINITY;
  const seqs = new Map<RunId, number>();
  return {
    next: () => next,
    past: () => next > last,
    accepts(event) {
      // A delta whose whole text was served already is stale.
      if (!isDurable(event)) return event.after >= (seqs.get(event.run) ?? -1);
      const at = positionIn(range, event);
      if (at < next || at > last) return false;
      next = at + 1;
      if (event.type === 'run.result') seqs.delete(event.run);
      else seqs.set(event.run, event.seq);
      return true;
    },
  };
}

/** Where an event stands in what is read. */
export const positionIn = (range: LogRange, event: KernelEvent): number => (range.run === undefined ? event.leaf : event.seq);

/** One client's ear on the bus, with a queue that cannot grow without bound. */
interface Tap {
  /** What waits, and whether something has to be read from the log instead. */
  take(): { readonly lines: readonly Line[]; readonly missed: boolean };
  /** Resolves when there may be something to take. */
  more(): Promise<void>;
  close(): void;
}

function openTap({ kernel, head, closing }: GatewayDeps, range: FeedRange, gone: AbortSignal): Tap {
  const queue = createQueue();
  let seen = head().size - 1;
  const hear = (event: BusEvent): void => {
    // Entries the log writes about itself are not on the bus: a leaf that is skipped has to be looked up.
    if (isDurable(event) && event.leaf > seen + 1) queue.miss();
    if (isDurable(event)) seen = Math.max(seen, event.leaf);
    if (wants(range, event)) queue.push(event);
  };
  const leave = range.follow ? kernel.subscribe(hear) : () => undefined;
  gone.addEventListener('abort', queue.wake, { once: true });
  closing?.addEventListener('abort', queue.miss, { once: true });
  return {
    take: queue.take,
    more: () => (gone.aborted ? Promise.resolve() : queue.more()),
    close() {
      leave();
      gone.removeEventListener('abort', queue.wake);
      closing?.removeEventListener('abort', queue.miss);
    },
  };
}

interface Queue extends Pick<Tap, 'take' | 'more'> {
  push(event: BusEvent): void;
  /** Gives up what waits: it is in the log. */
  miss(): void;
  wake(): void;
}

function createQueue(): Queue {
  let lines: Line[] = [];
  let chars = 0;
  let missed = false;
  let waiting: () => void = () => undefined;
  const empty = (miss: boolean): void => {
    lines = [];
    chars = 0;
    missed = miss;
  };
  const wake = (): void => waiting();
  const miss = (): void => {
    empty(true);
    wake();
  };
  return {
    miss,
    wake,
    push(event) {
      if (missed || (chars > DELTA_CHARS && !isDurable(event))) return;
      const line = lineOf(event);
      if (chars + line.json.length > QUEUE_CHARS) return miss();
      lines.push(line);
      chars += line.json.length;
      wake();
    },
    take() {
      const taken = { lines, missed };
      empty(false);
      return taken;
    },
    more: () =>
      new Promise((resolve) => {
        waiting = resolve;
        if (missed || lines.length > 0) resolve();
      }),
  };
}

const wants = (range: FeedRange, event: BusEvent): boolean =>
  (range.deltas || isDurable(event)) &&
  (range.run === undefined || event.run === range.run) &&
  (range.pid === undefined || event.pid === range.pid) &&
  (!range.types || range.types.includes(event.type));

/** The bus hands an event to one client after the other: its JSON is made once. Kept by event, it would all live until the next full collection. */
let made: Line | undefined;

function lineOf(event: BusEvent): Line {
  made = made?.event === event ? made : { event, json: JSON.stringify(event) };
  return made;
}
