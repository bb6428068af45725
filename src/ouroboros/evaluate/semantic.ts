import type { BodyContext } from '../../kernel/kernel-types.ts';
import { type CheckFacts, JUDGEMENT, type Judgement } from '../events.ts';
import { pauseOn } from '../pause.ts';
import { JUDGE_SYSTEM, type JudgeBrief, judgeTask } from '../prompts.ts';

export interface Opinion {
  readonly judge: number;
  readonly judgement: Judgement | undefined;
  /** Why there is none. */
  readonly why_not: string;
}

/** Tools of a judge: it may look at everything and change nothing. */
const JUDGE_TOOLS = ['read', 'grep', 'find', 'ls'];
const JUDGE_TURNS = 15;

/** Stage 2: a model that did not do the work looks at the files and gives a structured opinion with places that exist. */
export async function askJudge(ctx: BodyContext, tree: string, brief: JudgeBrief): Promise<Opinion> {
  const pid = await ctx.fork({
    name: `judge ${brief.criterion.id}`,
    body: 'agent',
    args: { task: judgeTask(brief), system: JUDGE_SYSTEM, tools: JUDGE_TOOLS, labels: { role: 'judge', criterion: brief.criterion.id } },
    grants: [{ on: 'fs', right: 'read', under: ctx.cwd }],
    limits: { turns: JUDGE_TURNS },
  });
  const exit = await ctx.wait(pid);
  if (exit.how === 'killed') return { judge: pid, judgement: undefined, why_not: 'the judge was ended' };
  if (exit.how === 'failed') pauseOn(exit);
  if (exit.how === 'failed') return { judge: pid, judgement: undefined, why_not: `no judge: ${exit.code}: ${exit.message}` };
  const parsed = parseJudgement(exit.text);
  if (typeof parsed === 'string') return { judge: pid, judgement: undefined, why_not: parsed };
  const missing = await citationsMissing(ctx, tree, parsed.evidence);
  if (missing) return { judge: pid, judgement: undefined, why_not: missing };
  return { judge: pid, judgement: parsed, why_not: '' };
}

/** The first JSON object of the answer, strictly in the form asked for; a string says what is wrong with it. */
export function parseJudgement(text: string): Judgement | string {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from < 0 || to < from) return 'the judge gave no JSON';
  let value: unknown;
  try {
    value = JSON.parse(text.slice(from, to + 1));
  } catch {
    return 'the judge gave broken JSON';
  }
  const parsed = JUDGEMENT.safeParse(value);
  return parsed.success
    ? parsed.data
    : `the judge's answer does not have the form asked for: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`;
}

const CITATION = /^(.+?):(\d+)(?:[-:]\d+)?$/u;

/** At least one cited place must exist, or the opinion counts for nothing. */
async function citationsMissing(ctx: BodyContext, tree: string, evidence: readonly string[]): Promise<string | undefined> {
  for (const one of evidence) {
    const match = CITATION.exec(one.trim());
    if (!match?.[1]) continue;
    const [text] = await ctx.written(tree, [relativeTo(ctx.cwd, match[1])]);
    const line = Number(match[2]);
    if (text !== undefined && line >= 1 && line <= text.split('\n').length) return undefined;
  }
  return `the judge cites no place that exists: ${evidence.join(', ').slice(0, 200)}`;
}

const relativeTo = (root: string, path: string): string => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path.replace(/^\.\//u, ''));

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
