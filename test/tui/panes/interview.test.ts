import { describe, expect, test } from 'vitest';
import type { RunId } from '../../../src/kernel/ids.ts';
import { ambiguityOf } from '../../../src/ouroboros/interview/ambiguity.ts';
import { meaningOf } from '../../../src/ouroboros/interview/answers.ts';
import { type Interview, NO_INTERVIEW } from '../../../src/ouroboros/view/interview.ts';
import { actOnInterview } from '../../../src/tui/panes/act-interview.ts';
import { interviewShown, interviewTitle } from '../../../src/tui/panes/interview.ts';
import type { ShellAsk, ShellState } from '../../../src/tui/state.ts';
import { askOf, frame, runOf, SIZES, stateOf, viewOf } from '../../helpers/shell-scene.ts';
import { runsOf } from '../../helpers/shell-state.ts';

const RUN = 'r_int' as RunId;
const LATER = 'decide later';

const question = (n: number, text: string, options = ['in a file', 'in memory']) =>
  ({ n, id: `q${n}`, text, why: 'it has to outlive the program', about: 'constraints', options, recommended: 1 }) as const;
const scored = (round: number, value: number, missing: readonly string[] = []) => {
  const clarity = { goal: value, constraints: value - 0.2, criteria: value, context: null };
  return { round, clarity, uncited: [], because: {}, missing, ...ambiguityOf(clarity, false) };
};
const asked = (n: number, one = question(n, 'Where is the count kept?'), change: Partial<ShellAsk> = {}): ShellAsk =>
  askOf({ ask: `a9.${n}` as never, run: RUN, kind: 'question', text: one.text, options: [...one.options, LATER], key: `q${n}`, ...change });

const UNDERWAY: Interview = {
  ...NO_INTERVIEW,
  is: 'awaiting',
  request: 'a tally counter',
  round: 2,
  questions: [question(1, 'In which language?', ['sh', 'python']), question(2, 'Where is the count kept?'), question(3, 'Who uses it?', ['I', 'all'])],
  answers: new Map([[1, { text: 'sh', provenance: 'user' }]]),
  scores: [scored(0, 0.5), scored(1, 0.8, ['where it is kept'])],
};

const scene = (interview: Interview, asks: readonly ShellAsk[], change: Partial<ShellState> = {}): ShellState =>
  stateOf({ interviews: new Map([[RUN, interview]]), runs: runsOf(runOf(RUN, { kind: 'interview' })), asks, focus: 'interview', ...change });
const at = (place: number, back = 0) => ({ scroll: { ...stateOf().scroll, interview: { back, at: place, filter: '' } } });
const underway = (change: Partial<ShellState> = {}) => scene(UNDERWAY, [asked(3, UNDERWAY.questions[2] as never), asked(2)], change);
const rowsOf = (state: ShellState, size: { readonly width: number; readonly height: number }) =>
  frame(interviewShown({ state, keymap: viewOf().keymap }, size).rows, size);

describe('the Interview pane', () => {
  test('shows how clear each part is with its floor, what is missing, what was said, and the question with what is recommended', () => {
    expect(interviewTitle(underway())).toBe('Interview round 2 · 2 open');
    expect(rowsOf(underway(), { width: 80, height: 24 })).toBe(
      `goal        ████████████████████████████████░░░░░░░░ 0.80 ok
constraints ████████████████████████░░┃░░░░░░░░░░░░░ 0.60 < 0.65
criteria    ████████████████████████████┃███░░░░░░░░ 0.80 ok
ambiguity 0.26 > 0.20 · refined (was 0.56)
missing  where it is kept
> a tally counter
1. In which language?
   sh
ambiguity round 0: 0.56, round 1: 0.26

2. Where is the count kept?
   it has to outlive the program
  1 in a file
> 2 in memory (recommended)
  3 decide later
1 to 3  w own words  l later  o leave it to Oxios  b back  f write it as it is
x stop`.replace('████████████████████████████████░░░░░░░░ 0.80 ok', '██████████████████████████████┃█░░░░░░░░ 0.80 ok'),
    );
  });

  test('is usable at 40 x 12: figures in the place of bars, the question first, and the selection stays in sight', () => {
    const size = { width: 40, height: 12 };
    expect(rowsOf(underway(), size)).toBe(
      `ambiguity 0.26 > 0.20 · refined (was 0.…
goal 0.80  constraints 0.60 < 0.65
criteria 0.80
   sh
ambiguity round 0: 0.56, round 1: 0.26

2. Where is the count kept?
   it has to outlive the program
  1 in a file
> 2 in memory (recommended)
  3 decide later
1 to 3  w own words  l later`,
    );
  });

  test('scrolls back through all that was said', () => {
    const size = { width: 40, height: 12 };
    expect(rowsOf(underway({ ...at(0, 100) }), size)).toContain('> a tally counter\n1. In which language?\n');
  });

  test('a filter leaves of what was said what was searched for', () => {
    const filtered = (filter: string) =>
      rowsOf(underway({ scroll: { ...stateOf().scroll, interview: { back: 0, at: 0, filter } } }), { width: 80, height: 24 });
    expect(filtered('LANGUAGE')).toContain('1. In which language?');
    expect(filtered('else')).not.toContain('1. In which language?');
  });

  test('keeps a selection in sight that is further down than the screen', () => {
    const many = question(
      2,
      'Which of these?',
      Array.from({ length: 30 }, (_, n) => `choice ${n}`),
    );
    const state = (place: number) => scene({ ...UNDERWAY, questions: [many] }, [asked(2, many)], at(place));
    const size = { width: 40, height: 12 };
    expect(rowsOf(state(0), size)).toContain('2. Which of these?');
    expect(rowsOf(state(24), size)).toContain('> 26 choice 25');
  });

  test('says the specification in plain words, with the answers in sight', () => {
    const text = `What will be built: a counter\n${Array.from({ length: 30 }, (_, n) => `  ${n}. criterion`).join('\n')}\n\nIs that it?`;
    const ask = askOf({ ask: 'a9.9' as never, run: RUN, kind: 'question', text, options: ['write it', 'stop here'], key: 'confirm 0' });
    const rows = rowsOf(scene({ ...UNDERWAY, is: 'restate', restated: text }, [ask]), { width: 60, height: 12 });
    expect(rows).toContain('Is that it?\n> 1 write it\n  2 stop here\n1 that is it  w say otherwise  x stop');
    expect(rows).not.toContain('ambiguity');
  });

  test.each<[string, Partial<Interview>, string]>([
    ['scoring', {}, 'Weighing how clear it is…'],
    ['asking', {}, 'Thinking of questions…'],
    ['seeded', {}, 'The seed is written.'],
    ['blocked', {}, 'It is not clear enough, and nothing is left to ask.'],
    ['aborted', {}, 'It was given up.'],
  ])('says what goes on: %s', (is, change, said) => {
    expect(rowsOf(scene({ ...UNDERWAY, ...change, is: is as Interview['is'] }, []), { width: 80, height: 24 })).toContain(said);
  });

  test('says how to go on with one that was left', () => {
    const state = scene(UNDERWAY, [], { runs: runsOf(runOf(RUN, { kind: 'interview', status: 'ended' })) });
    expect(rowsOf(state, { width: 80, height: 24 })).toContain('It waits; all that was answered is kept. Go on with /resume.');
  });

  test('without an interview teaches how to begin one', () => {
    expect(rowsOf(stateOf(), { width: 40, height: 12 })).toBe(
      `No interview yet.
It turns an idea into a specification
that can be checked: you are asked until
it is clear.
Begin one in the prompt:
  /interview a tool that counts words`,
    );
  });

  test.each(SIZES)('fits $width x $height, whatever it is asked in', (size) => {
    const texts = ['カウントはどこに保存しますか？'.repeat(10), 'היכן נשמר המונה '.repeat(20), '👩‍👩‍👧‍👦'.repeat(60), 'x'.repeat(500)];
    for (const text of texts) {
      const one = question(2, text, [text, text]);
      const state = scene({ ...UNDERWAY, request: text, questions: [question(1, text), one] }, [asked(2, one)]);
      for (const place of [0, 1, 2]) expect(rowsOf({ ...state, ...at(place) }, size)).toContain('> ');
    }
  });
});

