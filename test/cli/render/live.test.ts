import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { type Following, follow, liveLine, nothingYet } from '../../../src/cli/render/live.ts';

const after = (...events: readonly object[]): Following => {
  const state = nothingYet();
  for (const event of events) follow(state, event as never);
  return state;
};
const forked = (pid: number, name: string, role = 'worker') => ({ type: 'process.forked', pid, name, args: { labels: { role } } });
const PLAN = { type: 'plan.made', levels: [['a', 'b'], ['c']] };
const GENERATION = (generation: number) => ({ type: 'lineage.advanced', generation });
const of = (type: string, criterion: string) => ({ type, criterion });
const NPM = [forked(2, 'worker a'), { type: 'tool.intended', pid: 2, action: 'npm test' }];
const USED = [
  { type: 'budget.settled', tokens: 4210 },
  { type: 'model.answered', cost_usd: 0.0123 },
];

test.each([
  ['without a specification', [...NPM, ...USED], 'worker a npm test · 4210 tokens $0.0123 · 42 s'],
  ['while a model thinks', [forked(2, 'agent'), { type: 'model.requested', pid: 2, turn: 3 }], 'agent thinking (turn 3) · 0 tokens $0.0000 · 42 s'],
  ['the contracts on the untouched workspace', [GENERATION(1), PLAN, of('ac.baseline', 'a'), ...NPM], 'look first 1/3 · worker a npm test'],
  ['work', [GENERATION(1), PLAN, of('ac.started', 'a'), of('ac.worked', 'a'), of('ac.started', 'b'), ...NPM], 'work 1/3 · worker a npm test'],
  ['a further try', [PLAN, of('ac.worked', 'b'), of('ac.worked', 'a'), of('ac.started', 'a'), ...NPM], 'work 1/3 · '],
  ['a further try that ended', [PLAN, of('ac.worked', 'a'), of('ac.started', 'a'), of('ac.worked', 'a'), ...NPM], 'work 1/3 · '],
  ['a part', [PLAN, of('ac.started', 'a'), { ...of('ac.worked', 'a'), part: 'a.1' }, forked(9, 'planner a', 'planner'), ...NPM], 'work 0/3 · '],
  ['checks', [PLAN, of('ac.worked', 'a'), { type: 'evaluation.started' }, of('ac.judged', 'a'), of('ac.judged', 'b'), ...NPM], 'check 2/3 · '],
  [
    'between two generations',
    [PLAN, { type: 'evaluation.started' }, forked(9, 'wonder', 'wonder'), { type: 'model.requested', pid: 9, turn: 1 }],
    'wonder · wonder',
  ],
  ['a later generation', [GENERATION(2), PLAN, of('ac.worked', 'a'), ...NPM], 'generation 2, work 1/3 · worker a npm test'],
  [
    'a generation in which some criteria hold already',
    [
      {
        type: 'lineage.judged',
        results: [
          { criterion: 'a', status: 'PASS' },
          { criterion: 'b', status: 'FAIL' },
        ],
      },
      GENERATION(2),
      PLAN,
      of('ac.started', 'b'),
      ...NPM,
    ],
    'generation 2, work 0/2 · worker a npm test',
  ],
  [
    'what the run does by itself',
    [forked(1, 'run', ''), PLAN, of('ac.judged', 'a'), { type: 'tool.intended', pid: 1, action: 'check npm test' }],
    'check 1/3 · check npm test',
  ],
  ['a price nobody knows', [...NPM, { type: 'model.answered', cost_usd: null }], 'worker a npm test · 0 tokens · 42 s'],
])('the live line tells of %s', (_, events, said) => {
  expect(liveLine(after(...events), 42, 100)).toContain(`  ${said}`);
});

test.each([80, 60, 40, 24])('in %i columns it stays on one line, and keeps where the run is and how long it takes', (width) => {
  const state = after(GENERATION(2), PLAN, of('ac.worked', 'a'), forked(2, 'worker 日本語'), {
    type: 'tool.intended',
    pid: 2,
    action: `cat ${'長い'.repeat(60)}\n\u001b[31m`,
  });
  const line = liveLine(state, 7, width);
  expect(stringWidth(line)).toBeLessThan(width);
  expect(line).toMatch(width < 60 ? /^ {2}g2 work 1\/3 · / : /^ {2}generation 2, work 1\/3 · /u);
  expect(line).toMatch(/… · .*7 s$/u);
  expect(line).not.toContain('\u001b');
});
