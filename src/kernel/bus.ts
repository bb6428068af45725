import type { BusEvent, Delta, KernelEvent } from './events.ts';
import type { Pid, RunId } from './ids.ts';

export type DeltaBody =
  | { readonly type: 'model.delta'; readonly kind: 'text' | 'thinking'; readonly text: string }
  | { readonly type: 'tool.delta'; readonly call: string; readonly text: string }
  | { readonly type: 'progress'; readonly text: string };

/** Live delivery: durable events after they are on the disk, deltas at once. A listener that throws is a defect and is not caught. */
export interface Bus {
  publish(events: readonly KernelEvent[]): void;
  delta(run: RunId, pid: Pid, body: DeltaBody): void;
  subscribe(listener: (event: BusEvent) => void): () => void;
}

export function createBus(): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  const last = new Map<RunId, { after: number; n: number }>();
  const send = (event: BusEvent) => {
    for (const listener of listeners) listener(event);
  };
  return {
    publish(events) {
      for (const event of events) {
        if (event.type === 'run.result') last.delete(event.run);
        else last.set(event.run, { after: event.seq, n: 0 });
        send(event);
      }
    },
    delta(run, pid, body) {
      if (listeners.size === 0) return;
      const place = last.get(run) ?? { after: -1, n: 0 };
      last.set(run, place);
      send({ v: 1, run, pid, after: place.after, n: place.n++, ...body } as Delta);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
