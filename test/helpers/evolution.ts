import { opinion } from './opinion.ts';
import { type Trial, type TrialInput, trial } from './trial.ts';

const said = (value: object): readonly object[] => [{ text: JSON.stringify(value) }];
const wrote = (...files: readonly (readonly [path: string, content: string])[]): readonly object[] => [
  { calls: files.map(([path, content]) => ({ name: 'write', input: { path, content } })) },
  { text: 'done' },
];

/** A judge that finds the criterion met, or not. */
export const judges = (at: string, compliance = true): readonly object[] => [
  { text: opinion(at, compliance ? {} : { compliance, reasons: 'b.txt does not say yes' }) },
];

/** Commands of the contracts: no worker may ever see them. */
export const CONTRACTS = ['grep -q yes a.txt', 'grep -q yes c.txt'] as const;

/**
 * Three generations: in the first b is missing; in the second b is still wrong, and its worker breaks c, which held; in the
 * third both are mended. The ontology changes on the way, so that ballots are cast.
 */
export const THREE: TrialInput = {
  seed: { ontology_schema: { name: 'answers', description: 'what files say', fields: [{ name: 'file', type: 'path', description: 'where it stands' }] } },
  criteria: [
    { id: 'a', description: 'a.txt agrees', verify_command: CONTRACTS[0], expected_artifacts: ['a.txt'] },
    { id: 'b', description: 'b.txt agrees' },
    { id: 'c', description: 'c.txt agrees', verify_command: CONTRACTS[1], expected_artifacts: ['c.txt'] },
  ],
  agents: {
    'worker a': wrote(['a.txt', 'yes\n']),
    'worker b': wrote(['b.txt', 'no\n']),
    'worker b#2': wrote(['b.txt', 'never\n'], ['c.txt', 'no\n']),
    'worker b#3': wrote(['b.txt', 'yes\n']),
    'worker c': wrote(['c.txt', 'yes\n']),
    'worker c#2': wrote(['c.txt', 'yes again\n']),
    'judge a': judges('a.txt:1'),
    'judge b': judges('b.txt:1', false),
    'judge b#3': judges('b.txt:1'),
    'judge c': judges('c.txt:1'),
    ballot: said({ approved: true, evidence: ['a.txt:1'], reasons: 'as it should be' }),
    wonder: said({ questions: ['what does it mean to agree?'] }),
    'wonder#2': said({ questions: ['who wrote into c.txt?'] }),
    reflect: said({ criteria: [{ action: 'keep', id: 'b' }], ontology: { add: [{ name: 'answer', type: 'text', description: 'yes or no' }] } }),
    'reflect#2': said({ criteria: [{ action: 'revise', id: 'b', description: 'b.txt agrees, in one word' }], reasons: 'it was not clear' }),
  },
};

export const threeGenerations = (change: Partial<TrialInput['agents']> = {}): Trial =>
  trial({ ...THREE, agents: { ...THREE.agents, ...change } as TrialInput['agents'] });

/** The same in small, for what has to be done many times: a holds, is broken by the worker of b, and is mended beside it; ballots in the end. */
export const SMALL: TrialInput = {
  seed: THREE.seed ?? {},
  criteria: THREE.criteria.slice(0, 2),
  agents: {
    'worker a': wrote(['a.txt', 'yes\n']),
    'worker a#2': wrote(['a.txt', 'yes again\n']),
    'worker b': wrote(['b.txt', 'no\n']),
    'worker b#2': wrote(['b.txt', 'never\n'], ['a.txt', 'no\n']),
    'worker b#3': wrote(['b.txt', 'yes\n']),
    'judge a': judges('a.txt:1'),
    'judge b': judges('b.txt:1', false),
    'judge b#3': judges('b.txt:1'),
    ballot: said({ approved: true, evidence: ['a.txt:1'], reasons: 'as it should be' }),
    wonder: said({ questions: ['what does it mean to agree?'] }),
    'wonder#2': said({ questions: ['who wrote into a.txt?'] }),
    reflect: said({ criteria: [{ action: 'keep', id: 'b' }] }),
    'reflect#2': said({ criteria: [{ action: 'revise', id: 'b', description: 'b.txt agrees, in one word' }], ontology: { remove: ['file'] } }),
  },
};
