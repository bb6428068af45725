import { expect, test } from 'vitest';
import { approves, calls, says, trial, writes } from '../helpers/trial.ts';

const json = (value: object) => says(JSON.stringify(value));

const CRITERIA = [
  { id: 'a', description: 'a.txt says yes', verify_command: 'grep -q yes a.txt', expected_artifacts: ['a.txt'] },
  { id: 'b', description: 'b.txt says yes', verify_command: 'grep -q yes b.txt', expected_artifacts: ['b.txt'] },
];

test('what fails is worked on again in the next generation, and what holds is only checked again', async () => {
  const t = trial({
    criteria: CRITERIA,
    agents: {
      'worker a': [calls(writes('a.txt', 'yes\n')), says('done')],
      'worker b': [calls(writes('b.txt', 'no\n')), says('done')],
      'worker b#2': [calls(writes('b.txt', 'yes\n')), says('done')],
      judge: [approves('a.txt:1')],
      wonder: [json({ questions: ['what is yes?'] })],
      reflect: [json({ criteria: [{ action: 'keep', id: 'b' }], ontology: { add: [{ name: 'answer', type: 'text', description: 'yes or no' }] } })],
    },
  });
  const ran = await t.run();
  expect([ran.code, ran.result.outcome, ran.statuses]).toEqual([0, 'APPROVED', { a: 'PASS', b: 'PASS' }]);
});
