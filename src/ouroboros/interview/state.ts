import type { Interview, Scored } from '../view/interview.ts';

export type Step =
  | { readonly do: 'begin' | 'score' | 'ask' | 'await' | 'specify' | 'confirm' | 'end' }
  | { readonly do: 'close'; readonly forced: boolean }
  | { readonly do: 'refuse' }
  | { readonly do: 'block'; readonly why: string };

/** What comes next. Pure: a crash changes nothing of it. */
export function nextStep(state: Interview): Step {
  switch (state.is) {
    case 'created':
      return { do: 'begin' };
    case 'scoring':
      return { do: 'score' };
    case 'awaiting':
      return { do: 'await' };
    case 'asking':
      return afterScore(state);
    case 'ready':
      return { do: 'specify' };
    case 'restate':
      return { do: 'confirm' };
    case 'blocked':
      return { do: 'ask' };
    default:
      return { do: 'end' };
  }
}

function afterScore(state: Interview): Step {
  const { scores, rules, round, blockedAt } = state;
  const [last, before] = [scores.at(-1), scores.at(-2)];
  if (last?.qualifies && (!rules.unattended || before?.qualifies)) return { do: 'close', forced: false };
  // A second opinion on the same words.
  if (last?.qualifies) return { do: 'score' };
  if (rules.forced) return { do: 'close', forced: true };
  if (rules.max_rounds === 0) return { do: 'refuse' };
  const stuck = stuckFor(scores.slice(Math.max(0, blockedAt.scores - 1)));
  if (stuck >= MOST_STUCK) return { do: 'block', why: `${stuck} rounds brought no progress` };
  if (round - blockedAt.round >= rules.max_rounds)
    return { do: 'block', why: `${rules.max_rounds} ${rules.max_rounds === 1 ? 'round was' : 'rounds were'} asked` };
  return { do: 'ask' };
}

/** Rounds in a row without progress that are one too many. */
const MOST_STUCK = 3;
/** A score that falls by less has not moved. */
const MOVED = 0.01;

/** How many of the last scores were no better than the best before them. */
function stuckFor(scores: readonly Scored[]): number {
  let best = Number.POSITIVE_INFINITY;
  let stuck = 0;
  for (const { score } of scores) {
    stuck = score <= best - MOVED ? 0 : stuck + 1;
    best = Math.min(best, score);
  }
  return stuck;
}
