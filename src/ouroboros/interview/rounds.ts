import { z } from 'zod';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { persona } from '../personas/personas.ts';
import type { Interview } from '../view/interview.ts';
import { PARTS } from './ambiguity.ts';
import type { Observation } from './brownfield.ts';
import type { Question } from './events.ts';
import { type Live, opinionOf } from './live.ts';
import { INTERVIEWER_SYSTEM, recordOf } from './prompts.ts';

/** Questions of one round, and proposals of each, at most. */
const MOST_QUESTIONS = 3;
const MOST_OPTIONS = 4;

const ASKED = z.object({
  questions: z.array(
    z.object({
      id: z.string().default(''),
      text: z.string().trim().min(1),
      why: z.string().default(''),
      about: z.enum(PARTS).default('goal'),
      options: z.array(z.string().trim().min(1)).min(2),
      recommended: z.union([z.number(), z.string()]).default(1),
    }),
  ),
  observations: z.array(z.object({ at: z.string(), text: z.string() })).default([]),
});
type Proposed = z.infer<typeof ASKED>['questions'][number];

/** Who looks at it: from the third round on also at how the parts fit together, and near the end at what is really still needed. */
export function perspectivesFor(round: number, score: number): readonly string[] {
  return ['breadth-keeper', 'researcher', 'simplifier', ...(round >= ARCHITECT_FROM ? ['architect'] : []), ...(score <= CLOSER_FROM ? ['seed-closer'] : [])];
}
const ARCHITECT_FROM = 3;
const CLOSER_FROM = 0.25;

/** A round of questions. False: nothing was left to ask. */
export async function askRound(ctx: BodyContext, live: Live): Promise<boolean> {
  const state = live.now();
  const round = state.round + 1;
  const last = state.scores.at(-1);
  const perspectives = perspectivesFor(round, last?.score ?? 1);
  const given = await opinionOf(ctx, live, {
    role: 'interviewer',
    key: `r${round}`,
    system: [INTERVIEWER_SYSTEM, 'Look at it in these ways, each in turn:', ...perspectives.map((name) => `${name}: ${persona(name).system}`)].join('\n'),
    task: [recordOf(state), '', `Clear so far: ${clearness(state)}.`, ...missing(state), 'Ask what would make it clearer.'].join('\n'),
    schema: ASKED,
    looks: state.project.brownfield,
  });
  const questions = newQuestions(given.questions, state);
  if (questions.length === 0) return false;
  const observations = await existing(ctx, given.observations, round);
  await live.emit({
    type: 'interview.asked',
    round,
    perspectives: [...perspectives],
    questions: questions.map((one) => ({ ...one, options: [...one.options] })),
    observations: observations.map((one) => ({ ...one })),
  });
  return true;
}

const clearness = ({ scores }: Interview): string => {
  const last = scores.at(-1);
  return last
    ? `${PARTS.flatMap((part) => (last.clarity[part] === null ? [] : [`${part} ${last.clarity[part]}`])).join(', ')}; ambiguity ${last.score}`
    : 'nothing';
};

const missing = ({ scores }: Interview): readonly string[] => {
  const last = scores.at(-1);
  return last && last.missing.length > 0 ? ['Still missing:', ...last.missing.map((text) => `- ${text}`)] : [];
};

/** What a model asks too much, twice or again is left out. Pure. */
export function newQuestions(proposed: readonly Proposed[], { questions }: Pick<Interview, 'questions'>): readonly Question[] {
  const asked = new Set(questions.map((one) => same(one.text)));
  const ids = new Set(questions.map((one) => one.id));
  const out: Question[] = [];
  for (const one of proposed) {
    if (out.length === MOST_QUESTIONS || asked.has(same(one.text))) continue;
    const options = [...new Set(one.options)].slice(0, MOST_OPTIONS);
    if (options.length < 2) continue;
    asked.add(same(one.text));
    const n = questions.length + out.length + 1;
    const id = idFor(one.id, n, ids);
    ids.add(id);
    out.push({ n, id, text: one.text, why: one.why, about: one.about, options, recommended: recommendedIn(one, options) });
  }
  return out;
}

const same = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Its own short name where that is usable and free. A bare number would be taken for a place. */
function idFor(wanted: string, n: number, taken: ReadonlySet<string>): string {
  const id = wanted
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, MAX_ID);
  return id === '' || /^q?\d+$/u.test(id) || taken.has(id) ? `q${n}` : id;
}
const MAX_ID = 40;

function recommendedIn({ recommended }: Proposed, options: readonly string[]): number {
  const at = typeof recommended === 'string' && !/^\d+$/u.test(recommended.trim()) ? options.indexOf(recommended.trim()) : Number(recommended) - 1;
  return Number.isInteger(at) && at >= 0 && at < options.length ? at : 0;
}

/** Places that are there; the others were made up. */
async function existing(ctx: BodyContext, found: readonly Observation[], round: number): Promise<readonly Observation[]> {
  if (found.length === 0) return [];
  const tree = await ctx.snapshot(`round ${round}`);
  const kept: Observation[] = [];
  for (const one of found.slice(0, MAX_OBSERVATIONS)) if (await isThere(ctx, tree, one.at)) kept.push(one);
  return kept;
}
const MAX_OBSERVATIONS = 20;

async function isThere(ctx: BodyContext, tree: string, at: string): Promise<boolean> {
  const [, path, line] = /^(.+):(\d+)$/u.exec(at.trim()) ?? [];
  if (path === undefined) return false;
  const [text] = await ctx.written(tree, [path.replace(/^\.\//u, '')]);
  return text !== undefined && Number(line) >= 1 && Number(line) <= text.split('\n').length;
}