describe('the keys of the Interview pane', () => {
  const said = (action: string, nth = 0, state = underway()): string | undefined => {
    const [intent] = actOnInterview(action, state, nth)?.world ?? [];
    return intent?.do === 'answer' && intent.reply.verdict === 'text' ? intent.reply.text : undefined;
  };
  const meant = (text: string | undefined) => (text === undefined ? undefined : meaningOf(text, question(2, '')));

  test.each<[string, number, object]>([
    ['choose', 0, { is: 'answer', text: 'in a file', provenance: 'user' }],
    ['choose', 2, { is: 'answer', text: '', provenance: 'deferred' }],
    ['open', 0, { is: 'answer', text: 'in memory', provenance: 'user' }],
    ['later', 0, { is: 'answer', text: '', provenance: 'deferred' }],
    ['auto', 0, { is: 'answer', text: 'in memory', provenance: 'auto' }],
    ['back', 0, { is: 'back' }],
    ['force', 0, { is: 'force' }],
    ['stop', 0, { is: 'quit' }],
  ])('%s %d means to the interview what it says', (action, nth, meaning) => {
    expect(meant(said(action, nth))).toEqual(meaning);
  });

  test('a number beyond the list means nothing', () => {
    expect(actOnInterview('choose', underway(), 7)).toBeUndefined();
  });

  test('the selection goes round, and begins anew with the next question', () => {
    expect(actOnInterview('up', underway())).toEqual({ ui: [{ ui: 'move', by: 2 }] });
    expect(actOnInterview('down', underway(at(2)))).toEqual({ ui: [{ ui: 'move', by: -2 }] });
    expect(actOnInterview('open', underway(at(2)))).toEqual({
      ui: [{ ui: 'move', by: -2 }],
      world: [{ do: 'answer', ask: 'a9.2', reply: { verdict: 'text', text: '1' } }],
    });
  });

  test('words of one’s own are typed in a form', () => {
    expect(actOnInterview('write', underway())?.ui).toEqual([
      { ui: 'open', overlay: { is: 'form', title: 'Where is the count kept?', value: '', submit: { is: 'answer', ask: 'a9.2', literal: true } } },
    ]);
  });

  test('whether it is meant is asked before anything else, and Enter does not mean yes', () => {
    const sure = askOf({ ask: 'a9.8' as never, run: RUN, kind: 'question', text: 'Write it all the same?', options: ['yes', 'no'], key: 'force at q2' });
    const state = scene(UNDERWAY, [asked(2), sure]);
    expect(actOnInterview('open', state)?.world).toEqual([{ do: 'answer', ask: 'a9.8', reply: { verdict: 'text', text: '2' } }]);
    expect(actOnInterview('choose', state, 0)?.world).toEqual([{ do: 'answer', ask: 'a9.8', reply: { verdict: 'text', text: '1' } }]);
    expect(actOnInterview('later', state)).toBeUndefined();
  });

  test('once the seed is written, Enter goes to it; without an interview nothing does anything', () => {
    expect(actOnInterview('open', scene({ ...UNDERWAY, is: 'seeded' }, []))).toEqual({ ui: [{ ui: 'focus', pane: 'seed' }] });
    expect(actOnInterview('open', stateOf())).toBeUndefined();
  });
});
