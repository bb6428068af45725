import type { KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import { cleanEvent, slimEvent } from './clean.ts';
import type { Read } from './fold.ts';
import { createLive } from './live.ts';
import { isStep } from './step.ts';
import { createStory } from './story.ts';

export interface Reading {
  readonly kernel: Pick<Kernel, 'read'>;
  /** Lets what else waits be done. */
  breathe(): Promise<void>;
}

/** Events that are folded before keys and frames have their turn. */
const BREATH = 200;

/** A run from its beginning, as the log has it; undefined when it is not there. Rejects with what the kernel says. */
export async function readRun({ kernel, breathe }: Reading, run: RunId, signal: AbortSignal): Promise<Read | undefined> {
  const live = createLive({ fold: undefined, story: undefined, upTo: -1 }, () => createStory(run));
  const steps: KernelEvent[] = [];
  let count = 0;
  for await (const event of kernel.read({ run }, signal)) {
    const clean = cleanEvent(event);
    live.take(clean);
    if (isStep(clean)) steps.push(slimStep(clean));
    count += 1;
    if (count % BREATH === 0) await breathe();
  }
  return signal.aborted || count === 0 ? undefined : { parts: live.parts(), steps };
}

/** What a person is asked to approve is kept whole. */
const slimStep = (event: KernelEvent): KernelEvent => (event.type === 'approval.asked' ? event : slimEvent(event));
