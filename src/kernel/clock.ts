import type { KernelEvent } from './events.ts';

/** Whether anybody of a run is at work: a time limit counts no other time. */
export interface Activity {
  begin(): void;
  end(): void;
  /** Told when work begins that nobody did, and when the last has ended. */
  watch(listener: (isBusy: boolean) => void): void;
}

export function createActivity(): Activity {
  const listeners: ((isBusy: boolean) => void)[] = [];
  let busy = 0;
  const tell = (): void => {
    for (const listener of listeners) listener(busy > 0);
  };
  return {
    begin() {
      busy += 1;
      if (busy === 1) tell();
    },
    end() {
      busy -= 1;
      if (busy === 0) tell();
    },
    watch: (listener) => void listeners.push(listener),
  };
}

/** The same from the log: nobody is at work while an agent waits for a message and no call or request is under way. */
export interface ActivityFold {
  take(event: KernelEvent): void;
  readonly isIdle: boolean;
}

export function foldActivity(): ActivityFold {
  const resting = new Set<number>();
  const open = new Set<string>();
  return {
    take(event) {
      switch (event.type) {
        case 'process.moved':
          if (event.to === 'waiting') resting.add(event.pid);
          return;
        case 'message.sent':
          if (event.kind !== 'context') resting.delete(event.pid);
          return;
        case 'process.exited':
          return void resting.delete(event.pid);
        case 'model.requested':
          return void open.add(requestOf(event));
        case 'model.answered':
          return void open.delete(requestOf(event));
        case 'model.failed':
          return void (event.final && open.delete(requestOf(event)));
        case 'tool.intended':
          return void open.add(event.call);
        case 'tool.finished':
        case 'tool.denied':
        case 'tool.indoubt':
          return void open.delete(event.call);
        case 'run.resumed':
          resting.clear();
          return open.clear();
      }
    },
    get isIdle() {
      return resting.size > 0 && open.size === 0;
    },
  };
}

const requestOf = ({ pid, request }: KernelEvent & { readonly request: number }): string => `${pid} m${request}`;
