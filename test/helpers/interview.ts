import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { opinion } from './opinion.ts';
import { oxios, type Place, place, type Ran, type RunOptions } from './oxios.ts';

/** What is wanted in these tests. */
export const IDEA = 'a tally counter in a file tally.sh that prints the count';

const said = (text: string, from = 'request') => ({ from, text });
const part = (score: number, from = 'request', text = IDEA) => ({ score, why: 'because', quotes: [said(text, from)] });

/** What a scorer answers: every part is that clear, and quotes the idea; `change` makes a part of it something else. */
export const scores = (score: number, change: object = {}): object => ({
  text: JSON.stringify({ goal: part(score), constraints: part(score), criteria: part(score), context: part(score), missing: ['where it is kept'], ...change }),
});

export const question = (id: string, change: object = {}): object => ({
  ...{ id, text: `Which ${id}?`, why: `the ${id} decides`, about: 'constraints', options: [`${id} one`, `${id} two`], recommended: 1 },
  ...change,
});
export const asks = (...questions: readonly object[]): object => ({ text: JSON.stringify({ questions }) });

export const criterion = (change: object = {}): object => ({
  ...{ id: 'prints', description: 'sh tally.sh prints the count', quotes: [said('prints the count')] },
  ...{ verify_command: 'test "$(sh tally.sh)" = 1', expected_artifacts: ['tally.sh'] },
  ...change,
});

/** A specification with these criteria. */
export const specifies = (criteria: readonly object[] = [criterion()], change: object = {}): object => ({
  text: JSON.stringify({
    ...{
      goal: 'A tally counter',
      criteria,
      ontology: { name: 'Tally', description: 'counting', fields: [{ name: 'count', type: 'number', description: 'so far' }] },
    },
    ...change,
  }),
});

/** Those who work on the seed and judge it. */
export const WORKERS = {
  worker: [{ calls: [{ name: 'write', input: { path: 'tally.sh', content: 'echo 1\n' } }] }, { text: 'done' }],
  judge: [{ text: opinion('tally.sh:1') }],
};

/** An interview of one round of three questions. */
export const ONE_ROUND = {
  scorer: [scores(0.5)],
  'scorer#2': [scores(0.95)],
  'scorer#3': [scores(0.95)],
  interviewer: [asks(question('storage'), question('colour'), question('language'))],
  specifier: [specifies()],
  ...WORKERS,
};

export interface Scene extends Place {
  script(agents: object): void;
  run(args: readonly string[], options?: Partial<RunOptions>): Promise<Ran>;
  /** `oxios interview IDEA` with these arguments and events on stdout. */
  interview(args?: readonly string[], options?: Partial<RunOptions>): Promise<Ran>;
  answers(value: unknown): string;
}

export function scene(agents: object, files: Readonly<Record<string, string>> = {}): Scene {
  const at = place();
  mkdirSync(at.workspace);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(at.workspace, path, '..'), { recursive: true });
    writeFileSync(join(at.workspace, path), content);
  }
  const script = (given: object) => writeFileSync(at.path('model.yaml'), JSON.stringify({ agents: given }));
  script(agents);
  const run = (args: readonly string[], options: Partial<RunOptions> = {}) => oxios(args, { home: at.home, ...options });
  return {
    ...at,
    script,
    run,
    interview: (args = [], options = {}) =>
      run(
        ['interview', ...(args.includes('--resume') ? [] : [IDEA, '--project-dir', 'workspace']), '--model', 'script:model.yaml', '--json', ...args],
        options,
      ),
    answers(value) {
      writeFileSync(at.path('answers.yaml'), typeof value === 'string' ? value : JSON.stringify(value));
      return 'answers.yaml';
    },
  };
}
