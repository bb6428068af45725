import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../../src/kernel/events.ts';
import type { Contract } from '../../../src/ouroboros/evaluate/check.ts';
import type { CheckFacts } from '../../../src/ouroboros/events.ts';
import type { Item } from '../../../src/ouroboros/execute/brief.ts';
import { factsTold, signatureOf, unmetShare } from '../../../src/ouroboros/execute/facts.ts';
import { createMask } from '../../../src/ouroboros/execute/mask.ts';
import { faultOfPlan } from '../../../src/ouroboros/execute/split.ts';
import { type Ended, personaFor, stuckAt, weighTry } from '../../../src/ouroboros/execute/tries.ts';
import { type Course, foldCourse, NO_COURSE } from '../../../src/ouroboros/view/course.ts';

const FACTS: CheckFacts = { exit_code: 0, timed_out: false, assertion_found: null, artifacts: [], output_tail: '' };
const facts = (change: Partial<CheckFacts>): CheckFacts => ({ ...FACTS, ...change });
const FAILS = facts({ exit_code: 1, output_tail: 'Error: no' });

const item = (change: object = {}): Item =>
  ({
    id: 'a',
    criterion: { verify_command: 'node check.js', output_assertion: null, expected_artifacts: [], semantic_ac_key: 'ac_1', ...change },
  }) as unknown as Item;

const DONE = { worker: 2, how: 'done', claim: 'done', code: undefined, blocked: false };
const ended = (change: Partial<Ended>): Ended => ({ baseline: FAILS, facts: FAILS, worked: DONE, attempt: 1, ...change });

describe('a try is followed by', () => {
  const ROWS: readonly (readonly [next: string, claim: string, ended: Partial<Ended>, criterion?: object])[] = [
    ['done', 'nothing, when it holds', { facts: FACTS }],
    ['done', 'nothing, when it holds though the worker failed', { facts: FACTS, worked: { ...DONE, how: 'failed: LOOP', code: 'LOOP' } }],
    ['done', 'nothing, when it held before too', { baseline: FACTS, facts: FACTS }],
    ['again', 'another, when it does not hold', {}],
    ['again', 'another, when it held before and was broken', { baseline: FACTS }],
    ['again', 'another, when it does not come to an end', { facts: facts({ exit_code: null, timed_out: true }) }],
    ['again', 'another, when a program is missing that only the work calls', { facts: facts({ exit_code: 127, interpreter_missing: 'helper' }) }],
    ['again', 'another, when the worker failed', { worked: { ...DONE, how: 'failed: CONTEXT_FULL', code: 'CONTEXT_FULL' } }],
    ['over', 'none, after the third', { attempt: 3 }],
    ['over', 'none, when it may have needed what it was refused', { worked: { ...DONE, blocked: true } }],
    ['over', 'none, when somebody ended the worker', { worked: { ...DONE, how: 'killed by TERM' } }],
    ['over', 'none, when the check names a program that is missing', { facts: facts({ exit_code: 127, interpreter_missing: 'node' }) }],
    [
      'over',
      'none, when the same was missing before',
      { baseline: facts({ exit_code: 127, interpreter_missing: 'x' }), facts: facts({ exit_code: 127, interpreter_missing: 'x' }) },
    ],
    [
      'over',
      'none, when it came to no end before either',
      { baseline: facts({ exit_code: null, timed_out: true }), facts: facts({ exit_code: null, timed_out: true }) },
    ],
    ['over', 'none, when the check was refused', { facts: facts({ refused: 'not granted' }) }],
    ['over', 'none, without a contract', { facts: undefined }, { verify_command: null }],
    ['over', 'none, when the contract holds whatever is done', { facts: undefined }, { verify_command: 'true' }],
  ];
  test.each(ROWS.map(([next, claim, change, criterion = {}]) => ({ next, claim, change, criterion })))('$next: $claim', ({ next, change, criterion }) => {
    expect(weighTry(item(criterion), ended(change)).next).toBe(next);
  });
});

const CONTRACT: Contract = { command: 'node check.js --secret 4711', assertion: 'all is well', artifacts: ['a.txt', 'b.txt'], timeout_ms: 1 };
const artifact = (path: string, change: object = {}) => ({ path, exists: true, bytes: 5, same_as_baseline: false, ...change });

describe('a worker is told what its work lacks', () => {
  const mask = createMask([CONTRACT.command, CONTRACT.assertion]);
  const lacking = facts({
    exit_code: 3,
    assertion_found: false,
    artifacts: [artifact('a.txt', { exists: false, bytes: 0 }), artifact('b.txt', { bytes: 0 })],
    output_tail: `running node check.js --secret 4711\nTypeError: x is undefined\n    at /home/u/.oxios/scratch/1-ab/workspace/src/a.js:3:1\n`,
  });

  test('each point of it, with what the check printed and nothing of how it checks', () => {
    const told = factsTold(CONTRACT, lacking, mask);
    expect(told).toEqual([
      'the check fails, with exit 3: TypeError: x is undefined',
      'the output that is looked for is not there',
      'a.txt is missing',
      'b.txt is empty',
      'what it printed, at its end:\n  | running [contract]\n  | TypeError: x is undefined\n  |     at src/a.js:3:1',
    ]);
    expect(unmetShare(CONTRACT, lacking)).toBe(1);
    expect(unmetShare(CONTRACT, facts({ assertion_found: true, artifacts: [artifact('a.txt'), artifact('b.txt', { bytes: 0 })] }))).toBe(0.25);
  });

  test('no piece of a contract either, where an output was cut in the middle of one', () => {
    const cut = `-secret 4711\n${'x'.repeat(1990)}\n`;
    expect(factsTold(CONTRACT, facts({ exit_code: 1, output_tail: cut.padEnd(2000, 'y') }), mask).join('\n')).not.toContain('4711');
  });

  test('and outcomes are the same whatever time they took', () => {
    const at = (text: string) => signatureOf(facts({ exit_code: 1, output_tail: text }));
    expect(at('failed in 12 ms')).toBe(at('failed in 3.5 s'));
    expect(at('expected 1')).not.toBe(at('expected 2'));
  });
});

