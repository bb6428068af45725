import { z } from 'zod';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { ambiguityOf, type Clarity, capped, PARTS, type Part, partsOf } from './ambiguity.ts';
import { sourcesOf, uncitedIn } from './citations.ts';
import { type Live, opinionOf } from './live.ts';
import { recordOf, SCORER_SYSTEM } from './prompts.ts';
import { QUOTES } from './quotes.ts';

const ONE = z.object({ score: z.number().min(0).max(1), why: z.string().default(''), quotes: QUOTES });
const SCORES = z.object({ goal: ONE, constraints: ONE, criteria: ONE, context: ONE.optional(), missing: z.array(z.string()).default([]) });

/** What is listed as missing, at most. */
const MAX_MISSING = 8;

/** How clear it is by now. The scorer says what it thinks; the mechanism caps what nothing shows, and computes. */
export async function score(ctx: BodyContext, live: Live): Promise<void> {
  const state = live.now();
  const said = await opinionOf(ctx, live, {
    role: 'scorer',
    key: `r${state.round}.${state.scores.length}`,
    system: SCORER_SYSTEM,
    task: `${recordOf(state)}\n\nScore ${partsOf(state.project.brownfield).join(', ')}.`,
    schema: SCORES,
    refuse: once((given) => (state.project.brownfield && !given.context ? 'context: a project is there, and its part is missing' : undefined)),
  });
  const uncited = uncitedIn({ ...said, context: state.project.brownfield ? said.context : undefined }, sourcesOf(state));
  const clarity = clarityOf(state.project.brownfield ? said : { ...said, context: undefined });
  const counts = capped(clarity, new Set(PARTS.filter((part) => !uncited.includes(part))));
  const last = state.scores.at(-1);
  await live.emit({
    type: 'interview.scored',
    round: state.round,
    said: clarity,
    clarity: counts,
    uncited: [...uncited],
    before: last ? { score: last.score, clarity: last.clarity } : null,
    because: Object.fromEntries(PARTS.flatMap((part) => (said[part] ? [[part, said[part].why]] : []))),
    missing: said.missing.slice(0, MAX_MISSING),
    ...mutable(ambiguityOf(counts, state.project.brownfield)),
  });
}

/** Asked for once more; who leaves it out again says nothing of it. */
function once<T>(refuse: (value: T) => string | undefined): (value: T) => string | undefined {
  let told: string | undefined;
  return (value) => {
    if (told !== undefined) return undefined;
    told = refuse(value);
    return told;
  };
}

const clarityOf = (said: z.infer<typeof SCORES>): Clarity => Object.fromEntries(PARTS.map((part: Part) => [part, said[part]?.score ?? null])) as Clarity;

const mutable = (one: ReturnType<typeof ambiguityOf>) => ({ ...one, floor_failures: [...one.floor_failures] });
