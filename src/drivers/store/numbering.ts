import { performance } from 'node:perf_hooks';
import type { DatabaseSync } from 'node:sqlite';
import type { EventDraft, KernelEvent } from '../../kernel/events.ts';
import type { Codec, Stored } from './codec.ts';

/** An event with its numbers, as it will be stored. */
export interface Entry {
  readonly event: KernelEvent;
  readonly stored: Stored;
  readonly place: Place;
}

/** A run in the database, once an entry of it is there, and its next `seq`. */
export interface Place {
  id: number | undefined;
  next: number;
}

export interface Numbering {
  /** All of them or none: what cannot be written down takes no number. */
  enter(drafts: readonly EventDraft[]): readonly Entry[];
  /** Numbers go on from what is on the disk. */
  reset(size: number): void;
}

export interface NumberingDeps {
  readonly db: DatabaseSync;
  readonly codec: Codec;
  readonly boot: string;
  readonly now: () => number;
}

export function createNumbering({ db, codec, boot, now }: NumberingDeps, start: number): Numbering {
  const places = createPlaces(db);
  let size = start;
  return {
    enter(drafts) {
      const stamp = { at: now(), mono: Math.round(performance.now() * 10) / 10, boot };
      const entries: Entry[] = [];
      try {
        for (const draft of drafts) {
          const place = places.of(draft.run);
          const event = eventOf(draft, stamp, size, place.next);
          entries.push({ event, stored: codec.encode(event), place });
          place.next += 1;
          size += 1;
        }
        return entries;
      } catch (error) {
        size -= entries.length;
        for (const { place } of entries) place.next -= 1;
        throw error;
      }
    },
    reset(to) {
      size = to;
      places.forget();
    },
  };
}

interface Stamp {
  readonly at: number;
  readonly mono: number;
  readonly boot: string;
}

/** In the order in which an entry is stored: what the columns repeat comes first (`entry.ts` looks at that). */
function eventOf(draft: EventDraft, { at, mono, boot }: Stamp, leaf: number, seq: number): KernelEvent {
  const { run, pid, type, actor } = draft;
  return { v: 1, leaf, run, seq, pid, type, at, mono, boot, actor, ...(draft as object) } as unknown as KernelEvent;
}

interface Places {
  of(run: string): Place;
  forget(): void;
}

function createPlaces(db: DatabaseSync): Places {
  const known = new Map<string, Place>();
  const findRun = db.prepare('SELECT id FROM runs WHERE run = ?');
  const nextSeq = db.prepare('SELECT coalesce(max(seq) + 1, 0) AS next FROM entries WHERE run = ?');
  return {
    of(run) {
      const found = known.get(run);
      if (found) return found;
      const id = findRun.get(run)?.id;
      const place = id === undefined ? { id: undefined, next: 0 } : { id: Number(id), next: Number(nextSeq.get(id)?.next) };
      known.set(run, place);
      return place;
    },
    forget: () => known.clear(),
  };
}
