import { describe, expect, test } from 'vitest';
import type { BusEvent } from '../../../src/kernel/events.ts';
import { pidOf } from '../../../src/kernel/ids.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { createFold } from '../../../src/tui/store/fold.ts';
import { initialState } from '../../../src/tui/store/reduce.ts';
import { withSession } from '../../../src/tui/store/set.ts';
import { answered, conversation, createScene, finished, forked, intended, requested, type Scene, said, started } from '../../helpers/scene.ts';

const EMPTY = initialState({ columns: 80, rows: 24, layout: 'inline', theme: 'dark', now: 0 });

/** The conversation in front after these events. */
function played(scene: Scene, events: readonly BusEvent[]): ShellState {
  const fold = createFold(EMPTY);
  for (const event of [...conversation(scene), ...events]) fold.take(event);
  return withSession(fold.into(EMPTY), scene.run);
}

const linesOf = (state: ShellState, pid = 2): readonly string[] =>
  (state.transcripts.get(pidOf(pid))?.items ?? []).map((item) =>
    item.is === 'tool' ? `${item.how} ${item.action}: ${item.text}` : `${item.is}${'streams' in item && item.streams ? '…' : ''} ${item.text}`,
  );

const user = (scene: Scene, text: string) => scene.event(2, said(text), { actor: 'user' });
const failed = (change: object) =>
  ({ type: 'model.failed', request: 0, model: 'a/model', code: 'PROVIDER', message: 'busy\nmore', attempt: 1, final: false, ...change }) as never;
const ask = (change: object) =>
  ({
    type: 'approval.asked',
    ask: 'a2.0',
    kind: 'approval',
    call: 'c2.0',
    text: '$ rm x',
    options: [],
    needs: [],
    reason: 'r',
    bound_to: 'b',
    ...change,
  }) as never;
const reply = (verdict: string, text = '') => ({ type: 'approval.answered', ask: 'a2.0', verdict, scope: 'once', text, by: 'user' }) as never;

type Row = readonly [claim: string, events: (scene: Scene) => readonly BusEvent[], lines: readonly string[]];

