import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { CheckFacts } from '../events.ts';
import type { Job } from '../job.ts';
import type { State } from '../state.ts';
import type { Course, Try } from '../view/course.ts';
import type { Item } from './brief.ts';
import type { Place } from './place.ts';

/** All that the work on one criterion needs. */
export interface At {
  readonly ctx: BodyContext;
  readonly job: Job;
  readonly item: Item;
  readonly state: State;
  readonly place: Place;
}

export const courseOf = ({ state }: At): Course => state.now().course;

/** What was found of its contract before the work. */
export const baselineOf = ({ state, item }: At): CheckFacts | undefined => state.now().criteria.get(item.id)?.baseline;

/** Tries of this generation and round, the latest last. */
export const triesOf = ({ state, job, item, place }: At): readonly Try[] =>
  state.now().course.tries.filter((one) => one.criterion === item.id && one.generation === job.generation && one.round === place.round);

/** Of the latest try, from 1; 0: none has begun. */
export const attemptOf = (at: At): number => triesOf(at).length;

/** The try that has begun and has not been weighed. */
export function underWay(at: At): Try | undefined {
  const last = triesOf(at).at(-1);
  return last?.end ? undefined : last;
}
