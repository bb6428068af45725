import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../../src/kernel/events.ts';
import type { CheckFacts } from '../../../src/ouroboros/events.ts';
import { meaningOf } from '../../../src/ouroboros/interview/answers.ts';
import { projectIn } from '../../../src/ouroboros/interview/brownfield.ts';
import { occurs } from '../../../src/ouroboros/interview/citations.ts';
import { judgedBefore } from '../../../src/ouroboros/interview/preflight.ts';
import { newQuestions, perspectivesFor } from '../../../src/ouroboros/interview/rounds.ts';
import { nextStep } from '../../../src/ouroboros/interview/state.ts';
import { foldInterview, type Interview, NO_INTERVIEW } from '../../../src/ouroboros/view/interview.ts';

describe('a reply', () => {
  const question = { options: ['red', 'green'], recommended: 1 };
  test.each([
    ['', { is: 'answer', text: 'green', provenance: 'user' }],
    ['1', { is: 'answer', text: 'red', provenance: 'user' }],
    [' blue ', { is: 'answer', text: 'blue', provenance: 'user' }],
    ['3', { is: 'answer', text: '', provenance: 'deferred' }],
    ['7', { is: 'answer', text: '7', provenance: 'user' }],
    ['Later', { is: 'answer', text: '', provenance: 'deferred' }],
    ['decide later', { is: 'answer', text: '', provenance: 'deferred' }],
    ['auto', { is: 'answer', text: 'green', provenance: 'auto' }],
    ['"auto"', { is: 'answer', text: 'auto', provenance: 'user' }],
    ['BACK', { is: 'back' }],
    ['quit', { is: 'quit' }],
    ['force', { is: 'force' }],
    ['abort', { is: 'abort' }],
    ['back to the start', { is: 'answer', text: 'back to the start', provenance: 'user' }],
  ] as const)('%j means what it says', (reply, meaning) => {
    expect(meaningOf(reply, question)).toEqual(meaning);
  });
});

describe('a quote', () => {
  const sources = new Map([
    ['request', 'Build a  Tally\ncounter'],
    ['q1', 'yes'],
    ['q2', '数えるだけの小さな道具'],
  ]);
  test.each([
    ['request', 'a tally counter', true],
    ['Request', '“Build a Tally”', true],
    ['request', 'tally', false],
    ['request', 'counters of tallies', false],
    ['q1', 'yes', true],
    ['q1', 'ye', false],
    ['q2', '数えるだけの小さな', true],
    ['q3', 'yes', false],
    ['package.json:1', 'Build a Tally', false],
    ['request', '', false],
  ])('from %s of %j counts: %s', (from, text, counts) => {
    expect(occurs({ from, text }, sources)).toBe(counts);
  });
});

describe('a command before the work', () => {
  const facts = (change: Partial<CheckFacts>): CheckFacts => ({
    exit_code: 1,
    timed_out: false,
    assertion_found: null,
    artifacts: [],
    output_tail: '',
    ...change,
  });
  const artifact = (exists: boolean) => ({ path: 'a', exists, bytes: exists ? 3 : 0, same_as_baseline: exists });
  test.each([
    ['test -f a', facts({}), undefined],
    ['test -f a', facts({ exit_code: 0 }), 'it holds already on the folder as it is, and proves nothing'],
    ['sh a', facts({ exit_code: 0, assertion_found: false }), undefined],
    ['ls', facts({ exit_code: 0, artifacts: [artifact(false)] }), undefined],
    ['ls', facts({ exit_code: 0, artifacts: [artifact(true)] }), 'it holds already on the folder as it is, and proves nothing'],
    ['sleep 9', facts({ exit_code: null, timed_out: true }), 'it did not end within 5 s on the folder as it is'],
    ['deno test', facts({ exit_code: 127, interpreter_missing: 'deno' }), 'deno is not installed'],
    ['./tally', facts({ exit_code: 127, output_tail: 'bash: line 1: ./tally: No such file or directory' }), undefined],
    ['bin/tally', facts({ exit_code: 126, output_tail: 'bash: bin/tally: Permission denied' }), undefined],
    ['tally', facts({ exit_code: 127, output_tail: 'x' }), 'it cannot be run: exit 127, x'],
    [
      'if',
      facts({ exit_code: 2, output_tail: 'bash: -c: line 2: syntax error: unexpected end of file' }),
      'it is no command that could be run: bash: -c: line 2: syntax error: unexpected end of file',
    ],
    [
      'python3 -c "("',
      facts({ output_tail: '  File "<string>", line 1\n    (\n    ^\nSyntaxError: \'(\' was never closed' }),
      "it is no command that could be run: SyntaxError: '(' was never closed",
    ],
    ['$(x)', facts({ exit_code: null, refused: 'the verify command cannot be judged: x' }), 'the verify command cannot be judged: x'],
  ] as const)('%j says of itself what is wrong with it', (command, found, flaw) => {
    expect(judgedBefore(command, found, 5000).flaw).toBe(flaw);
  });
  test('that was refused for another reason is not tried, and is no fault', () => {
    expect(judgedBefore('curl x', facts({ refused: 'exec:curl is denied' }), 1)).toEqual({ note: 'not tried: exec:curl is denied' });
  });
});

