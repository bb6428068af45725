import { OxiosError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { makePlan } from '../execute/plan.ts';
import { planItems } from '../job.ts';
import { readSeed } from '../seed/read.ts';
import { writeYaml } from '../seed/to-yaml.ts';
import type { Seed } from '../seed/types.ts';
import type { Interview } from '../view/interview.ts';
import { sourcesOf } from './citations.ts';
import { DRAFT, type Draft, documentOf, type Faults, inventedIn, repaired, tidied } from './draft.ts';
import { type Live, opinionOf } from './live.ts';
import { preflight } from './preflight.ts';
import { recordOf, SPECIFIER_SYSTEM } from './prompts.ts';

/** A draft is sent back so often. */
const MOST_REVISIONS = 2;

export interface Specification {
  readonly seed: Seed;
  readonly draft: Draft;
}

/** The specification of what is known: drafted, looked at on the untouched workspace, sent back where it is at fault, in the end cleared of what nobody could mend. */
export async function specify(ctx: BodyContext, live: Live): Promise<Specification> {
  enforceFloors(live.now());
  while (!isFinal(live.now())) await revise(ctx, live);
  const state = live.now();
  const last = state.drafts.at(-1);
  const draft = tidied(DRAFT.parse(last?.draft));
  const mended = repaired(draft, faultsOf(draft, state, last?.revision ?? 0));
  if (mended.criteria.length === 0) {
    const reason = 'no criterion is left that anything said asks for';
    await live.emit({ type: 'interview.blocked', round: state.round, reason });
    throw new OxiosError('SEED_AMBIGUOUS', reason, { hint: `say what should be seen when it works: oxios interview --resume ${ctx.run}` });
  }
  const read = seedOf(mended, state, ctx.run);
  if ('seed' in read) return { seed: read.seed, draft: mended };
  await live.emit({ type: 'interview.stalled', who: 'specifier', why: read.wrong.join('; ') });
  throw new OxiosError('REPLY_UNUSABLE', `no valid seed could be made of what the specifier wrote: ${read.wrong.join('; ')}`, {
    hint: `ask anew: oxios interview --resume ${ctx.run}, perhaps with another --model`,
  });
}

/** Whoever asks for a seed: without a score that qualifies there is none, unless the user said so. */
function enforceFloors(state: Interview): void {
  const last = state.scores.at(-1);
  if (state.degraded || last?.qualifies) return;
  throw new OxiosError('SEED_AMBIGUOUS', `ambiguity ${last?.score ?? 1} does not qualify`, { hint: 'answer more, or write it all the same with --force' });
}

const isFinal = ({ drafts }: Interview): boolean => drafts.length > 0 && (drafts.at(-1)?.flaws.length === 0 || drafts.length > MOST_REVISIONS);

async function revise(ctx: BodyContext, live: Live): Promise<void> {
  const state = live.now();
  const revision = state.revisions;
  const before = state.drafts.at(-1);
  const again = before
    ? ['', 'Your last specification:', JSON.stringify(before.draft), 'What is wrong with it:', ...before.flaws.map((flaw) => `- ${flaw}`), 'Write it anew.']
    : [];
  const said = await opinionOf(ctx, live, {
    role: 'specifier',
    key: `s${revision}`,
    system: SPECIFIER_SYSTEM,
    task: [recordOf(state), ...(state.degraded ? ['', 'The user wants it written though much is open: say only what is known.'] : []), ...again].join('\n'),
    schema: DRAFT,
    looks: state.project.brownfield,
  });
  const draft = tidied(said);
  await preflight(ctx, live, revision, draft.criteria);
  await live.emit({ type: 'interview.specified', revision, draft: draft as unknown as Json, flaws: [...flawsOf(draft, live.now(), revision, ctx.run)] });
}

const faultsOf = (draft: Draft, state: Interview, revision: number): Faults => {
  const found = state.preflights.get(revision) ?? new Map();
  return {
    invented: inventedIn(draft, sourcesOf(state)),
    contracts: new Map([...found].flatMap(([id, { flaw }]) => (flaw === undefined ? [] : [[id, flaw] as const]))),
  };
};

/** Everything wrong with a draft, in words for who wrote it. */
function flawsOf(draft: Draft, state: Interview, revision: number, run: string): readonly string[] {
  const { invented, contracts } = faultsOf(draft, state, revision);
  const read = seedOf(draft, state, run);
  return [
    ...invented.criteria.map((id) => `criterion ${id}: none of its quotes was said, so that nobody asked for it; quote what was said, or leave it out`),
    ...invented.constraints.map((text) => `constraint "${text}": none of its quotes was said; quote what was said, or leave it out`),
    ...[...contracts].map(
      ([id, flaw]) => `criterion ${id}: its verify_command: ${flaw}; write another, or leave it out and say why in verify_exemption_reason`,
    ),
    ...read.wrong,
  ];
}

/** What the draft reads as, and what a reader of the file would say of it. */
function seedOf(draft: Draft, state: Interview, run: string): { readonly wrong: readonly string[]; readonly seed?: Seed } {
  const reading = readSeed(new TextEncoder().encode(writeYaml(documentOf(draft, state, run))), 'seed.yaml');
  const wrong = reading.diagnostics
    .filter((one) => one.severity === 'error' || !OURS.has(one.code))
    .map(({ path, message, hint }) => `${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : ` (${hint})`}`);
  if (!reading.ok) return { wrong };
  const circle = circleIn(reading.seed);
  return circle === undefined ? { wrong, seed: reading.seed } : { wrong: [...wrong, circle] };
}

/** What follows from how the interview went, and from the preflight, is no fault of the draft. */
const OURS: ReadonlySet<string> = new Set(['lint.ambiguity', 'lint.provenance', 'lint.vacuous', 'lint.masked']);

function circleIn(seed: Seed): string | undefined {
  try {
    makePlan(planItems(seed));
    return undefined;
  } catch (error) {
    if (error instanceof OxiosError) return error.detail;
    throw error;
  }
}
