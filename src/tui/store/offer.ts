import type { KernelEvent } from '../../kernel/events.ts';
import type { ShellState } from '../state.ts';
import { textIn } from './clean.ts';

/** The interview that is offered after this event, clean. It is off when something else is said, or one begins. */
export function offerAfter(offer: ShellState['offer'], event: KernelEvent): ShellState['offer'] {
  if (event.type === 'chat.suggested') return { run: event.run, idea: textIn(event, 'idea') ?? '', why: textIn(event, 'why') ?? '' };
  const isOff =
    (event.type === 'run.started' && event.kind === 'interview') ||
    (event.run === offer?.run && ((event.type === 'message.sent' && event.actor === 'user') || event.type === 'run.result'));
  return isOff ? undefined : offer;
}
