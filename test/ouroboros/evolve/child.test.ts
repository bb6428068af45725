import { expect, test } from 'vitest';
import { makeChild } from '../../../src/ouroboros/evolve/child.ts';
import { proposedIn } from '../../../src/ouroboros/evolve/guard.ts';
import { REFLECTION } from '../../../src/ouroboros/evolve/reflection.ts';
import { readSeed } from '../../../src/ouroboros/seed/read.ts';
import type { Seed } from '../../../src/ouroboros/seed/types.ts';

const PARENT = `
goal: files that agree
constraints: [no network]
acceptance_criteria:
  - {id: held, description: a.txt agrees, verify_command: grep -q yes a.txt, expected_artifacts: [a.txt], timeout_s: 5}
  - {id: open, description: b.txt agrees, verify_command: grep -q yes b.txt, output_assertion: agreed entirely, expected_artifacts: [b.txt], depends_on: [held]}
  - c.txt agrees
ontology_schema: {name: o, description: d, fields: [{name: file, type: path, description: where}]}
metadata: {created_at: 2026-01-01, interview_id: i_1}
oxios: {max_generations: 5}
house: ours
`;

function parent(): Seed {
  const reading = readSeed(new TextEncoder().encode(PARENT), 'parent');
  if (!reading.ok) throw new Error('the parent is no seed');
  return reading.seed;
}

const FROZEN = new Set(['held']);
const made = (reflection: object, applied = false) => makeChild(REFLECTION.parse(reflection), { parent: parent(), frozen: FROZEN, applied });

function child(reflection: object, applied = false): Seed {
  const made_ = made(reflection, applied);
  if (!made_.ok) throw new Error(made_.why);
  return made_.seed;
}

test('a child keeps everything that was not spoken of, and says whose child it is', () => {
  const [old, seed] = [parent(), child({ criteria: [] })];
  const { seed_id, ...metadata } = seed.metadata;
  expect({ ...seed, metadata }).toEqual({ ...old, metadata: { ...old.metadata, seed_id: undefined, created_at: null, parent_seed_id: old.metadata.seed_id } });
  expect(seed_id).toMatch(/^seed_[0-9a-f]{12}$/u);
  expect(seed_id).not.toBe(old.metadata.seed_id);
});

test('what holds is kept to the letter, whatever is said of it; what is revised is another promise', () => {
  const seed = child({
    criteria: [
      { action: 'revise', id: 'held', description: 'anything' },
      { action: 'revise', id: 'open', description: 'b.txt agrees at once', expected_artifacts: ['b.txt', 'c.txt'] },
      { action: 'add', description: 'd.txt agrees', verify_command: 'grep -q yes d.txt', depends_on: ['open'] },
    ],
    ontology: { add: [{ name: 'answer', type: 'text', description: 'yes' }], modify: [{ name: 'file', type: 'path', description: 'which' }] },
  });
  const [held, open, third, added] = seed.acceptance_criteria;
  const [was, before] = parent().acceptance_criteria;
  expect(held).toEqual(was);
  expect(open).toMatchObject({ description: 'b.txt agrees at once', verify_command: 'grep -q yes b.txt', output_assertion: 'agreed entirely' });
  expect(open?.semantic_ac_key).not.toBe(before?.semantic_ac_key);
  expect([third?.id, added?.id, added?.depends_on]).toEqual(['ac3', 'ac4', ['open']]);
  expect(seed.ontology_schema.fields.map((one) => [one.name, one.description])).toEqual([
    ['file', 'which'],
    ['answer', 'yes'],
  ]);
});

