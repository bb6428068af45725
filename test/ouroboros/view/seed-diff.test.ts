import { expect, test } from 'vitest';
import { diffSeeds } from '../../../src/ouroboros/view/seed-diff.ts';
import { valid } from '../seed/reading.ts';

const seedOf = (criteria: string, more = '', fields = '') =>
  valid(`goal: g\nontology_schema: {name: T, description: d, fields: [${fields}]}\nmetadata: {}\nacceptance_criteria:\n${criteria}${more}`).seed;
const TWO = '  - {description: one, verify_command: a}\n  - {description: two, verify_command: b}\n';
const UNCHANGED = {
  fields: [],
  criteria: { added: [], removed: [], changed: [], kept: 2, reordered: false },
  ontology: { added: [], removed: [], changed: [] },
  same: true,
};

test('a seed does not differ from itself, nor from one with another id and time', () => {
  expect(diffSeeds(seedOf(TWO), seedOf(TWO))).toEqual(UNCHANGED);
  const seed = seedOf(TWO);
  expect(diffSeeds(seed, { ...seed, metadata: { ...seed.metadata, seed_id: 'other', created_at: '2026-01-01T00:00:00' } })).toEqual(UNCHANGED);
});

test('fields are told by their path, with both values', () => {
  const { fields, same } = diffSeeds(seedOf(TWO), seedOf(TWO, 'constraints: [x]\ntask_type: research\noxios: {budget: {usd: 1}}\nnote: n\n'));
  expect(same).toBe(false);
  expect(fields.toSorted((a, b) => a.field.localeCompare(b.field))).toEqual([
    { field: 'constraints', from: [], to: ['x'] },
    { field: 'note', from: null, to: 'n' },
    { field: 'oxios', from: null, to: { budget: { usd: 1 } } },
    { field: 'task_type', from: 'code', to: 'research' },
  ]);
});

test('criteria are added and removed', () => {
  const { criteria } = diffSeeds(seedOf(TWO), seedOf('  - {description: two, verify_command: b}\n  - three\n'));
  expect(criteria).toMatchObject({ added: ['three'], removed: ['one'], kept: 0 });
});

test('a criterion is the same by semantic key, by its own id, or by its description', () => {
  const from = seedOf('  - {id: x, description: one, verify_command: a}\n  - {description: two, verify_command: b}\n  - {description: three, timeout_s: 5}\n');
  const to = seedOf('  - {id: x, description: uno, verify_command: a}\n  - {description: two, verify_command: c}\n  - {description: three, timeout_s: 9}\n');
  const { criteria } = diffSeeds(from, to);
  expect(criteria).toMatchObject({ added: [], removed: [], kept: 0 });
  expect(criteria.changed.map((one) => [one.id, one.changes.map((change) => change.field)])).toEqual([
    ['x', ['description', 'semantic_ac_key']],
    ['ac2', ['semantic_ac_key', 'verify_command']],
    ['ac3', ['timeout_s']],
  ]);
});

test('an order that changed is told', () => {
  const reversed = `${TWO.split('\n').slice(0, 2).reverse().join('\n')}\n`;
  expect(diffSeeds(seedOf(TWO), seedOf(reversed)).criteria).toMatchObject({ added: [], removed: [], reordered: true });
});

test('ontology fields are told by name', () => {
  const field = (name: string, type: string) => `{name: ${name}, type: ${type}, description: x}`;
  const { ontology, fields } = diffSeeds(
    seedOf(TWO, '', `${field('a', 'n')}, ${field('b', 'n')}`),
    seedOf(TWO, '', `${field('b', 'text')}, ${field('c', 'n')}`),
  );
  expect(ontology).toEqual({ added: ['c'], removed: ['a'], changed: ['b'] });
  expect(fields).toEqual([]);
});
