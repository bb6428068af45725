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
      if (event.type === 'process.moved' && event.to === 'waiting') resting.add(event.pid);
      else if (event.type === 'message.sent' && event.kind !== 'context') resting.delete(event.pid);
      else if (event.type === 'process.exited') resting.delete(event.pid);
      else if (event.type === 'model.requested') open.add(requestOf(event));
      else if (event.type === 'model.answered' || (event.type === 'model.failed' && event.final)) open.delete(requestOf(event));
      else if (event.type === 'tool.intended') open.add(event.call);
      else if (event.type === 'tool.finished' || event.type === 'tool.denied' || event.type === 'tool.indoubt') open.delete(event.call);
      else if (event.type === 'run.resumed') {
        resting.clear();
        open.clear();
      }
    },
    get isIdle() {
      return resting.size > 0 && open.size === 0;
    },
  };
}

const requestOf = ({ pid, request }: KernelEvent & { readonly request: number }): string => `${pid} m${request}`;
