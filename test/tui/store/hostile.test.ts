// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
import { describe, expect, test } from 'vitest';
import type { BusEvent } from '../../../src/kernel/events.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { createFold } from '../../../src/tui/store/fold.ts';
import { initialState } from '../../../src/tui/store/reduce.ts';
import { withSession } from '../../../src/tui/store/set.ts';
import { answered, createScene, finished, forked, intended, requested, started } from '../../helpers/scene.ts';

const EMPTY = initialState({ columns: 80, rows: 24, layout: 'inline', theme: 'dark', now: 0 });

const C0 = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('');
const C1 = Array.from({ length: 33 }, (_, at) => String.fromCharCode(0x7f + at)).join('');
const CORPUS: readonly (readonly [name: string, text: string])[] = [
  ['C0', C0],
  ['C1', C1],
  ['colours', 'a\u001b[31mred\u001b[0mb'],
  ['the screen cleared', '\u001b[2J\u001b[3J\u001b[H\u001bc'],
  ['a link', '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007'],
  ['the clipboard', '\u001b]52;c;ZXZpbA==\u001b\\'],
  ['a title', '\u001b]0;root@host\u0007'],
  ['a device string', '\u001bP+q544e\u001b\\\u009d52;c;eA==\u009c'],
  ['an open sequence', 'text \u001b]52;c;never ended'],
  ['right to left', 'a\u202egnp.exe\u2066b\u2069'],
  ['nothing to be seen', 'pay\u200bpal\u00ad\u{e0041}\ufeff'],
  ['half a character', 'a\ud83db\ude00'],
  ['a bare return', 'safe\rrm -rf /'],
];

/** Every string of a value, keys of maps and objects included. */
function* stringsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (value instanceof Map) for (const pair of value) yield* stringsIn(pair);
  else if (value instanceof Set || Array.isArray(value)) for (const one of value) yield* stringsIn(one);
  else if (typeof value === 'object' && value !== null) for (const pair of Object.entries(value)) yield* stringsIn(pair);
}

const FOREIGN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/u;

function played(events: readonly BusEvent[], looks: 'once' | 'each'): ShellState {
  const fold = createFold(EMPTY);
  let state = EMPTY;
  for (const event of events) {
    fold.take(event);
    if (looks === 'each') state = fold.into(state);
  }
  return withSession(fold.into(state), events[0]?.run);
}

/** The text everywhere where one from outside can be. */
function everywhere(text: string): readonly BusEvent[] {
  const scene = createScene();
  const evil = { verdict: 'deny', rule: text, reason: text } as const;
  const ask = { call: 'c2.9', text, detail: text, options: [text], needs: [text], reason: text, bound_to: 'x' };
  return [
    scene.event(0, started('chat', text)),
    scene.event(1, forked('agent', 0, {}, 'chat')),
    scene.event(2, forked(text, 1, { task: text, converses: true, history: [{ role: 'user', parts: [{ type: 'text', text }] }] })),
    scene.event(2, { type: 'message.sent', from: text, text }, { actor: 'user' }),
    scene.event(2, requested(0, { model: text })),
    scene.event(2, {
      type: 'model.failed',
      request: 0,
      model: text,
      code: text,
      message: text,
      hint: text,
      attempt: 1,
      wait_ms: 5,
      next_model: text,
      final: false,
    }),
    scene.event(2, { type: 'message.sent', from: text, text }, { actor: 'user' }),
    scene.event(
      2,
      answered(0, [
        { type: 'thinking', text },
        { type: 'text', text },
        { type: 'call', id: text, name: text, input: { [text]: text } },
      ]),
    ),
    scene.event(2, intended('c2.0', text, text)),
    scene.event(2, finished('c2.0', text, text, { diff: text, details: { [text]: [text] } })),
    scene.event(2, {
      type: 'tool.denied',
      call: 'c2.1',
      answers: '',
      tool: text,
      action: text,
      input: {},
      input_sha256: '',
      needs: [text],
      decision: evil,
      text,
    }),
    scene.event(2, { type: 'tool.indoubt', call: 'c2.2', tool: text, text }),
    scene.event(2, { type: 'turn.interrupted', turn: 1, text, by: text }),
    scene.event(2, { type: 'approval.asked', ask: 'a2.0', kind: 'question', key: text, ...ask, call: '' }),
    scene.event(2, { type: 'approval.asked', ask: 'a2.1', kind: 'approval', ...ask, origins: [{ argument: text, value: text, from: [text], found: true }] }),
    scene.event(1, { type: 'chat.suggested', idea: text, why: text } as never),
    scene.event(1, {
      type: 'chat.checked',
      message: 1,
      baseline: '',
      tree: '',
      changed: [text],
      checks: [{ name: text, command: text, ok: false, how: 'broken', why: text }],
    } as never),
    scene.event(1, {
      type: 'interview.begun',
      request: text,
      brownfield: true,
      observations: [],
      dependencies: [text],
      patterns: [text],
      max_rounds: 1,
    } as never),
    scene.event(1, { type: 'interview.seeded', digest: 'd', yaml: text, degraded: false } as never),
    scene.event(1, { type: 'lineage.advanced', generation: 1, digest: 'd', seed: { goal: text, acceptance_criteria: [] }, parent_digest: null } as never),
    scene.event(1, { type: 'ac.judged', criterion: text, status: 'FAIL', evidence: [{ kind: 'worker', ok: false, text }] } as never),
  ];
}

