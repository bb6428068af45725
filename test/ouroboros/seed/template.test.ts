import { expect, test } from 'vitest';
import { seedTemplate } from '../../../src/ouroboros/seed/template.ts';
import { valid } from './reading.ts';

test.each(['Build a tally counter', 'yes', 'a: b', '# not a comment', '"quoted" \\ \t é\n\nlines ', '- x', '{{name}}', '😀'])(
  'a template for the goal %j is a valid seed without warnings',
  (goal) => {
    const { seed, diagnostics } = valid(seedTemplate(goal));
    expect(seed.goal).toBe(goal);
    expect(diagnostics).toEqual([]);
  },
);

test('what is known already stands in it', () => {
  const criteria = ['it adds: one', 'it\nsubtracts', '# it counts'];
  const { seed, diagnostics } = valid(seedTemplate('g', { task_type: 'research', constraints: ['1.0', 'no: network'], criteria, brownfield: true }));
  expect(diagnostics).toEqual([]);
  expect(seed.acceptance_criteria.map((one) => [one.id, one.description])).toEqual(criteria.map((one, at) => [`criterion-${at + 1}`, one]));
  expect(seed).toMatchObject({ task_type: 'research', constraints: ['1.0', 'no: network'], brownfield_context: { project_type: 'brownfield' } });
});

test('every part is explained, and no line is padded', () => {
  const lines = seedTemplate('g').split('\n');
  expect(lines.filter((line) => line.trimStart().startsWith('#')).length).toBeGreaterThan(12);
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  expect(lines.join('\n')).not.toContain('\n\n\n');
});
