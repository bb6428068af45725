import type { EventOf, KernelEvent } from '../../kernel/events.ts';
import type { AskId } from '../../kernel/ids.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import type { ShellAsk } from '../state.ts';

/** What waits for a person after this event, in the order it was asked. The event is clean. */
export function asksAfter(asks: readonly ShellAsk[], event: KernelEvent, view: RunView | undefined): readonly ShellAsk[] {
  switch (event.type) {
    case 'approval.asked':
      return [...asks.filter(({ ask }) => ask !== event.ask), askIn(event, view)];
    case 'approval.answered':
    case 'approval.expired':
      return asks.some(({ ask }) => ask === event.ask) ? asks.filter(({ ask }) => ask !== event.ask) : asks;
    case 'run.result':
    case 'run.resumed':
      return asks.some(({ run }) => run === event.run) ? asks.filter(({ run }) => run !== event.run) : asks;
    default:
      return asks;
  }
}

function askIn(event: EventOf<'approval.asked'>, view: RunView | undefined): ShellAsk {
  const { ask, run, pid, kind, call, text, options, needs, reason, detail, leads, origins, at, key, timeout_ms } = event;
  return {
    ...{ run, pid, kind, text, options, needs, reason },
    ask: ask as AskId,
    name: view?.procs.find((proc) => proc.pid === pid)?.name ?? view?.title ?? '',
    asked_at: at,
    expires_at: timeout_ms === undefined ? null : at + timeout_ms,
    ...(call === '' ? {} : { call }),
    ...(key === undefined ? {} : { key }),
    ...(detail === undefined ? {} : { detail }),
    ...(leads ? { leads } : {}),
    ...(origins ? { origins } : {}),
  };
}
