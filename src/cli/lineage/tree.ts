import type { GenerationJudged } from '../../ouroboros/view/generations.ts';
import type { Lineage, LineageGeneration } from '../../ouroboros/view/lineage.ts';
import { oneLine } from '../render/fit.ts';

/** Digits of a digest, for people. */
const DIGITS = 12;

/** A lineage for people: each generation below the one it stems from; where several stem from one, each has a branch of its own. */
export function treeOf(lineage: Lineage): string {
  const { id, title, cwd, generations, runs } = lineage;
  // The same answers make the same seed again after a rewind: what stems from it is of the newest one before it.
  const parents = generations.map(({ parent_digest }, at) => generations.slice(0, at).findLastIndex((one) => one.digest === parent_digest));
  const roots = [...generations.keys()].filter((at) => parents[at] === -1);
  const end = runs.at(-1)?.outcome ?? 'going, or cut off';
  return [`${id}  ${oneLine(title)}  ${cwd}  ${end}`, ...roots.flatMap((at) => linesOf(at, { generations, parents }, id))].join('\n');
}

interface Tree {
  readonly generations: readonly LineageGeneration[];
  readonly parents: readonly number[];
}

function linesOf(at: number, tree: Tree, from: string): readonly string[] {
  const one = tree.generations[at];
  if (!one) return [];
  const own = lineOf(one, from);
  const children = [...tree.parents.keys()].filter((child) => tree.parents[child] === at);
  const below = children.map((child) => linesOf(child, tree, one.run));
  if (below.length < 2) return [own, ...below.flat()];
  return [own, ...below.flatMap((lines, branch) => branched(lines, branch === below.length - 1))];
}

const branched = ([first = '', ...rest]: readonly string[], isLast: boolean): readonly string[] => [
  `${isLast ? '└─' : '├─'}${first}`,
  ...rest.map((line) => `${isLast ? '  ' : '│ '}${line}`),
];

/** `from`: the run of the generation before. */
function lineOf({ generation, run, seed, digest, judged, discarded }: LineageGeneration, from: string): string {
  const parts = [
    `  ${generation}  ${seed?.metadata.seed_id ?? `${digest.slice(0, DIGITS)} (redacted)`}`,
    run === from ? '' : `in ${run}`,
    ...(judged ? verdictOf(judged, generation) : ['not evaluated']),
    discarded ? '(gone back to before it)' : '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function verdictOf({ outcome, results, similarity, decision, reason }: GenerationJudged, generation: number): readonly string[] {
  const passed = results.filter((one) => one.status === 'PASS').length;
  return [
    outcome,
    `${passed} of ${results.length} hold`,
    ...(generation === 1 ? [] : [`similarity ${similarity.toFixed(2)}`]),
    `${WORDS[decision]}: ${reason}`,
  ];
}

const WORDS: Readonly<Record<string, string>> = {
  converged: 'converged',
  exhausted: 'exhausted',
  stagnated: 'stagnated',
  continue: 'went on',
  stands: 'ended',
};

/** One generation as `--json` has it. */
export function rowOf({ id, cwd }: Lineage, one: LineageGeneration): object {
  const { run, generation, seed, digest, parent_digest, questions, judged, discarded, tree } = one;
  const { metadata } = seed ?? {};
  return {
    lineage: id,
    run,
    cwd,
    generation,
    seed_id: metadata?.seed_id ?? null,
    digest,
    parent_seed_id: parent_digest === null ? null : (metadata?.parent_seed_id ?? null),
    parent_digest,
    questions,
    outcome: judged?.outcome ?? null,
    criteria: judged?.results.map(({ criterion, key, status }) => ({ id: criterion, key, status })) ?? [],
    score: judged?.score ?? null,
    similarity: judged?.similarity ?? null,
    decision: judged?.decision ?? null,
    reason: judged?.reason ?? null,
    tree: tree ?? null,
    discarded,
  };
}
