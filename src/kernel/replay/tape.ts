import type { EventDraft, KernelEvent } from '../events.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Log, LogHead, LogRange } from '../log.ts';
import { createHearing, type HeardBy, isOutside } from './outside.ts';

/** Where a replay left the recorded course. */
export interface Divergence {
  readonly seq: number;
  readonly expected: KernelEvent | undefined;
  readonly got: EventDraft | undefined;
  readonly reason: string;
}

/** A recorded run as a log: what the kernel writes is compared with what was written then, in the order of then. */
export interface Tape {
  readonly log: Log;
  /** Index of the next recorded event. */
  readonly at: number;
  readonly divergence: Divergence | undefined;
  /** Resolves when the recorded events up to `end` are consumed, or the replay left their course. */
  readonly finished: Promise<void>;
  /** Resolves when what was said and done to the process before it went on is there again. */
  heard(pid: number, by?: HeardBy): Promise<void>;
  /** Called when the next recorded event came from outside: somebody has to do it again. */
  onOutside(act: (event: KernelEvent) => void): void;
}

/** Clock, boot and measured times are inputs of a run like a model's answers: they are taken from the recording. */
const ADOPTED = new Set(['v', 'seq', 'leaf', 'at', 'mono', 'boot', 'ms', 'version', 'audit_head', 'taint']);

/** A replay that consumes nothing for this long waits for something that will never come, milliseconds. */
const STALL_MS = 5000;

/** A timer that rings this much too late belongs to a machine that was busy, milliseconds. */
const LATE_MS = 500;

const STALLED = 'nothing more happens, and the recorded run went on';

interface Group {
  readonly drafts: readonly EventDraft[];
  readonly resolve: (events: readonly KernelEvent[]) => void;
}

export function createTape(recorded: readonly KernelEvent[], from: number, end: number, head: LogHead): Tape {
  let at = from;
  let divergence: Divergence | undefined;
  let outside: (event: KernelEvent) => void = () => undefined;
  let acted = -1;
  const waiting: Group[] = [];
  /** A life that was cut off may have been about to write what is not there any more. */
  const isWhole = recorded[end - 1]?.type === 'run.result';
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();

  const diverge = (found: Divergence) => {
    divergence ??= found;
    watchdog.end();
    finish();
  };
  const watchdog = createWatchdog(() => diverge({ seq: at, expected: recorded[at], got: waiting[0]?.drafts[0], reason: STALLED }));

  /** Takes what fits the next recorded event, until nothing does. */
  const consume = (): void => {
    while (!divergence && at < end) {
      const next = recorded[at];
      const index = waiting.findIndex((group) => next && group.drafts[0] && sameKey(next, group.drafts[0]));
      if (index < 0) return;
      waiting.splice(index, 1).forEach(take);
    }
  };

  const hearing = createHearing({ recorded, end, written: (pid, type) => ownIn(waiting, pid, type) });

  const step = (): void => {
    consume();
    hearing.look(at);
    const next = recorded[at];
    if (at >= end) {
      watchdog.end();
      finish();
    } else if (next && isOutside(next) && acted < at) {
      acted = at;
      outside(next);
    }
  };

  const take = (group: Group) => {
    const found = group.drafts.findIndex((draft, index) => difference(recorded[at + index], draft) !== undefined);
    const [expected, got] = [recorded[at + found], group.drafts[found]];
    if (got) return diverge({ seq: at + found, expected, got, reason: difference(expected, got) ?? '' });
    at += group.drafts.length;
    watchdog.pat();
    group.resolve(recorded.slice(at - group.drafts.length, at));
  };

  watchdog.pat();
  queueMicrotask(step);
  return {
    get at() {
      return at;
    },
    get divergence() {
      return divergence;
    },
    finished,
    heard(pid, by) {
      queueMicrotask(step);
      return hearing.wait(pid, by);
    },
    onOutside: (act) => {
      outside = act;
    },
    log: {
      append(drafts) {
        const first = drafts[0];
        const ahead = first && recorded.slice(at, end).some((event) => sameKey(event, first));
        if (first && !ahead && !divergence && isWhole) diverge({ seq: at, expected: recorded[at], got: first, reason: 'the recorded run has no such event' });
        return new Promise((resolve) => {
          waiting.push({ drafts, resolve });
          queueMicrotask(step);
        });
      },
      read: (range) => past(recorded.slice(0, at), range),
      head: () => head,
      checkpoint: async () => '',
    },
  };
}

/** How many events of the process are written and wait for their turn. */
const ownIn = (waiting: readonly Group[], pid: number, type?: string): number =>
  waiting.reduce((sum, { drafts }) => sum + drafts.filter((one) => one.pid === pid && (type ? one.type === type : one.type !== 'message.sent')).length, 0);

interface Watchdog {
  /** Something happened. */
  pat(): void;
  end(): void;
}

function createWatchdog(bark: () => void): Watchdog {
  let timer: NodeJS.Timeout | undefined;
  const pat = (): void => {
    clearTimeout(timer);
    const due = Date.now() + STALL_MS;
    // Late itself, it says nothing about the replay: the whole process stood still.
    timer = setTimeout(() => (Date.now() - due > LATE_MS ? pat() : bark()), STALL_MS);
  };
  return { pat, end: () => clearTimeout(timer) };
}

async function* past(recorded: readonly KernelEvent[], range: LogRange): AsyncIterable<KernelEvent> {
  for (const event of recorded) if (event.seq >= (range.from ?? 0) && (!range.types || range.types.includes(event.type))) yield event;
}

/** Which event of a process this is: enough to tell neighbours apart that ran side by side. */
function sameKey(event: KernelEvent, draft: EventDraft): boolean {
  if (event.type !== draft.type || event.pid !== draft.pid) return false;
  const a = event as unknown as JsonObject;
  const b = draft as unknown as JsonObject;
  return ['call', 'ask', 'request', 'criterion', 'question', 'what', 'before', 'from'].every((key) => typeof a[key] === 'object' || a[key] === b[key]);
}

const difference = (expected: KernelEvent | undefined, draft: EventDraft): string | undefined =>
  expected ? differs(expected, draft) : 'the recorded run had ended';

/** The first field that differs, said with both values; undefined when the draft would give the recorded bytes. */
function differs(expected: KernelEvent, draft: EventDraft): string | undefined {
  const a = plain(expected);
  const b = plain(draft);
  for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort((one, other) => Number(isHash(one)) - Number(isHash(other)))) {
    const [x, y] = [JSON.stringify(a[key]), JSON.stringify(b[key])];
    if (x !== y) return `${key} was ${short(x)} and is ${short(y)}`;
  }
  return undefined;
}

/** Where the text of a hash differs too, the text says more. */
const isHash = (key: string): boolean => key.endsWith('_sha256');

const plain = (event: object): Record<string, Json | undefined> => {
  const copy = JSON.parse(JSON.stringify(event)) as Record<string, Json>;
  return Object.fromEntries(
    Object.entries(copy)
      .filter(([key]) => !ADOPTED.has(key))
      .map(([key, value]) => [key, sorted(value)]),
  );
};

/** The log keeps JSON with its own key order; order carries no meaning. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner ?? null)]),
  );
}

const short = (text: string | undefined): string => (text === undefined ? 'absent' : text.length > 120 ? `${text.slice(0, 120)}...` : text);
