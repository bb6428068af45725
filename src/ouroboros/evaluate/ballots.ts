import { z } from 'zod';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { consult } from '../consult.ts';
import { CONSENSUS } from '../personas/consensus.ts';
import { BALLOT_SYSTEM, judgeTask } from '../prompts.ts';
import { citationFault, citationsIn } from './citations.ts';
import type { Ballot } from './events.ts';
import { JUDGE_TOOLS, JUDGE_TURNS, type Subject, toldOf } from './semantic.ts';

/** The whole of a vote, as it is asked for. */
const VOTE = z.strictObject({ approved: z.boolean(), evidence: z.array(z.string()).min(1), reasons: z.string() });

/** What is known of a vote before it is asked for. */
interface Known {
  /** Ballots of an earlier life. */
  readonly before: readonly Ballot[];
  /** Models that did the work. */
  readonly workers: readonly string[];
}

/** Stage 3: those who have not voted yet do so, all at once, each from its own point of view; in the order of the ballots. */
export async function askBallots(ctx: BodyContext, subject: Subject, { before, workers }: Known): Promise<readonly Ballot[]> {
  const open = CONSENSUS.map((_, at) => at).filter((at) => !before.some((one) => one.ballot === at + 1));
  const asked = await Promise.allSettled(open.map((at) => askOne(ctx, subject, workers, at)));
  for (const one of asked) if (one.status === 'rejected') throw one.reason;
  return asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}

async function askOne(ctx: BodyContext, { tree, key, brief }: Subject, workers: readonly string[], at: number): Promise<Ballot> {
  const { id } = brief.criterion;
  const [name, who] = [`ballot ${id} ${at + 1}`, `ballot ${at + 1}`];
  const { name: persona, system } = CONSENSUS[at] ?? { name: '', system: '' };
  const model = modelOf(ctx, at);
  const said = await consult(ctx, {
    name,
    role: 'ballot',
    key,
    system: `${BALLOT_SYSTEM}\n\n${system}`,
    task: judgeTask(brief),
    schema: VOTE,
    strict: true,
    tools: JUDGE_TOOLS,
    turns: JUDGE_TURNS,
    grants: [{ on: 'fs', right: 'read', under: ctx.cwd }],
    model,
    labels: { criterion: id },
    refuse: async ({ evidence }) => citationFault(who, await citationsIn(ctx, tree, evidence)),
  });
  const others = CONSENSUS.map((_, other) => modelOf(ctx, other)).filter((_, other) => other !== at);
  const independent = { of_worker: !workers.includes(model), of_ballots: !others.includes(model) };
  const cast = { criterion: id, ballot: at + 1, judge: said.pid, model, persona, independent };
  if (!said.ok) return { ...cast, vote: null, evidence: [], reasons: '', why_not: toldOf(who, said) };
  const { there } = await citationsIn(ctx, tree, said.value.evidence);
  return { ...cast, vote: said.value.approved ? 'approve' : 'reject', evidence: [...there], reasons: said.value.reasons };
}

/** As many different ones as there are, in turn. */
const modelOf = ({ ballotModels }: BodyContext, at: number): string => ballotModels[at % ballotModels.length] ?? '';
