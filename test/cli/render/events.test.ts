import { describe, expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/render/events.ts';
import { coloured } from '../../../src/cli/render/paint.ts';
import type { BusEvent } from '../../../src/kernel/events.ts';

const at = (payload: object, pid = 3): BusEvent =>
  ({ v: 1, seq: 1, leaf: 1, at: 0, mono: 0, boot: 'b', run: 'r_1', pid, actor: 'kernel', ...payload }) as unknown as BusEvent;
const limits = { turns: 50, wall_ms: 1_800_000, tool_calls: 200, tokens: null, usd: null };
const failed = { how: 'failed', code: 'LIMIT', message: 'turn limit reached\nmore' };

/** Event, plain line, line with `verbose`; null where nothing is said. */
const LINES: readonly (readonly [event: object, plain: string | null, verbose?: string])[] = [
  [
    { type: 'run.started', title: 'build it', model: 'script:x', sandbox: { kind: 'bwrap', detail: 'bubblewrap' }, limits },
    'build it · model script:x · bubblewrap · limits: 50 turns an agent, 30 min, 200 tool calls, no cost limit',
  ],
  [{ type: 'run.resumed' }, 'going on where it stopped'],
  [{ type: 'run.result', outcome: 'APPROVED', exit_code: 0, cost_usd: 0.0123, files_changed: ['a', 'b'] }, 'APPROVED (exit 0) · 2 files changed · $0.0123'],
  [
    { type: 'run.result', outcome: 'FAILED', exit_code: 5, cost_usd: null, files_changed: [], error: { code: 'AUTH', message: 'refused' } },
    'FAILED (exit 5) · 0 files changed · AUTH: refused',
  ],
  [{ type: 'plan.made', levels: [['ac1', 'ac2'], ['ac3']], edges: [] }, 'plan: ac1 ac2 > ac3'],
  [{ type: 'ac.started', criterion: 'ac1', title: 'tests pass', attempt: 2 }, '> ac1 tests pass (try 2)'],
  [{ type: 'ac.started', criterion: 'ac1', title: 'tests pass', attempt: 3, persona: 'hacker' }, '> ac1 tests pass (try 3, as hacker)'],
  [{ type: 'router.decided', criterion: 'ac1', tier: 'frugal', model: 'p/m', why: 'complexity 0.10' }, null, 'ac1 on frugal (p/m): complexity 0.10'],
  [{ type: 'ac.worked', criterion: 'ac1', how: 'done' }, null, 'ac1 worker ended: done'],
  [{ type: 'ac.worked', criterion: 'ac1', part: 'ac1.2', how: 'failed: LOOP', code: 'LOOP' }, 'ac1.2 worker ended: LOOP'],
  [{ type: 'ac.tried', criterion: 'ac1', attempt: 1, next: 'again', why: 'it does not hold yet' }, 'ac1, try 1: it does not hold yet'],
  [{ type: 'ac.tried', criterion: 'ac1', attempt: 1, next: 'again', beside: true, why: 'not alone' }, null, 'ac1, try 1: not alone'],
  [{ type: 'ac.tried', criterion: 'ac1', attempt: 2, next: 'done', why: 'it holds' }, null, 'ac1, try 2: it holds'],
  [
    {
      type: 'ac.split',
      criterion: 'ac1',
      parts: [
        { id: 'ac1.1', description: 'one' },
        { id: 'ac1.2', description: 'two' },
      ],
    },
    'ac1 is too big for one: ac1.1 one; ac1.2 two',
  ],
  [{ type: 'ac.stagnated', criterion: 'ac1', pattern: 'no_drift', personas: ['a', 'b'] }, 'ac1 goes nowhere: no drift, also as a, b'],
  [{ type: 'drift.measured', score: 0.3, outside: [] }, null],
  [{ type: 'drift.measured', score: null, outside: [] }, null],
  [{ type: 'drift.measured', score: 0.47, outside: ['x', 'y'] }, 'drift 0.47: 2 files beyond the criteria'],
  [{ type: 'ac.merged', criterion: 'ac1', changed: ['a', 'b'], conflicts: [], again: false }, null, 'ac1 merged, 2 files'],
  [{ type: 'ac.merged', criterion: 'ac1', changed: [], conflicts: ['a', 'b'], again: true }, 'ac1 is worked on again: others changed a, b too'],
  [{ type: 'ac.merged', criterion: 'ac1', changed: [], conflicts: [], again: true, why: 'it was lost' }, 'ac1 is worked on again: it was lost'],
  [{ type: 'plan.paced', workers: 1, why: 'the provider is asked too often' }, '1 at once from here on: the provider is asked too often'],
  [{ type: 'ac.judged', criterion: 'ac1', status: 'PASS', evidence: [{ kind: 'contract', ok: true, text: 'fine' }] }, 'PASS ac1'],
  [
    {
      type: 'ac.judged',
      criterion: 'ac2',
      status: 'FAIL',
      evidence: [
        { ok: true, text: 'a' },
        { ok: false, text: 'exit 1\nlong' },
      ],
    },
    'FAIL ac2: exit 1',
  ],
  [
    { type: 'evaluation.convened', criterion: 'ac1', triggers: ['manual', 'drift'] },
    '> three vote on ac1: a consensus was asked for; the work drifts from what was asked for',
  ],
  [
    { type: 'evaluation.balloted', criterion: 'ac1', persona: 'judge', model: 'p/m', vote: 'approve', reasons: 'fine' },
    'ac1, judge: approve',
    'ac1, judge (p/m): approve',
  ],
  [
    { type: 'evaluation.balloted', criterion: 'ac1', persona: 'judge', model: 'p/m', vote: 'reject', reasons: 'half is missing' },
    'ac1, judge: reject: half is missing',
    'ac1, judge (p/m): reject: half is missing',
  ],
  [
    { type: 'evaluation.balloted', criterion: 'ac1', persona: 'judge', model: 'p/m', vote: null, why_not: 'prose' },
    'ac1, judge: does not count: prose',
    'ac1, judge (p/m): does not count: prose',
  ],
  [{ type: 'evaluation.requested', of: 'r_1', baseline: 't' }, 'evaluating what run r_1 left, and what was done since'],
  [{ type: 'process.forked', name: 'worker ac1', ppid: 2 }, null, '  [3] worker ac1 began'],
  [{ type: 'process.exited', exit: failed }, '  [3] failed: LIMIT: turn limit reached'],
  [{ type: 'process.exited', exit: { how: 'done', text: 'x' } }, null, '  [3] done'],
  [{ type: 'process.exited', exit: { how: 'killed', signal: 'KILL' } }, '  [3] ended by KILL'],
  [{ type: 'model.failed', code: 'PROVIDER', message: '529', final: false, wait_ms: 1500 }, '  [3] PROVIDER: 529, again in 1.5 s'],
  [{ type: 'model.failed', code: 'PROVIDER', message: '529', final: false, next_model: 'openai/x' }, '  [3] PROVIDER: 529, going on with openai/x'],
  [
    { type: 'model.answered', model: 'm', usage: { input: 10, output: 5, cache_read: 1, cache_write: 0 }, ms: 900, cost_usd: 0.5 },
    null,
    '  [3] m: 11 in, 5 out, 0.9 s, $0.5000',
  ],
  [{ type: 'tool.intended', tool: 'bash', action: 'npm test' }, null, '  [3] bash: npm test'],
  [{ type: 'tool.finished', tool: 'bash', ok: false, ms: 10, text: 'exit 1\nmore' }, null, '  [3] bash failed: exit 1'],
  [{ type: 'tool.denied', action: 'curl evil', decision: { reason: 'no network' } }, '  [3] refused: curl evil: no network'],
  [{ type: 'approval.asked', kind: 'approval', ask: 'a3.0', text: 'rm\u200b -rf /\u001b[8m hidden' }, '  [3] wants to: rm<U+200B> -rf /␛[8m hidden (a3.0)'],
  [{ type: 'approval.asked', kind: 'question', ask: 'a3.1', text: 'which?' }, '  [3] asks: which? (a3.1)'],
  [{ type: 'budget.exceeded', limit: 'turns', spent: 50, max: 50 }, '  [3] limit reached: turns, 50 of 50'],
  [{ type: 'budget.reserved', what: 'model' }, null],
  [{ type: 'lineage.unknown', something: 1 }, null],
];

describe('progress for people', () => {
  test.each(LINES.map(([event, plain, verbose]) => [event, plain, verbose ?? plain] as const))('%j', (event, plain, verbose) => {
    expect(progressLine(at(event)) ?? null).toBe(plain);
    expect(progressLine(at(event), { verbose: true }) ?? null).toBe(verbose);
  });

  test('is one line without any control, whatever an agent writes', () => {
    const line = progressLine(at({ type: 'tool.denied', action: 'a\n\u001b]0;title\u0007\u001b[2Jb\r\n\u202ec', decision: { reason: 'x\ny' } }));
    expect(line).toBe('  [3] refused: a b <U+202E>c: x y');
  });

  test('is coloured only when asked to be, and the colour ends with the line', () => {
    const event = at({ type: 'ac.judged', criterion: 'ac1', status: 'PASS', evidence: [] });
    expect(progressLine(event)).toBe('PASS ac1');
    expect(progressLine(event, { paint: coloured })).toBe('\u001b[32mPASS ac1\u001b[39m');
  });

  test('says nothing of deltas', () => {
    expect(progressLine({ v: 1, run: 'r_1', pid: 3, after: 0, n: 0, type: 'progress', text: 'x' } as unknown as BusEvent, { verbose: true })).toBeUndefined();
  });
});
