import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { converge, type Generation, type StopRules } from '../../../src/ouroboros/evolve/converge.ts';
import { compareOntologies } from '../../../src/ouroboros/evolve/similarity.ts';

type Triple = readonly [name: string, type: string, description: string];

interface Evaluated {
  readonly final_approved: boolean;
  readonly score: number | null;
  readonly execution_completion_status: string;
  readonly ac_results: readonly {
    readonly ac_index: number;
    readonly ac_content: string;
    readonly semantic_ac_key: string;
    readonly passed: boolean;
    readonly ac_verdict_state: string;
  }[];
}

interface Convergence {
  readonly kind: 'convergence';
  readonly id: string;
  readonly options: Partial<StopRules>;
  readonly latest_wonder: readonly string[] | null;
  readonly seed_acs: readonly { readonly text: string; readonly key: string }[];
  readonly generations:
    | string
    | readonly { readonly fields: readonly Triple[]; readonly wonder_questions: readonly string[]; readonly eval: Evaluated | null }[];
  readonly converged: boolean;
  readonly should_stop: boolean;
  readonly reason: string;
  readonly similarity: number;
}

interface Similarity {
  readonly kind: 'ontology_similarity';
  readonly old: readonly Triple[];
  readonly new: readonly Triple[];
  readonly similarity: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

const rows: readonly (Convergence | Similarity)[] = readFileSync(new URL('../../vectors/evolution-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const fieldsOf = (triples: readonly Triple[]) => triples.map(([name, type, description]) => ({ name, type, description }));

const evaluationOf = (one: Evaluated): NonNullable<Generation['evaluation']> => ({
  approved: one.final_approved,
  completed: one.execution_completion_status === 'completed',
  score: one.score,
  results: one.ac_results.map(({ ac_index: at, ac_content: description, semantic_ac_key: key, passed, ac_verdict_state: state }) => ({
    at,
    description,
    key,
    passed,
    authoritative: state === 'evaluated' || state === 'overridden',
  })),
});

/** Of the row whose generations are described in words: a field of its own each, A passes, B fails, a score that grows. */
function thirty({ seed_acs }: Convergence): readonly Generation[] {
  return Array.from({ length: 30 }, (_, at) => ({
    fields: fieldsOf([[`f${at + 1}`, 's', 'x']]),
    questions: [],
    evaluation: {
      approved: false,
      completed: true,
      score: (at + 1) / 40,
      results: seed_acs.map(({ text, key }, place) => ({ at: place, description: text, key, passed: place === 0, authoritative: true })),
    },
  }));
}

const generationsOf = (row: Convergence): readonly Generation[] =>
  typeof row.generations === 'string'
    ? thirty(row)
    : row.generations.map((one) => ({
        fields: fieldsOf(one.fields),
        questions: one.wonder_questions,
        evaluation: one.eval ? evaluationOf(one.eval) : undefined,
      }));

const similarities = rows.filter((row) => row.kind === 'ontology_similarity');
const convergences = rows.filter((row) => row.kind === 'convergence');

test('the vectors are all there', () => {
  expect([similarities.length, convergences.length]).toEqual([32, 14]);
});

describe('two ontologies are as similar as the reference implementation finds them', () => {
  test.each(similarities.map((row, at) => [at, row] as const))('row %i', (_, row) => {
    const { similarity, ...names } = compareOntologies(fieldsOf(row.old), fieldsOf(row.new));
    expect(similarity).toBeCloseTo(row.similarity, 12);
    expect(names).toEqual({ added: row.added, removed: row.removed, modified: row.modified });
  });
});

describe('evolution stops where the reference implementation stops, for the same reason', () => {
  test.each(convergences.map((row) => [row.id, row] as const))('%s', (_, row) => {
    const wanted = row.seed_acs.map(({ text, key }) => ({ description: text, key }));
    const { decision, reason, similarity } = converge(generationsOf(row), wanted, row.latest_wonder ?? undefined, row.options);
    expect({ converged: decision === 'converged', should_stop: decision !== 'continue', reason }).toEqual({
      converged: row.converged,
      should_stop: row.should_stop,
      reason: row.reason,
    });
    expect(similarity).toBeCloseTo(row.similarity, 12);
  });
});