describe('work that goes nowhere', () => {
  const KEY = 'ac_1';
  const course = (...tries: readonly { said: string; unmet?: number; persona?: string; key?: string }[]): Course =>
    tries
      .flatMap(({ said, unmet = 1, persona, key = KEY }, at) => [
        { type: 'ac.started', criterion: 'a', attempt: at + 1, key, ...(persona === undefined ? {} : { persona }) },
        { type: 'ac.worked', criterion: 'a', attempt: at + 1, ...DONE },
        { type: 'ac.tried', criterion: 'a', attempt: at + 1, holds: false, signature: said, unmet, next: 'again' },
      ])
      .reduce((before, event) => foldCourse(before, event as unknown as KernelEvent), NO_COURSE);
  const same = signatureOf(FAILS);

  test.each<readonly [claim: string, course: Course, attempt: number, persona: string | undefined]>([
    ['nothing was tried', course(), 1, undefined],
    ['the second try', course({ said: 'x' }), 2, undefined],
    ['two tries as it was before the work', course({ said: same }, { said: same }), 3, 'hacker'],
    ['two tries that lack as much, and say something else', course({ said: 'x' }, { said: 'y' }), 3, 'researcher'],
    ['two tries that each come nearer', course({ said: 'x', unmet: 0.6 }, { said: 'y', unmet: 0.3 }), 3, 'hacker'],
    ['back and forth', course({ said: 'x', unmet: 0.5 }, { said: 'y', unmet: 0.9 }, { said: 'x', unmet: 0.5 }, { said: 'y', unmet: 0.9 }), 1, 'simplifier'],
    ['the next generation', course({ said: 'x' }, { said: 'x' }, { said: 'x', persona: 'researcher' }), 1, 'hacker'],
    ['a criterion that was revised', course({ said: same, key: 'old' }, { said: same, key: 'old' }), 1, undefined],
    ['both ways out were tried', course({ said: 'x', persona: 'hacker' }, { said: 'x', persona: 'architect' }, { said: 'x' }), 3, undefined],
  ])('%s: %s', (_, before, attempt, persona) => {
    expect(personaFor(before, item(), FAILS, attempt)).toBe(persona);
  });

  test.each<readonly [claim: string, course: Course, pattern: string | undefined]>([
    ['is given up when two ways out did not help', course({ said: 'x' }, { said: 'x', persona: 'hacker' }, { said: 'x', persona: 'architect' }), 'spinning'],
    ['not after one', course({ said: 'x' }, { said: 'x' }, { said: 'x', persona: 'hacker' }), undefined],
    ['not when the second helps', course({ said: 'x' }, { said: 'x', persona: 'hacker' }, { said: 'y', unmet: 0.9, persona: 'architect' }), undefined],
    [
      'not when it was another promise',
      course({ said: 'x', key: 'old', persona: 'hacker' }, { said: 'x', key: 'old', persona: 'architect' }, { said: 'x' }),
      undefined,
    ],
  ])('%s', (_, before, pattern) => {
    expect(stuckAt(before, item(), FAILS)?.pattern).toBe(pattern);
  });
});

describe('parts are a division of the whole', () => {
  const WHOLE = { id: 'a', description: 'both', artifacts: ['1', '2'] };
  const child = (description: string, ...artifacts: readonly string[]) => ({ description, artifacts: [...artifacts] });
  const ROWS: readonly (readonly [fault: string | undefined, children: ReturnType<typeof child>[], split?: boolean])[] = [
    [undefined, [child('x', '1'), child('y', '2')]],
    [undefined, [child('x', '1', '2'), child('y')]],
    [undefined, [], false],
    ['it has to be 2 to 5 children, not 1', [child('x', '1', '2')]],
    ['it has to be 2 to 5 children, not 6', ['u', 'v', 'w', 'x', 'y', 'z'].map((name) => child(name))],
    ['two children are the same', [child('x', '1'), child(' X ', '2')]],
    ['two children leave 1', [child('x', '1', '2'), child('y', '1')]],
    ['3 is none of the files it is expected to leave', [child('x', '1', '2'), child('y', '3')]],
    ['no child leaves 2', [child('x', '1'), child('y')]],
    ['a child says how the work is checked', [child('x', '1'), child('make node check.js pass', '2')]],
  ];
  test.each(ROWS.map(([fault, children, split = true]) => ({ fault, children, split })))('$fault', ({ fault, children, split }) => {
    expect(faultOfPlan({ split, reason: '', children }, WHOLE, createMask(['node check.js']))).toBe(fault);
  });
});