describe('what a transcript shows', () => {
  test.each<Row>([
    [
      'an attempt that failed takes back what it streamed',
      (s) => [s.event(2, requested(0)), s.delta(2, 'text', 'half'), s.event(2, failed({ wait_ms: 1500 })), s.delta(2, 'text', 'wh')],
      ['warn PROVIDER: busy, again in 1.5 s', 'answer… wh'],
    ],
    [
      'another model that goes on is named',
      (s) => [s.event(2, requested(0)), s.event(2, failed({ next_model: 'b/other' }))],
      ['warn PROVIDER: busy, going on with b/other'],
    ],
    [
      'an interrupted turn keeps what was said, and tools that were cut off say so',
      (s) => [
        s.event(2, requested(0)),
        s.event(2, answered(0, [{ type: 'text', text: 'I run it' }])),
        s.event(2, intended('c2.0', 'bash', '$ sleep 9')),
        s.delta(2, { call: 'c2.0' }, 'tick'),
        s.event(2, { type: 'turn.interrupted', turn: 1, text: '', by: 'user' }),
      ],
      ['answer I run it', 'failed $ sleep 9: it was ended before it was done', 'warn interrupted by user'],
    ],
    [
      'an interrupted answer keeps what had come',
      (s) => [
        s.event(2, requested(0)),
        s.delta(2, 'text', 'so fa'),
        s.event(2, failed({ code: 'ABORTED', final: true })),
        s.event(2, { type: 'turn.interrupted', turn: 1, text: 'so far', by: 'user' }),
      ],
      ['answer so far', 'warn interrupted by user'],
    ],
    [
      'a summary is not part of the talk',
      (s) => [
        s.event(2, requested(0, { purpose: 'compaction' })),
        s.delta(2, 'text', 'summary'),
        s.event(2, answered(0, [{ type: 'text', text: 'summary' }], { purpose: 'compaction' })),
        s.event(2, { type: 'context.compacted', summary: 'x', kept_messages: 1, dropped_messages: 5, before_tokens: 900, after_tokens: 100 }),
      ],
      ['info shortened from 900 to 100 tokens'],
    ],
    [
      'a tool that prints shows the end of it, lines written over as lines',
      (s) => [s.event(2, intended('c2.0', 'bash', '$ x')), s.delta(2, { call: 'c2.0' }, '10%\r'), s.delta(2, { call: 'c2.0' }, '20%\n')],
      ['runs $ x: 10%\n20%\n'],
    ],
    [
      'what it printed is replaced by what is in the log',
      (s) => [s.event(2, intended('c2.0', 'bash', '$ x')), s.delta(2, { call: 'c2.0' }, 'some'), s.event(2, finished('c2.0', 'bash', 'all', { ok: false }))],
      ['failed $ x: all'],
    ],
    [
      'a call that asks first waits, then runs',
      (s) => [s.event(2, requested(0)), s.event(2, answered(0, [{ type: 'call', id: 'x', name: 'bash', input: {} }])), s.event(2, ask({}))],
      ['asks $ rm x: '],
    ],
    [
      'an allowed one goes on as one item',
      (s) => [s.event(2, ask({})), s.event(2, reply('allow')), s.event(2, intended('c2.0', 'bash', '$ rm x')), s.event(2, finished('c2.0', 'bash', 'gone'))],
      ['ok $ rm x: gone'],
    ],
    [
      'a refused one says why',
      (s) => [
        s.event(2, ask({})),
        s.event(2, reply('deny')),
        s.event(2, {
          type: 'tool.denied',
          call: 'c2.0',
          answers: '',
          tool: 'bash',
          action: '$ rm x',
          input: {},
          input_sha256: '',
          needs: [],
          decision: { verdict: 'deny', rule: 'r', reason: 'you said no' },
          text: 't',
        }),
      ],
      ['denied $ rm x: you said no'],
    ],
    [
      'a question of a body and its answer',
      (s) => [s.event(2, ask({ kind: 'question', call: '', text: 'go on?' })), s.event(2, reply('text', 'yes'))],
      ['warn go on?', 'user yes'],
    ],
    [
      'a call of unknown outcome',
      (s) => [s.event(2, intended('c2.0', 'bash', '$ x')), s.event(2, { type: 'tool.indoubt', call: 'c2.0', tool: 'bash', text: 'nobody knows' })],
      ['unknown $ x: nobody knows'],
    ],
    [
      'a command of the user, run by the root, is in the talk; what is told of it is not',
      (s) => [
        s.event(1, { type: 'message.sent', from: 'user', text: 'ls', kind: 'command' }, { actor: 'user' }),
        s.event(1, intended('c1.0', 'bash', '$ ls')),
        s.event(1, finished('c1.0', 'bash', 'a')),
        s.event(2, { type: 'message.sent', from: 'command', text: '[The user ran a command]', kind: 'context' }, { actor: 'protocol' }),
      ],
      ['ok $ ls: a'],
    ],
    [
      'checks of the work',
      (s) => [
        s.event(1, {
          type: 'chat.checked',
          message: 1,
          baseline: '',
          tree: '',
          changed: ['a', 'b'],
          checks: [{ name: 'test', command: 'npm test', ok: true, how: 'holds', why: '' }],
        } as never),
      ],
      ['good checked, 2 files changed: test: holds'],
    ],
    [
      'work is told, talk is not',
      (s) => ['task', 'conversation', 'clarification'].map((kind) => s.event(1, { type: 'chat.assessed', message: 1, kind, why: kind } as never)),
      ['info task'],
    ],
  ])('%s', (_, events, lines) => {
    const state = played(
      createScene(),
      events(createScene('r_scene', { leaf: 3 })).map((event) => moved(event)),
    );
    expect(
      linesOf(state)
        .slice(1)
        .map((line) => line.replace(/^note /u, '')),
    ).toEqual(lines.map((line) => line.replace(/^(info|good|warn|bad) /u, '')));
    const tones = (state.transcripts.get(pidOf(2))?.items ?? []).flatMap((item) => (item.is === 'note' ? [item.tone] : []));
    expect(tones).toEqual(lines.flatMap((line) => /^(info|good|warn|bad) /u.exec(line)?.[1] ?? []));
  });
});

/** Behind the three events a conversation begins with. */
const moved = (event: BusEvent): BusEvent => ('seq' in event ? { ...event, seq: event.seq + 3 } : { ...event, after: event.after + 3 });

describe('what is typed while the agent works', () => {
  const scene = createScene();
  const events = [
    ...conversation(scene),
    scene.event(2, requested(0)),
    user(scene, 'one'),
    scene.event(
      2,
      answered(0, [
        { type: 'text', text: 'working' },
        { type: 'call', id: 'x', name: 'bash', input: {} },
      ]),
    ),
    user(scene, 'two'),
    scene.event(2, intended('c2.0', 'bash', '$ x')),
    scene.event(2, finished('c2.0', 'bash', 'done')),
    scene.event(2, requested(1)),
    scene.event(2, answered(1, [{ type: 'text', text: 'all done' }])),
    scene.event(2, { type: 'process.moved', to: 'waiting' }),
    user(scene, 'three'),
  ];
  const upTo = (count: number): ShellState => {
    const fold = createFold(EMPTY);
    for (const event of events.slice(0, count)) fold.take(event);
    return withSession(fold.into(EMPTY), scene.run);
  };
  test.each([
    [4, []],
    [5, ['one']],
    [7, ['one', 'two']],
    [9, ['one', 'two']],
    [10, []],
    [13, []],
  ] as const)('is queued until the next request takes it (%i)', (count, queued) => {
    expect(upTo(count).queued).toEqual(queued);
  });
  test('stands where the agent came to know of it', () => {
    expect(linesOf(upTo(13))).toEqual(['user hello', 'answer working', 'ok $ x: done', 'user one', 'user two', 'answer all done', 'user three']);
  });
});