describe('a folder', () => {
  const seen = (names: readonly string[], texts: Readonly<Record<string, string>> = {}, git = false) =>
    projectIn({ names: [...names], truncated: false, texts: Object.entries(texts).map(([path, text]) => ({ path, text })), git });
  test.each([
    ['nothing', [], {}, false],
    ['a text and a README', ['notes.md', 'README.md'], { 'README.md': '# Hello' }, false],
    ['a source file', ['a.py'], {}, true],
    ['a manifest alone', ['Cargo.toml'], { 'Cargo.toml': '[package]\nname = "x"' }, true],
    ['a package.json that is no JSON', ['package.json'], { 'package.json': '{' }, true],
  ] as const)('with %s is a project: %s', (_, names, texts, brownfield) => {
    expect(seen(names, texts).brownfield).toBe(brownfield);
  });
  test('says where each thing stands, at most so many, and how it is laid out', () => {
    const many = Array.from({ length: 100 }, (_, at) => `src/f${at}.go`);
    const found = seen(
      [...many, 'a_test.go'],
      { 'go.mod': 'module x\n\ngo 1.22\n\nrequire (\n\tgithub.com/a/b v1\n)\n', Makefile: 'CC := gcc\ntest: all\n\tgo test\n' },
      true,
    );
    expect(found.observations.slice(0, 3)).toEqual([
      { at: 'go.mod:1', text: 'module x' },
      { at: 'go.mod:3', text: 'go 1.22' },
      { at: 'Makefile:2', text: 'test: all' },
    ]);
    expect(found.observations.length).toBeLessThanOrEqual(30);
    expect(found.dependencies).toEqual(['github.com/a/b']);
    expect(found.patterns).toEqual(['101 source files: 101 .go', 'folders: src', 'tests such as a_test.go', 'kept in Git']);
  });
});

describe('a round', () => {
  const one = (text: string, change: object = {}) => ({
    id: '',
    text,
    why: '',
    about: 'goal' as const,
    options: ['a', 'b'],
    recommended: 1 as number | string,
    ...change,
  });
  test('has three questions at most, none twice or again, each with a name and a proposal of its own', () => {
    const before = newQuestions([one('What for?', { id: 'Use Case' })], { questions: [] });
    expect(before).toMatchObject([{ n: 1, id: 'use-case', recommended: 0 }]);
    const next = newQuestions(
      [
        one('what for'),
        one('How?', { id: 'use-case', recommended: 'b' }),
        one('how ?'),
        one('One only?', { options: ['a', 'a'] }),
        one('Where?', { id: 'q9', recommended: 7 }),
        one('When?', { options: ['a', 'b', 'c', 'd', 'e'] }),
        one('Who?'),
      ],
      { questions: before },
    );
    expect(next.map(({ n, id, text, recommended, options }) => [n, id, text, recommended, options.length])).toEqual([
      [2, 'q2', 'How?', 1, 2],
      [3, 'q3', 'Where?', 0, 2],
      [4, 'q4', 'When?', 0, 4],
    ]);
  });
  test.each([
    [1, 1, ['breadth-keeper', 'researcher', 'simplifier']],
    [3, 0.5, ['breadth-keeper', 'researcher', 'simplifier', 'architect']],
    [2, 0.25, ['breadth-keeper', 'researcher', 'simplifier', 'seed-closer']],
    [4, 0.2, ['breadth-keeper', 'researcher', 'simplifier', 'architect', 'seed-closer']],
  ])('number %i at %d is looked at by %j', (round, score, names) => {
    expect(perspectivesFor(round, score)).toEqual(names);
  });
});