test('goal, constraints and contracts change only where that is applied, and are said to be proposed', () => {
  const reflection = {
    goal: 'files that mostly agree',
    constraints: ['no network', 'no disk'],
    criteria: [
      { action: 'revise', id: 'held', verify_command: 'grep -q no a.txt' },
      { action: 'revise', id: 'open', description: 'b.txt may agree', verify_command: 'grep -qi yes b.txt' },
    ],
  };
  expect(child(reflection)).toMatchObject({ goal: parent().goal, constraints: parent().constraints, acceptance_criteria: parent().acceptance_criteria });
  const seed = child(reflection, true);
  expect([seed.goal, seed.constraints, seed.acceptance_criteria[1]?.verify_command]).toEqual([
    'files that mostly agree',
    ['no network', 'no disk'],
    'grep -qi yes b.txt',
  ]);
  expect(seed.acceptance_criteria[0]).toEqual(parent().acceptance_criteria[0]);
  const proposed = proposedIn(REFLECTION.parse(reflection), { parent: parent(), frozen: FROZEN });
  expect(proposed.map((one) => [one.what, one.criterion])).toEqual([
    ['goal', undefined],
    ['constraints', undefined],
    ['verify_command', 'open'],
  ]);
});

test.each([
  ['an invented criterion', { criteria: [{ action: 'keep', id: 'none' }] }, 'there is no criterion none'],
  ['a dependency on one', { criteria: [{ action: 'add', description: 'x', depends_on: ['none'] }] }, 'there is no criterion none'],
  [
    'a criterion named twice',
    {
      criteria: [
        { action: 'keep', id: 'open' },
        { action: 'revise', id: 'open', description: 'x' },
      ],
    },
    'named twice',
  ],
  ['one that is there already', { criteria: [{ action: 'add', description: 'c.txt agrees' }] }, 'is there already'],
  ['an unknown field', { criteria: [], ontology: { remove: ['none'] } }, 'has no field none'],
  ['a field that is there', { criteria: [], ontology: { add: [{ name: 'file', type: 't', description: 'd' }] } }, 'has a field file already'],
  ['a lost file', { criteria: [{ action: 'revise', id: 'open', expected_artifacts: ['c.txt'] }] }, 'does not expect b.txt any more'],
  ['a vacuous command', { criteria: [{ action: 'add', description: 'x', verify_command: 'true' }] }, 'proves nothing'],
  ['a masked command', { criteria: [{ action: 'revise', id: 'open', verify_command: 'grep -q yes b.txt || true' }] }, 'proves nothing'],
  ['a command in a description', { criteria: [{ action: 'revise', id: 'open', description: 'make grep -q yes b.txt pass' }] }, 'how a criterion is checked'],
  ['an assertion in the goal', { criteria: [], goal: 'print agreed entirely' }, 'how a criterion is checked'],
  [
    'the command of an addition in its description',
    { criteria: [{ action: 'add', description: 'run sh check.sh', verify_command: 'sh check.sh' }] },
    'is checked',
  ],
  ['an assertion without a command', { criteria: [{ action: 'add', description: 'x', output_assertion: 'all agree' }] }, 'cannot be read'],
  ['a path out of the workspace', { criteria: [{ action: 'add', description: 'x', expected_artifacts: ['../x'] }] }, 'cannot be read'],
  [
    'a circle',
    {
      criteria: [
        { action: 'revise', id: 'open', description: 'after AC 4' },
        { action: 'add', description: 'x', depends_on: ['open'] },
      ],
    },
    'in a circle',
  ],
])('%s is refused, also with consent', (_, reflection, why) => {
  const one = made(reflection, true);
  expect(one.ok ? '' : one.why).toContain(why);
});

test.each([
  ['no list of criteria', {}],
  ['dropping', { criteria: [{ action: 'drop', id: 'open' }] }],
  ['no command any more', { criteria: [{ action: 'revise', id: 'open', verify_command: null }] }],
  ['an empty command', { criteria: [{ action: 'revise', id: 'open', verify_command: ' ' }] }],
  ['a reason to have none', { criteria: [{ action: 'revise', id: 'open', verify_exemption_reason: 'hard' }] }],
  ['keys that nobody asked for', { criteria: [], metadata: { seed_id: 'seed_000000000000' } }],
  ['six additions', { criteria: Array.from({ length: 6 }, (_, at) => ({ action: 'add', description: `x${at}` })) }],
])('%s has not the form of a reflection', (_, reflection) => {
  expect(REFLECTION.safeParse(reflection).success).toBe(false);
});
