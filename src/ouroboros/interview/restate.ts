import type { Notes } from '../seed/to-yaml.ts';
import type { Seed } from '../seed/types.ts';
import { decided, deferred, type Interview } from '../view/interview.ts';
import type { Specification } from './specify.ts';

/** The specification in plain words, as the user is asked about it. */
export function restated({ seed }: Specification, state: Interview): string {
  const last = state.scores.at(-1);
  return [
    `What will be built: ${seed.goal.trim()}`,
    'It is done when:',
    ...seed.acceptance_criteria.flatMap((one, at) => [`  ${at + 1}. ${one.description}`, `     ${provedBy(one)}`]),
    ...(seed.constraints.length === 0 ? [] : ['What must hold:', ...seed.constraints.map((text) => `  - ${text}`)]),
    ...section(
      'Left for later:',
      deferred(state).map(({ text }) => text),
    ),
    ...section('Not clear, and written all the same:', state.degraded ? [...(last?.floor_failures ?? []), ...(last?.missing ?? [])] : []),
    `Ambiguity ${last?.score ?? 1}`,
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [title, ...lines.map((text) => `  - ${text}`)]);

function provedBy({ verify_command, expected_artifacts, verify_exemption_reason }: Seed['acceptance_criteria'][number]): string {
  if (verify_command !== null) return `checked by: ${verify_command}`;
  if (expected_artifacts.length > 0) return `seen by: ${expected_artifacts.join(', ')}`;
  return `judged by reading${verify_exemption_reason === null ? '' : ` (${verify_exemption_reason})`}`;
}

/** What stands in the file beside the seed. */
export function notesOn({ draft, seed }: Specification, state: Interview, run: string): Notes {
  const answers = decided(state).map(({ question, answer }) => `  ${question.text} ${answer.text}${answer.provenance === 'auto' ? ' (left to Oxios)' : ''}`);
  return {
    head: [
      `Made by an interview (${run}). It is yours now: edit what you like, then`,
      '  oxios seed lint FILE    tells what is wrong with it',
      '  oxios run FILE          works until it is proved',
      ...(answers.length === 0 ? [] : ['Decided on the way:', ...answers.map((line) => line.replace(/\s*\n\s*/gu, ' '))]),
      ...deferred(state).map(({ text }) => `To be decided later: ${text.replace(/\s*\n\s*/gu, ' ')}`),
    ].join('\n'),
    keys: {
      constraints: 'What must stay true all the time.',
      acceptance_criteria:
        'Each one is worked on and checked by itself. Whoever does the work never sees verify_command;\nit fails as long as the criterion does not hold. Below each stands what was said that asks for it.',
      ontology_schema: 'The things the work is about.',
      evaluation_principles: 'What a good result is weighed by.',
      exit_conditions: 'When it is over.',
      brownfield_context: 'What is there, and the request word for word.',
      metadata: 'Where it comes from. ambiguity_score: 0 is clear, above 0.2 is too much.',
    },
    criteria: seed.acceptance_criteria.map(({ id }) => because(draft.criteria.find((one) => one.id === id)?.quotes ?? [])),
  };
}

const because = (quotes: readonly { readonly from: string; readonly text: string }[]): string =>
  quotes.map(({ from, text }) => `${from}: ${JSON.stringify(text.replace(/\s+/gu, ' ').trim())}`).join('\n');
