import type { BodyContext } from '../kernel/kernel-types.ts';
import type { Progress } from './view/progress.ts';

/** How far a run is, and the way to bring it further: an event in the log, folded as it will be after a crash. */
export interface State {
  now(): Progress;
  emit(payload: Parameters<BodyContext['emit']>[0]): Promise<void>;
}
