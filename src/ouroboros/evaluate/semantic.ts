import type { BodyContext } from '../../kernel/kernel-types.ts';
import { type CheckFacts, JUDGEMENT, type Judgement } from '../events.ts';
import { pauseOn } from '../pause.ts';
import { JUDGE_SYSTEM, type JudgeBrief, judgeTask } from '../prompts.ts';

export interface Opinion {
  readonly judge: number;
  readonly judgement: Judgement | undefined;
  /** Why there is none. */
  readonly why_not: string;
  /** There was a judge, and nothing can be made of what it said. */
  readonly unusable: boolean;
}

interface Asked extends Opinion {
  /** What is wrong with the form of the answer. */
  readonly malformed?: string;
}

/** Tools of a judge: it may look at everything and change nothing. */
const JUDGE_TOOLS = ['read', 'grep', 'find', 'ls'];
const JUDGE_TURNS = 15;

/** Stage 2: a model that did not do the work looks at the files and gives a structured opinion with places that exist. */
export async function askJudge(ctx: BodyContext, tree: string, brief: JudgeBrief, key: string): Promise<Opinion> {
  const first = await ask(ctx, tree, brief, { name: `judge ${brief.criterion.id}`, task: judgeTask(brief), key });
  if (first.malformed === undefined) return first;
  // Models that were not heard for a word too much are asked once more, in a conversation of its own.
  const task = `${judgeTask(brief)}\n\nAn earlier answer could not be used: ${first.malformed}. Answer with the JSON object alone.`;
  const second = await ask(ctx, tree, brief, { name: `judge ${brief.criterion.id} again`, task, key });
  return second.unusable || second.judgement ? second : first;
}

async function ask(ctx: BodyContext, tree: string, brief: JudgeBrief, { name, task, key }: { name: string; task: string; key: string }): Promise<Asked> {
  const pid = await ctx.fork({
    name,
    key,
    body: 'agent',
    args: { task, system: JUDGE_SYSTEM, apart: true, tools: JUDGE_TOOLS, labels: { role: 'judge', criterion: brief.criterion.id } },
    grants: [{ on: 'fs', right: 'read', under: ctx.cwd }],
    limits: { turns: JUDGE_TURNS },
    model: ctx.secondModel,
  });
  const exit = await ctx.wait(pid);
  const none = (why_not: string, unusable = true): Asked => ({ judge: pid, judgement: undefined, why_not, unusable });
  if (exit.how === 'killed') return none('the judge was ended');
  if (exit.how === 'failed') pauseOn(exit);
  // A script without a part for a judge has none.
  if (exit.how === 'failed') return none(`no judge: ${exit.code}: ${exit.message}`, exit.code !== 'SCRIPT_EXHAUSTED');
  const parsed = parseJudgement(exit.text);
  if (typeof parsed === 'string') return { ...none(parsed), malformed: parsed };
  const missing = await citationsMissing(ctx, tree, parsed.evidence);
  return missing === undefined ? { judge: pid, judgement: parsed, why_not: '', unusable: false } : none(missing);
}

/** The whole answer is one JSON object strictly in the form asked for, a code fence around it aside; a string says what is wrong with it. */
export function parseJudgement(text: string): Judgement | string {
  const bare = text.trim().replace(/^```(?:json)?\s*\n([\s\S]*?)\n?```$/u, '$1');
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch {
    return bare.includes('{') ? 'the judge gave no plain JSON' : 'the judge gave no JSON';
  }
  const parsed = JUDGEMENT.strict().safeParse(value);
  return parsed.success
    ? parsed.data
    : `the judge's answer does not have the form asked for: ${parsed.error.issues.map((issue) => issue.path.join('.') || issue.message).join(', ')}`;
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