describe('of the conversation in front', () => {
  test('the model, the sandbox and how full the window is are known', () => {
    const scene = createScene();
    const state = played(createScene(), [moved(scene.event(2, requested(0)))]);
    expect(state).toMatchObject({ model: 'a/model', sandbox: 'bwrap', context: 0.25, selected: 2 });
  });

  test('a turn is being stopped from the word on until it has', () => {
    const scene = createScene();
    const stop = scene.event(2, { type: 'process.signalled', signal: 'INT', by: 'user' });
    const end = scene.event(2, { type: 'turn.interrupted', turn: 1, text: '', by: 'user' });
    const before = conversation(createScene()).length;
    const at = (event: BusEvent, seq: number): BusEvent => ({ ...event, seq: before + seq }) as BusEvent;
    expect(played(createScene(), [at(stop, 0)]).stopping).toEqual(new Set([2]));
    expect(played(createScene(), [at(stop, 0), at(end, 1)]).stopping).toEqual(new Set());
  });

  test('an interview that is offered is off when something else is said', () => {
    const scene = createScene();
    const offered = [scene.event(1, { type: 'chat.suggested', idea: 'a shop', why: 'large' } as never)].map(moved);
    expect(played(createScene(), offered).offer).toEqual({ run: scene.run, idea: 'a shop', why: 'large' });
    expect(played(createScene(), [...offered, moved(user(scene, 'no'))]).offer).toBeUndefined();
  });

  test('questions of all runs wait in the order they were asked, until they are answered or the run ends', () => {
    const scene = createScene();
    const asked = [1, 2, 3].map((n) => scene.event(2, ask({ ask: `a2.${n}`, call: `c2.${n}`, key: n === 2 ? 'q2' : undefined })));
    const after = (more: readonly BusEvent[]) => played(createScene(), [...asked, ...more].map(moved)).asks.map(({ ask: id }) => id);
    expect(after([])).toEqual(['a2.1', 'a2.2', 'a2.3']);
    expect(after([scene.event(2, { type: 'approval.expired', ask: 'a2.2', reason: 'late' })])).toEqual(['a2.1', 'a2.3']);
    expect(played(createScene(), asked.map(moved)).asks[1]).toMatchObject({ key: 'q2', call: 'c2.2', name: 'assistant', run: scene.run, expires_at: null });
  });
});

test('a transcript keeps its newest items, and says how many are only in the log', () => {
  const scene = createScene();
  const state = played(
    createScene(),
    Array.from({ length: 1200 }, (_, n) => moved(user(scene, `word ${n}`))),
  );
  const transcript = state.transcripts.get(pidOf(2));
  expect([transcript?.items.length, transcript?.dropped, transcript?.items[0]?.text]).toEqual([1000, 201, 'word 200']);
});

test('long texts are cut between whole characters, and say how much is missing', () => {
  const scene = createScene();
  const text = `${'x'.repeat(64 * 1024 - 1)}😀 end`;
  const state = played(createScene(), [scene.event(2, intended('c2.0', 'bash', '$ x')), scene.event(2, finished('c2.0', 'bash', text))].map(moved));
  expect(state.transcripts.get(pidOf(2))?.items.at(-1)).toMatchObject({ text: 'x'.repeat(64 * 1024 - 1), cut: 6 });
});

test('transcripts of processes that ended long ago are let go, never the one that is looked at', () => {
  const scene = createScene();
  const fold = createFold(EMPTY);
  fold.take(scene.event(0, started('run')));
  fold.take(scene.event(1, forked('run', 0, {}, 'run')));
  let state: ShellState = { ...EMPTY, selected: pidOf(2) };
  for (let pid = 2; pid < 250; pid++) {
    fold.take(scene.event(pid, forked('worker', 1, { task: 'x' })));
    fold.take(scene.event(pid, { type: 'process.exited', exit: { how: 'done', text: '' } }));
    state = fold.into(state);
  }
  const kept = [...state.transcripts.keys()];
  expect(kept.slice(0, 3)).toEqual([1, 2, 50]);
  expect(kept.length).toBe(202);
  expect(state.runs.get(scene.run)?.procs.length).toBe(249);
});
