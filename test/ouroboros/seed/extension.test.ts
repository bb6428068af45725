import { describe, expect, test } from 'vitest';
import { normalized } from '../../../src/ouroboros/seed/digest.ts';
import { errorsOf, HEAD, valid } from './reading.ts';

const criteria = (...items: readonly string[]): string => `${HEAD}acceptance_criteria:\n${items.map((item) => `  - {description: d, ${item}}\n`).join('')}`;
const idsOf = (text: string) => valid(text).seed.acceptance_criteria.map((one) => one.id);

describe('ids of criteria', () => {
  test.each([
    ['by place', ['x: 1', 'x: 2'], ['ac1', 'ac2']],
    ['their own', ['id: store', 'id: 7'], ['store', '7']],
    ['by place where the own is taken', ['id: a', 'id: a'], ['a', 'ac2']],
    ['by place where the own is no name', ['id: "../etc"', 'id: "a b"', 'id: [x]', 'id: ""'], ['ac1', 'ac2', 'ac3', 'ac4']],
    ['unique even when a place is taken as a name', ['id: ac2', 'x: 1'], ['ac2', 'ac2x']],
  ])('are %s', (_, items, expected) => {
    expect(idsOf(criteria(...items))).toEqual(expected);
  });

  test('that cannot be used are told, and refuse nothing', () => {
    expect(
      valid(criteria('id: "a b"', 'id: x', 'id: x'))
        .diagnostics.filter((one) => one.code === 'lint.id')
        .map((one) => one.path),
    ).toEqual(['acceptance_criteria.0.id', 'acceptance_criteria.2.id']);
  });
});

describe('dependencies', () => {
  test('name ids or numbers from 1, alone or in a list, and become ids', () => {
    const { seed } = valid(criteria('id: store', 'depends_on: store', 'depends_on: [1, ac2, "1"]', 'depends_on: 3'));
    expect(seed.acceptance_criteria.map((one) => one.depends_on)).toEqual([[], ['store'], ['store', 'ac2'], ['ac3']]);
  });

  test('an id that is a number wins over the place', () => {
    expect(valid(criteria('id: 2', 'id: 1', 'depends_on: 1')).seed.acceptance_criteria[2]?.depends_on).toEqual(['1']);
  });

  test.each([
    ['an unknown id', 'depends_on: [nothing]'],
    ['a number beyond the end', 'depends_on: 9'],
    ['itself by number', 'depends_on: 2'],
    ['itself by id', 'id: me, depends_on: me'],
    ['zero', 'depends_on: 0'],
  ])('%s is an error at its place', (_, item) => {
    expect(errorsOf(criteria('x: 1', item))).toMatchObject([{ code: 'criterion.dependency', path: 'acceptance_criteria.1.depends_on', line: 6 }]);
  });

  test('an id that two criteria have is an error', () => {
    expect(errorsOf(criteria('id: a', 'id: a', 'depends_on: a')).map((one) => one.code)).toEqual(['criterion.dependency']);
  });

  test.each(['depends_on: {a: 1}', 'depends_on: [[1]]', 'resources: [1]', 'timeout_s: 0', 'timeout_s: soon', 'timeout_s: .inf'])('`%s` is refused', (item) => {
    expect(errorsOf(criteria(item)).map((one) => one.path)).toEqual([`acceptance_criteria.0.${item.split(':')[0]}`]);
  });
});

describe('the key oxios', () => {
  const SETTINGS =
    '{model: openai/gpt, budget: {usd: 1.5, tokens: 1000, minutes: 5, tool_calls: 20}, max_generations: 3, capabilities: ["exec:npm"], isolation: copy, programs: [a], mcp: [b]}';

  test('is read', () => {
    expect(valid(`${HEAD}oxios: ${SETTINGS}\n`).seed.oxios).toEqual({
      model: 'openai/gpt',
      budget: { usd: 1.5, tokens: 1000, minutes: 5, tool_calls: 20 },
      max_generations: 3,
      capabilities: ['exec:npm'],
      isolation: 'copy',
      programs: ['a'],
      mcp: ['b'],
    });
  });

  test.each([
    ['oxios: []', 'oxios'],
    ['oxios:', 'oxios'],
    ['oxios: {model: 5}', 'oxios.model'],
    ['oxios: {budget: {usd: 0}}', 'oxios.budget.usd'],
    ['oxios: {budget: {tokens: 1.5}}', 'oxios.budget.tokens'],
    ['oxios: {max_generations: "3"}', 'oxios.max_generations'],
    ['oxios: {capabilities: exec}', 'oxios.capabilities'],
    ['oxios: {isolation: maybe}', 'oxios.isolation'],
    ['oxios: {programs: [1]}', 'oxios.programs.0'],
  ])('`%s` is refused', (line, path) => {
    expect(errorsOf(`${HEAD}${line}\n`).map((one) => one.path)).toEqual([path]);
  });

  test('an unknown key in it is a warning with the likely one', () => {
    expect(valid(`${HEAD}oxios: {budget: {minuts: 5}}\n`).diagnostics).toContainEqual(
      expect.objectContaining({ code: 'lint.unknown-key', path: 'oxios.budget.minuts', hint: 'did you mean minutes?' }),
    );
  });
});

test('our keys of criteria are not in the normal form that other readers know; the top-level key is', () => {
  const form = normalized(valid(`${criteria('id: a, timeout_s: 5, resources: [db]')}oxios: {model: m}\n`).seed);
  expect(form.acceptance_criteria).toEqual([{ description: 'd', semantic_ac_key: 'ac_aea64b9ef65ebd23' }]);
  expect(form.oxios).toEqual({ model: 'm' });
});
