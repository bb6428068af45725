import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../src/kernel/events.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { cutOff, remainsOf, treeBefore, usedBelow } from '../../src/kernel/resume.ts';
import { foldTranscript } from '../../src/kernel/transcript.ts';

/** Events of one kernel after the other: each `boot` has a clock of its own that begins anywhere. */
const log = (...events: readonly { readonly type: string; readonly [key: string]: unknown }[]): KernelEvent[] =>
  events.map((event, seq) => ({ seq, pid: 1, boot: 'a', mono: 0, ...event }) as unknown as KernelEvent);

const BEGUN = [
  { type: 'run.started', mono: 50, request: { grants: [], denies: [] }, limits: {} },
  { type: 'process.forked', mono: 50, ppid: 0 },
];

describe('time at work', () => {
  test.each([
    ['of one life is what passed between its first and its last entry', [{ type: 'ac.started', mono: 1050 }], 1000],
    ['of a life that was just begun is nothing', [], 0],
    [
      'leaves out what passed between two lives, and the clock of the next kernel',
      [
        { type: 'ac.started', mono: 20_050 },
        { type: 'tool.indoubt', call: 'c', boot: 'b', mono: 7 },
        { type: 'run.resumed', boot: 'b', mono: 10, request: {} },
        { type: 'ac.started', boot: 'b', mono: 510 },
      ],
      20_500,
    ],
    [
      'counts a life that ended well too',
      [
        { type: 'run.result', mono: 150, resumable: true },
        { type: 'run.resumed', boot: 'b', mono: 900_000, request: {} },
        { type: 'run.result', boot: 'b', mono: 900_001, resumable: true },
      ],
      101,
    ],
  ])('%s', (_, events, active) => {
    expect(remainsOf(log(...BEGUN, ...events)).active_ms).toBe(active);
  });
});

test('the last entry of a life is not one that the next kernel wrote before it went on', () => {
  const events = log(...BEGUN, { type: 'ac.started' }, { type: 'tool.indoubt', call: 'c', boot: 'b' });
  expect(remainsOf(events).after).toBe(2);
});

describe('a call that is made again', () => {
  const intended = (call: string, answers: string) => ({ type: 'tool.intended', call, answers });
  const past = log(
    { type: 'workspace.snapshotted', tree: 't0' },
    intended('c1.0', 'x'),
    { type: 'tool.finished', call: 'c1.0' },
    { type: 'workspace.snapshotted', tree: 't1' },
    { type: 'workspace.snapshotted', tree: 'of a copy', root: '/copy' },
    intended('c1.1', 'x'),
    { type: 'workspace.snapshotted', tree: 't2' },
    intended('c1.2', 'x'),
    intended('c1.3', 'y'),
    { type: 'tool.indoubt', call: 'c1.3' },
  );

  test('is known by the id the provider gave it, and has no outcome yet', () => {
    expect(cutOff(past, 'x').map((event) => event.call)).toEqual(['c1.1', 'c1.2']);
    expect([cutOff(past, 'y'), cutOff(past, ''), cutOff(past, 'z')]).toEqual([[], [], []]);
  });

  test('finds the files as they were before it first began', () => {
    const before = (answers: string, root?: string) =>
      treeBefore(past, { past, mount: root === undefined ? undefined : { root: root as AbsPath, through: [] } }, answers);
    expect([before('x'), before('y'), before('x', '/copy'), before('x', '/another')]).toEqual(['t1', undefined, 'of a copy', undefined]);
  });
});

test('what was used counts for a process and all above it, a call that was cut off not yet', () => {
  const past = log(
    { type: 'process.forked', ppid: 0 },
    { type: 'process.forked', pid: 2, ppid: 1 },
    { type: 'budget.settled', pid: 1, tokens: 10, usd: 1 },
    { type: 'budget.settled', pid: 2, tokens: 5, usd: 0.5 },
    { type: 'tool.intended', pid: 2, call: 'c2.0', answers: 'a' },
    { type: 'tool.finished', pid: 2, call: 'c2.0' },
    { type: 'tool.intended', pid: 2, call: 'c2.1', answers: 'b' },
  );
  expect(usedBelow(past, 1 as never)).toEqual({ tokens: 15, usd: 1.5, tool_calls: 1 });
  expect(usedBelow(past, 2 as never)).toEqual({ tokens: 5, usd: 0.5, tool_calls: 1 });
});

test('a request without an answer is no turn, and what came before it is sent again', () => {
  const answer = { type: 'model.answered', request: 0, parts: [{ type: 'text', text: 'one' }] };
  const past = log(
    { type: 'model.requested', request: 0, turn: 1 },
    answer,
    { type: 'message.sent', text: 'more' },
    { type: 'model.requested', request: 1, turn: 2 },
  );
  const { turns, messages, unread } = foldTranscript({ task: 'the task', images: [], history: [] }, past);
  expect(turns).toBe(1);
  expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
  expect(unread).toEqual([]);
});
