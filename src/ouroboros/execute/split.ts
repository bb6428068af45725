import { z } from 'zod';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { consult } from '../consult.ts';
import type { Job } from '../job.ts';
import type { Part } from '../view/course.ts';
import type { Item } from './brief.ts';
import { masksOf } from './mask.ts';
import type { Place } from './place.ts';

/** Parts that one is split into, and how often a part may be split again. */
const LEAST = 2;
const MOST = 5;
export const MAX_DEPTH = 2;

const PLAN = z.strictObject({
  split: z.boolean(),
  reason: z.string(),
  children: z.array(z.strictObject({ description: z.string().min(1), artifacts: z.array(z.string()).default([]) })).default([]),
});
type Plan = z.infer<typeof PLAN>;

export interface Split {
  readonly reason: string;
  readonly parts: readonly Part[];
}

const SYSTEM = [
  'A piece of work seems too big for one agent. You say whether it is, and if so into which parts it falls.',
  'Split it only where each part can be done and finished on its own, one after the other, in the same folder; all of them together are the whole, and no two of them do the same.',
  'Where the trouble is another one (a mistake, something missing), it is not too big. You may look at the files; you can only read.',
  `Answer with one JSON object and nothing else: {"split": true|false, "reason": "...", "children": [{"description": "...", "artifacts": ["path", ...]}, ...]}`,
  `children: ${LEAST} to ${MOST}, in the order in which they are to be done, each described so that somebody who knows nothing else can do it; none when it is not split.`,
].join('\n');

const LOOKS = ['read', 'grep', 'find', 'ls'];
const TURNS = 10;

/** Asks a planner whether this was too big. Undefined: it was not, or nobody is there to say. */
export async function askForSplit(
  ctx: BodyContext,
  job: Job,
  item: Item,
  { part, evidence, key, place }: { readonly part: Part; readonly evidence: string; readonly key: string; readonly place: Place },
): Promise<Split | undefined> {
  const { all, commands } = masksOf(job);
  const said = await consult<Plan>(ctx, {
    name: `planner ${part.id}`,
    role: 'planner',
    key,
    system: SYSTEM,
    task: [
      `Goal of the whole work: ${commands(job.seed.goal)}`,
      ...job.seed.constraints.map((one) => `Constraint: ${all(one)}`),
      `The piece of work (${part.id}): ${commands(part.description)}`,
      ...(part.artifacts.length > 0 ? [`Files it is expected to leave: ${part.artifacts.join(', ')}`] : []),
      `What happened: ${all(evidence)}`,
    ].join('\n'),
    schema: PLAN,
    tools: LOOKS,
    turns: TURNS,
    grants: [{ on: 'fs', right: 'read', under: ctx.cwd }],
    mount: place.mount,
    labels: { criterion: item.id },
    refuse: (plan) => faultOfPlan(plan, part, all),
  });
  if (!said.ok || !said.value.split) return undefined;
  return { reason: said.value.reason, parts: said.value.children.map((one, at) => ({ id: `${part.id}.${at + 1}`, ...one })) };
}

/** Why parts are no division of the whole; undefined: they are. */
export function faultOfPlan({ split, children }: Plan, whole: Part, mask: (text: string) => string): string | undefined {
  if (!split) return undefined;
  if (children.length < LEAST || children.length > MOST) return `it has to be ${LEAST} to ${MOST} children, not ${children.length}`;
  const said = children.map((one) => one.description.trim().toLowerCase());
  if (new Set(said).size < said.length) return 'two children are the same';
  if (children.some((one) => mask(one.description) !== one.description)) return 'a child says how the work is checked';
  const artifacts = children.flatMap((one) => one.artifacts);
  const twice = artifacts.find((path, at) => artifacts.indexOf(path) !== at);
  if (twice !== undefined) return `two children leave ${twice}`;
  const invented = artifacts.find((path) => !whole.artifacts.includes(path));
  if (invented !== undefined) return `${invented} is none of the files it is expected to leave`;
  const missing = whole.artifacts.find((path) => !artifacts.includes(path));
  return missing === undefined ? undefined : `no child leaves ${missing}`;
}
