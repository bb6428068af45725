import { describe, expect, test } from 'vitest';
import { readReply } from '../../../src/ouroboros/consult.ts';
import { judge, type Known } from '../../../src/ouroboros/evaluate/verdict.ts';
import { type CheckFacts, JUDGEMENT, type Judgement } from '../../../src/ouroboros/events.ts';
import { outcomeOf } from '../../../src/ouroboros/evolve/weigh.ts';

const facts = (change: Partial<CheckFacts> = {}): CheckFacts => ({
  exit_code: 0,
  timed_out: false,
  assertion_found: true,
  artifacts: [],
  output_tail: '',
  ...change,
});
const failed = facts({ exit_code: 1, assertion_found: false });
const good: Judgement = {
  compliance: true,
  score: 0.9,
  goal_alignment: 0.9,
  drift: 0,
  uncertainty: 0.1,
  reward_hacking_risk: 0,
  evidence: ['a.js:1'],
  reasons: 'fine',
};
const artifact = (change: Partial<CheckFacts['artifacts'][number]> = {}) => ({ path: 'out', exists: true, bytes: 5, same_as_baseline: false, ...change });
const known = (change: Partial<Known> = {}): Known => ({
  command: 'npm test',
  assertion: 'ok',
  artifacts: [],
  timeout_ms: 600_000,
  vacuous: false,
  baseline: failed,
  facts: facts(),
  restored: undefined,
  without: undefined,
  assertionWritten: false,
  meddling: [],
  judgement: undefined,
  unjudged: '',
  dropped: [],
  unusable: false,
  consensus: undefined,
  worker: { how: 'done', denials: [], blocked: false },
  project: { status: undefined, evidence: [] },
  ...change,
});

describe('a criterion is', () => {
  test.each<[string, string, Partial<Known>]>([
    ['PASS', 'its contract failed before and holds now', {}],
    ['FAIL', 'its command fails', { facts: failed }],
    ['FAIL', 'its output is missing', { facts: facts({ assertion_found: false }) }],
    ['FAIL', 'its command hangs', { facts: facts({ timed_out: true, exit_code: null }) }],
    ['FAIL', 'a judge approves what failed mechanically', { facts: failed, judgement: good }],
    ['FAIL', 'it only holds with changed tests', { restored: { paths: ['test/a.test.js'], facts: failed } }],
    ['PASS', 'it also holds with the original tests', { restored: { paths: ['test/a.test.js'], facts: facts() } }],
    ['FAIL', 'an expected file is missing', { facts: facts({ artifacts: [artifact({ exists: false })] }), artifacts: ['out'] }],
    ['FAIL', 'an expected file is empty', { facts: facts({ artifacts: [artifact({ bytes: 0 })] }), artifacts: ['out'] }],
    ['UNVERIFIED', 'an expected file was not touched', { facts: facts({ artifacts: [artifact({ same_as_baseline: true })] }), artifacts: ['out'] }],
    ['UNVERIFIED', 'its contract held before the work, and nobody judged', { baseline: facts() }],
    ['PASS', 'its contract held before, and a judge found it met', { baseline: facts(), judgement: good }],
    ['UNVERIFIED', 'the expected output was written down word for word', { assertionWritten: true }],
    [
      'UNVERIFIED',
      'there are files and no command',
      { command: null, assertion: null, artifacts: ['out'], facts: facts({ exit_code: null, assertion_found: null, artifacts: [artifact()] }) },
    ],
    ['UNVERIFIED', 'it reaches for what checks it', { meddling: ['a.js'] }],
    ['UNVERIFIED', 'there is no contract and no judge', { command: null, assertion: null, facts: undefined, unjudged: 'no judge' }],
    ['PASS', 'there is no contract, and a judge found it met', { command: null, assertion: null, facts: undefined, judgement: good }],
    ['INVALID', 'its command proves nothing', { vacuous: true }],
    ['UNAVAILABLE', 'the program of its command is missing', { command: 'ruby x.rb', facts: facts({ exit_code: 127, interpreter_missing: 'ruby' }) }],
    [
      'UNAVAILABLE',
      'a program is missing now as it was before',
      { baseline: facts({ exit_code: 127, interpreter_missing: 'jest' }), facts: facts({ exit_code: 127, interpreter_missing: 'jest' }) },
    ],
    ['FAIL', 'the work calls a program that is not there', { facts: facts({ exit_code: 127, interpreter_missing: 'ruby' }) }],
    ['FAIL', "the project's own check fails now and did not before", { project: { status: 'FAIL', evidence: [] } }],
    ['FAIL', "its contract fails and the project's own check cannot be run", { facts: failed, project: { status: 'UNAVAILABLE', evidence: [] } }],
    ['UNAVAILABLE', "the project's own check cannot be run", { project: { status: 'UNAVAILABLE', evidence: [] } }],
    ['FAIL', "a judge approves and the project's own check fails", { judgement: good, project: { status: 'FAIL', evidence: [] } }],
    ['UNVERIFIED', 'it holds only with what was added to decide the check', { without: { paths: ['conftest.py'], facts: failed } }],
    ['PASS', 'it also holds without what was added', { without: { paths: ['conftest.py'], facts: facts() } }],
    ['UNVERIFIED', 'what is installed was changed', { baseline: { ...failed, installed: 'a' }, facts: facts({ installed: 'b' }) }],
    ['UNVERIFIED', 'its contract holds and a judge was asked whose answer is of no use', { unjudged: 'no JSON', unusable: true }],
    ['UNAVAILABLE', 'the contract could not be run', { facts: facts({ refused: 'no' }) }],
    ['BLOCKED', 'it failed and the worker was refused something', { facts: failed, worker: { how: 'done', denials: ['bash: curl'], blocked: true } }],
    [
      'FAIL',
      'it failed and the worker was refused the specification',
      { facts: failed, worker: { how: 'done', denials: ['read: seed.yaml'], blocked: false } },
    ],
    ['PASS', 'it holds although the worker was refused something', { worker: { how: 'done', denials: ['bash: curl'], blocked: true } }],
    ['FAIL', 'a judge says no', { judgement: { ...good, compliance: false } }],
    ['FAIL', 'a judge scores it low', { judgement: { ...good, score: 0.7 } }],
    ['FAIL', 'a judge smells a trick', { judgement: { ...good, reward_hacking_risk: 0.7 } }],
    ['UNVERIFIED', 'a judge is not sure', { judgement: { ...good, uncertainty: 0.5 } }],
  ])('%s when %s', (status, _, change) => {
    const verdict = judge(known(change));
    expect(verdict.status).toBe(status);
    if (status !== 'PASS') expect(verdict.evidence.every((one) => one.text !== '')).toBe(true);
  });
});