describe('what comes next', () => {
  const scored = (score: number, qualifies = false) => ({ type: 'interview.scored', score, qualifies });
  const asked = (n: number) => ({ type: 'interview.asked', round: n, questions: [{ n, text: `q${n}` }], observations: [] });
  const answered = (question: number) => ({ type: 'interview.answered', question, answer: 'x', provenance: 'user' });
  const after = (rules: object, ...events: readonly object[]): Interview =>
    [
      {
        type: 'interview.begun',
        request: 'r',
        brownfield: false,
        observations: [],
        dependencies: [],
        patterns: [],
        max_rounds: 10,
        unattended: false,
        forced: false,
        ...rules,
      },
      ...events,
    ].reduce((state: Interview, event) => foldInterview(state, event as KernelEvent), NO_INTERVIEW);
  const round = (n: number, score: number) => [asked(n), answered(n), scored(score)];
  test.each([
    ['a score before any question', after({}), 'score'],
    ['a question where it is not clear', after({}, scored(0.5)), 'ask'],
    ['the end where it qualifies', after({}, scored(0.1, true)), 'close'],
    ['a second opinion where nobody looks', after({ unattended: true }, scored(0.1, true)), 'score'],
    ['the end after two where nobody looks', after({ unattended: true }, scored(0.1, true), scored(0.2, true)), 'close'],
    ['a question where the second opinion is another', after({ unattended: true }, scored(0.1, true), scored(0.3)), 'ask'],
    ['a refusal where no question is to be asked', after({ max_rounds: 0 }, scored(0.5)), 'refuse'],
    ['the end where it is forced', after({ forced: true }, scored(0.5)), 'close'],
    ['an answer', after({}, scored(0.5), asked(1)), 'await'],
    ['a score after the answers', after({}, scored(0.5), asked(1), answered(1)), 'score'],
    [
      'the same question after going back',
      after({}, scored(0.5), asked(1), answered(1), scored(0.4), asked(2), { type: 'interview.turned', question: 2, to: 'back' }),
      'await',
    ],
    ['another round while it gets clearer', after({}, scored(0.5), ...round(1, 0.45), ...round(2, 0.4), ...round(3, 0.35)), 'ask'],
    ['a block after three rounds that brought nothing', after({}, scored(0.5), ...round(1, 0.5), ...round(2, 0.495), ...round(3, 0.6)), 'block'],
    ['a block after the last round', after({ max_rounds: 2 }, scored(0.5), ...round(1, 0.4), ...round(2, 0.3)), 'block'],
    ['a question when it goes on after a block', after({}, scored(0.5), { type: 'interview.blocked', round: 0, reason: 'x' }), 'ask'],
    ['a specification when it is ready', after({}, scored(0.1, true), { type: 'interview.ready', round: 0, score: 0.1, forced: false }), 'specify'],
    ['a confirmation of it', after({}, { type: 'interview.restated', text: 'x' }), 'confirm'],
    ['another specification after a correction', after({}, { type: 'interview.restated', text: 'x' }, { type: 'interview.corrected', text: 'y' }), 'specify'],
    ['nothing after the seed', after({}, { type: 'interview.seeded', yaml: 'x' }), 'end'],
    ['nothing after it was given up', after({}, { type: 'interview.aborted', reason: 'x' }), 'end'],
  ])('is %s', (_, state, step) => {
    expect(nextStep(state).do).toBe(step);
  });
  test('is, before everything, to begin', () => {
    expect(nextStep(NO_INTERVIEW)).toEqual({ do: 'begin' });
  });
});
