import { describe, expect, test } from 'vitest';
import { createCircles } from '../../src/kernel/circles.ts';
import type { KernelEvent } from '../../src/kernel/events.ts';
import type { ToolCall } from '../../src/kernel/message.ts';

/** `a` is a call of `a`, `a1` the same with another result, `w` one that waits for what goes on by itself, `!` a word to the agent. */
type Step = string;

const callOf = (step: Step, id: string): ToolCall => ({ type: 'call', id, name: step[0] ?? '', input: { path: 'x' } });
const outcomeOf = (step: Step) => ({ ok: true, text: `result ${step}`, ...(step === 'w' ? { details: { running: true } } : {}) });
const steps = (text: string): readonly Step[] => text.split(' ');

/** The step, from 1, at which the circle is noticed; undefined: never. A process that goes on looks at once at what it had done. */
function noticedAt(trail: readonly Step[], past: readonly KernelEvent[] = []): number | undefined {
  const circles = createCircles(past);
  try {
    circles.look([]);
  } catch {
    return 0;
  }
  for (const [at, step] of trail.entries()) {
    if (step === '!') {
      circles.cut();
      continue;
    }
    circles.ended(`c${at}`, outcomeOf(step));
    try {
      circles.look([callOf(step, `c${at}`)]);
    } catch (error) {
      expect(String(error)).toContain('LOOP');
      return at + 1;
    }
  }
  return undefined;
}

/** The trail as the log of an earlier life has it. */
const logged = (trail: readonly Step[]): readonly KernelEvent[] =>
  trail.flatMap((step, at): unknown[] => {
    if (step === '!') return [{ type: 'message.sent', from: 'user', text: 'go on' }];
    return [
      { type: 'model.answered', parts: [callOf(step, `p${at}`)] },
      { type: 'tool.intended', call: `t${at}`, answers: `p${at}` },
      { type: 'tool.finished', call: `t${at}`, ...outcomeOf(step) },
    ];
  }) as KernelEvent[];

describe('a circle of calls', () => {
  test.each<readonly [claim: string, trail: string, at: number | undefined]>([
    ['of one call is noticed at the fifth', 'a a a a a a', 5],
    ['is none before', 'a a a a', undefined],
    ['is none with another result in between', 'a a a1 a a a a', undefined],
    ['begins anew after something else', 'a a a b a a a a a', 9],
    ['of two', 'a b a b a b a b a b', 10],
    ['of three, after something else', 'x y a b c a b c a b c a b c a b c', 17],
    ['of five', 'a b c d e a b c d e a b c d e a b c d e a b c d e', 25],
    ['of six is none', 'a b c d e f a b c d e f a b c d e f a b c d e f a b c d e f', undefined],
    ['is none where a log grows', 'a b1 a b2 a b3 a b4 a b5 a b6', undefined],
    ['is none while something is waited for', 'w w w w w w w w', undefined],
    ['is none while something is waited for with pauses', 's w s w s w s w s w s w', undefined],
    ['is none with a word of somebody in between', 'a a a ! a a a a', undefined],
  ])('%s: %s', (_, trail, at) => {
    expect(noticedAt(steps(trail))).toBe(at);
  });

  test.each(['a a a|a a', 'a b a b a|b a b a b', 'a a a !|a a a a', 'w w w|w w w', 'a a a a a|b'])(
    'is noticed at the same place by a process that goes on: %s',
    (trail) => {
      const [before = '', after = ''] = trail.split('|');
      const found = noticedAt(steps(after), logged(steps(before)));
      expect(found === undefined ? found : found + steps(before).length).toBe(noticedAt(steps(trail.replace('|', ' '))));
    },
  );

  test('is looked for in the order the model wrote the calls, whichever ended first', () => {
    const circles = createCircles([]);
    const turn = (id: string) => {
      circles.ended(`${id}b`, outcomeOf('b'));
      circles.ended(`${id}a`, outcomeOf('a'));
      circles.look([callOf('a', `${id}a`), callOf('b', `${id}b`)]);
    };
    for (const id of ['1', '2', '3', '4']) turn(id);
    expect(() => turn('5')).toThrow(/LOOP.*the same 2 calls/u);
  });
});