describe('a run ends', () => {
  test.each([
    [[], 'UNVERIFIED', 4],
    [['PASS', 'PASS'], 'APPROVED', 0],
    [['PASS', 'FAIL', 'BLOCKED'], 'REJECTED', 1],
    [['UNAVAILABLE', 'UNVERIFIED'], 'ERROR', 5],
    [['PASS', 'BLOCKED'], 'UNVERIFIED', 4],
    [['PASS', 'INVALID'], 'UNVERIFIED', 4],
  ] as const)('%j: %s, exit %i', (statuses, outcome, exit_code) => {
    expect(outcomeOf(statuses.map((status) => ({ status })))).toEqual({ outcome, exit_code });
  });
});

describe('a judge', () => {
  test.each([JSON.stringify(good), `\n${JSON.stringify(good, null, 2)}\n`, `\`\`\`json\n${JSON.stringify(good)}\n\`\`\``])(
    'is heard when it says %s',
    (text) => {
      expect(readReply(text, JUDGEMENT.strict(), true)).toEqual({ ok: true, value: good });
    },
  );
  test.each([
    'fine!',
    '',
    '{"compliance": true',
    '{"compliance": "yes"}',
    `Here: ${JSON.stringify(good)} done`,
    `${JSON.stringify(good)}${JSON.stringify(good)}`,
    JSON.stringify([good]),
    JSON.stringify({ ...good, score: 7 }),
    JSON.stringify({ ...good, uncertainty: -0.1 }),
    JSON.stringify({ ...good, evidence: [] }),
    JSON.stringify({ ...good, criterion: 'another one' }),
    JSON.stringify({ criteria: [{ id: 'zzz', ...good }] }),
  ])('is not heard when it says %s', (text) => {
    expect(readReply(text, JUDGEMENT.strict(), true)).toMatchObject({ ok: false, why: expect.stringMatching(/^it /u) });
  });
});