describe.each(CORPUS)('%s', (_, text) => {
  test('leaves no control character in any text of the state, wherever it stands', () => {
    expect(FOREIGN.test(text)).toBe(true);
    for (const looks of ['once', 'each'] as const) {
      const strings = [...stringsIn(played(everywhere(text), looks))];
      expect(strings.length).toBeGreaterThan(100);
      expect(strings.filter((one) => FOREIGN.test(one))).toEqual([]);
    }
  });

  test.each(['text', 'thinking', { call: 'c2.0' }] as const)('nor when it streams in pieces, looked at after any of them (%o)', (kind) => {
    for (let size = 1; size <= 4; size++) {
      const scene = createScene();
      const events: BusEvent[] = [
        scene.event(0, started('prompt')),
        scene.event(2, forked('agent', 0, {})),
        scene.event(2, requested(0)),
        scene.event(2, intended('c2.0', 'bash', 'x')),
      ];
      for (let at = 0; at < text.length; at += size) events.push(scene.delta(2, kind, text.slice(at, at + size)));
      for (const looks of ['once', 'each'] as const) expect([...stringsIn(played(events, looks))].filter((one) => FOREIGN.test(one))).toEqual([]);
    }
  });
});

test('what a person is asked to approve loses nothing: signs stand for what could mislead', () => {
  const [ask] = played(everywhere('rm\u200b \u001b[8m-rf\u001b[0m /\u00a0x'), 'once').asks.filter(({ kind }) => kind === 'approval');
  expect(ask).toMatchObject({ text: 'rm<U+200B> ␛[8m-rf␛[0m /<U+00A0>x', detail: 'rm<U+200B> ␛[8m-rf␛[0m /<U+00A0>x' });
});

test('a sequence that is split over pieces is taken away whole', () => {
  const scene = createScene();
  const pieces = ['a\u001b', '[3', '1mb\u001b]52', ';c;x', '\u0007c'].map((piece) => scene.delta(2, 'text', piece));
  const before = [scene.event(0, started('prompt')), scene.event(2, forked('agent', 0, {})), scene.event(2, requested(0))];
  const deltas = pieces.map((piece) => ({ ...piece, after: 2 }) as BusEvent);
  for (const looks of ['once', 'each'] as const)
    expect([...played([...before, ...deltas], looks).transcripts.values()].flatMap(({ items }) => items.map((item) => item.text))).toContain('abc');
});
