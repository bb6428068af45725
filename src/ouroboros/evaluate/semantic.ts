import type { BodyContext } from '../../kernel/kernel-types.ts';
import { type Consulted, consult } from '../consult.ts';
import { type CheckFacts, JUDGEMENT, type Judgement } from '../events.ts';
import { JUDGE_SYSTEM, type JudgeBrief, judgeTask } from '../prompts.ts';
import { citationFault, citationsIn } from './citations.ts';

export interface Opinion {
  readonly judge: number;
  readonly judgement: Judgement | undefined;
  /** Why there is none. */
  readonly why_not: string;
  /** Places that were cited and do not exist. */
  readonly dropped: readonly string[];
  /** There was a judge, and nothing can be made of what it said. */
  readonly unusable: boolean;
}

/** What somebody is asked about, and in which snapshot places are looked up. */
export interface Subject {
  readonly tree: string;
  /** Tells who is asked in one generation from who is asked in another. */
  readonly key: string;
  readonly brief: JudgeBrief;
}

/** Tools of who judges: it may look at everything and change nothing. */
export const JUDGE_TOOLS = ['read', 'grep', 'find', 'ls'] as const;
export const JUDGE_TURNS = 15;

/** Stage 2: a model that did not do the work looks at the files and gives a structured opinion with places that exist. */
export async function askJudge(ctx: BodyContext, { tree, key, brief }: Subject): Promise<Opinion> {
  const said = await consult(ctx, {
    name: `judge ${brief.criterion.id}`,
    role: 'judge',
    key,
    system: JUDGE_SYSTEM,
    task: judgeTask(brief),
    schema: JUDGEMENT.strict(),
    strict: true,
    tools: JUDGE_TOOLS,
    turns: JUDGE_TURNS,
    grants: [{ on: 'fs', right: 'read', under: ctx.cwd }],
    model: ctx.secondModel,
    labels: { criterion: brief.criterion.id },
  });
  const none = (why_not: string, unusable: boolean): Opinion => ({ judge: said.pid, judgement: undefined, why_not, dropped: [], unusable });
  if (!said.ok) return none(toldOf('the judge', said), said.kind === 'unusable');
  const cited = await citationsIn(ctx, tree, said.value.evidence);
  const fault = citationFault('the judge', cited);
  if (fault !== undefined) return none(fault, true);
  return { judge: said.pid, judgement: { ...said.value, evidence: [...cited.there] }, why_not: '', dropped: cited.missing, unusable: false };
}

/** Why somebody is not heard, as it is said of them. */
export const toldOf = (who: string, { why }: Extract<Consulted<unknown>, { ok: false }>): string =>
  why.replace(/^it is no /u, `${who} gave no `).replace(/^it does not have/u, `${who}'s answer does not have`);

/** What the judge is told of stage 1, without the contract itself. */
export function factsLine(facts: CheckFacts | undefined): string {
  if (!facts) return 'nothing; there is no contract';
  if (facts.refused ?? facts.interpreter_missing) return 'the contract could not be run';
  const parts = facts.artifacts.map((one) => `${one.path} ${one.exists ? `${one.bytes} bytes${one.same_as_baseline ? ', unchanged' : ''}` : 'missing'}`);
  return [
    facts.exit_code === null ? 'no command' : `exit ${facts.exit_code}`,
    ...(facts.assertion_found === null ? [] : [facts.assertion_found ? 'expected output found' : 'expected output missing']),
    ...parts,
  ].join('; ');
}
