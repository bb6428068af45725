import type { KernelEvent } from '../kernel/events.ts';
import type { BodyContext } from '../kernel/kernel-types.ts';
import { foldProgress, NO_PROGRESS, type Progress } from './view/progress.ts';

/** How far a run is, and the way to bring it further: an event in the log, folded as it will be after a crash. */
export interface State {
  now(): Progress;
  emit(payload: Parameters<BodyContext['emit']>[0]): Promise<void>;
}

/** `begin`: what is known before the first event of the run. */
export function createState(ctx: BodyContext, begin: Progress = NO_PROGRESS): State {
  let progress = ctx.past.reduce(foldProgress, begin);
  return {
    now: () => progress,
    async emit(payload) {
      const event: KernelEvent = await ctx.emit(payload);
      progress = foldProgress(progress, event);
    },
  };
}
