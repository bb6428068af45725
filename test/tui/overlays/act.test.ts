import { describe, expect, test } from 'vitest';
import { meaningOf } from '../../../src/ouroboros/interview/answers.ts';
import { actIn } from '../../../src/tui/overlays/act.ts';
import { exitRows } from '../../../src/tui/overlays/exit.ts';
import { submitForm } from '../../../src/tui/overlays/form-act.ts';
import type { FormThen, Overlay } from '../../../src/tui/state.ts';
import { askOf, frame, procOf, runOf, SIZES, scrolledTo, stateOf, viewOf } from '../../helpers/shell-scene.ts';
import { runsOf } from '../../helpers/shell-state.ts';

const APPROVAL = { is: 'approval' } as const;
const one = askOf({});
const two = askOf({ ask: 'a4.0' as never, text: 'bash: rm -r dist' });
const question = askOf({ ask: 'a5.0' as never, kind: 'question', text: 'Which?', options: ['tabs', 'spaces'] });
/** A question that stood on the screen before the key came. */
const painted = (ask: string) => ({ painted: { ask, since: 0 } });
const answer = (ask: string, reply: object) => [{ do: 'answer', ask, reply }];

describe('an approval is answered', () => {
  test.each<[string, object]>([
    ['allow-once', { verdict: 'allow', scope: 'once' }],
    ['allow-run', { verdict: 'allow', scope: 'run' }],
    ['allow-rule', { verdict: 'allow', scope: 'rule' }],
    ['deny', { verdict: 'deny', scope: 'once' }],
  ])('with %s', (action, reply) => {
    expect(actIn(APPROVAL, action, stateOf({ asks: [one], ...painted('a3.0') }))).toEqual({ ui: [{ ui: 'close' }], world: answer('a3.0', reply) });
  });

  test('and the next one that waits comes up', () => {
    const state = (ask: string) => stateOf({ asks: [one, two], ...painted(ask) });
    const next = (ask: string) => [{ ui: 'open', overlay: { is: 'approval', ask, came: 'next' } }];
    expect(actIn(APPROVAL, 'deny', state('a3.0'))?.ui).toEqual(next('a4.0'));
    expect(actIn({ is: 'approval', ask: 'a4.0' }, 'deny', state('a4.0'))?.ui).toEqual(next('a3.0'));
  });

  test('only as what it is: nothing allows a question, and no number an approval', () => {
    expect(actIn(APPROVAL, 'allow-once', stateOf({ asks: [question], ...painted('a5.0') }))?.world).toBeUndefined();
    expect(actIn(APPROVAL, 'choose', stateOf({ asks: [one], ...painted('a3.0') }))?.world).toBeUndefined();
    expect(actIn(APPROVAL, 'choose', stateOf({ asks: [question], ...painted('a5.0') }), 2)?.world).toBeUndefined();
    expect(actIn(APPROVAL, 'allow-once', stateOf())).toBeUndefined();
  });

  test('one after the other, round and round', () => {
    const state = stateOf({ asks: [one, two, question] });
    const turn = (ask: string, action: string) => actIn({ is: 'approval', ask }, action, state)?.ui;
    expect(turn('a5.0', 'next')).toEqual([{ ui: 'open', overlay: { is: 'approval', ask: 'a3.0' } }]);
    expect(turn('a3.0', 'previous')).toEqual([{ ui: 'open', overlay: { is: 'approval', ask: 'a5.0' } }]);
  });
});

test('a question is answered by its option, or in words of your own', () => {
  const state = stateOf({ asks: [question], ...painted('a5.0') });
  expect(actIn(APPROVAL, 'choose', state, 1)?.world).toEqual(answer('a5.0', { verdict: 'text', text: 'spaces' }));
  expect(actIn(APPROVAL, 'write', state)).toEqual({
    ui: [{ ui: 'open', overlay: { is: 'form', title: 'Which?', value: '', submit: { is: 'answer', ask: 'a5.0', literal: false } } }],
  });
});

test.each<Overlay>([{ is: 'help' }, { is: 'palette' }, APPROVAL, { is: 'sessions' }, { is: 'setup' }, { is: 'exit' }])('Esc closes %j', (overlay) => {
  expect(actIn(overlay, 'interrupt', stateOf())).toEqual({ ui: [{ ui: 'close' }] });
});

describe('a form', () => {
  const form = (submit: FormThen, value = '') => ({ is: 'form', title: 'x', value, submit }) as const;
  test.each<[string, FormThen, string, object]>([
    ['a message', { is: 'send', pid: 3 as never }, ' hello ', { ui: [{ ui: 'close' }], world: [{ do: 'send', pid: 3, text: 'hello' }] }],
    ['no message', { is: 'send', pid: 3 as never }, '  ', { ui: [{ ui: 'close' }] }],
    ['a niceness', { is: 'nice', pid: 3 as never }, '-5', { ui: [{ ui: 'close' }], world: [{ do: 'nice', pid: 3, nice: -5 }] }],
    ['none', { is: 'nice', pid: 3 as never }, '99', { ui: [{ ui: 'notice', tone: 'warn', text: '99 is no niceness', hint: expect.any(String) }] }],
    [
      'a file',
      { is: 'save-seed', run: 'r' as never },
      'a.yaml',
      { ui: [{ ui: 'close' }], world: [{ do: 'save-seed', run: 'r', file: 'a.yaml', replace: false }] },
    ],
    [
      'the same again',
      { is: 'save-seed', run: 'r' as never, replace: 'a.yaml' },
      'a.yaml',
      { ui: [{ ui: 'close' }], world: [{ do: 'save-seed', run: 'r', file: 'a.yaml', replace: true }] },
    ],
    [
      'another instead',
      { is: 'save-seed', run: 'r' as never, replace: 'a.yaml' },
      'b.yaml',
      { ui: [{ ui: 'close' }], world: [{ do: 'save-seed', run: 'r', file: 'b.yaml', replace: false }] },
    ],
    [
      'an export',
      { is: 'export', run: 'r' as never, form: 'markdown' },
      'a.md',
      { ui: [{ ui: 'close' }], world: [{ do: 'export', run: 'r', file: 'a.md', form: 'markdown' }] },
    ],
    [
      'JSON Lines',
      { is: 'export', run: 'r' as never, form: 'markdown' },
      'a.jsonl',
      { ui: [{ ui: 'close' }], world: [{ do: 'export', run: 'r', file: 'a.jsonl', form: 'jsonl' }] },
    ],
    ['a filter', { is: 'filter', pane: 'audit' }, '', { ui: [{ ui: 'close' }, { ui: 'focus', pane: 'audit' }, { ui: 'filter', text: '' }] }],
    ['a search', { is: 'search-sessions' }, 'tax', { ui: [{ ui: 'open', overlay: { is: 'sessions' } }], world: [{ do: 'search-sessions', text: 'tax' }] }],
  ])('sends %s', (_, submit, typed, outcome) => {
    expect(submitForm(form(submit), typed)).toEqual(outcome);
  });

  test.each(['later', 'Quit', 'force', '2', '"quoted"', 'a word counter', 'go back'])(
    'an answer of your own to an interview is what you wrote: %s',
    (typed) => {
      const { world } = submitForm(form({ is: 'answer', ask: 'a3.0' as never, literal: true }), typed);
      const [{ reply }] = world as unknown as [{ reply: { text: string } }];
      expect(meaningOf(reply.text, { options: ['one', 'two'], recommended: 0 })).toEqual({ is: 'answer', text: typed, provenance: 'user' });
    },
  );

  test('asks for one field of a provider after the other, and has them looked at in the end', () => {
    const first = submitForm(
      form({ is: 'setup', field: 'base_url', choice: { is: 'openai-compatible', base_url: '', key: '', model: '' } }),
      'http://127.0.0.1:1/v1',
    );
    const [{ overlay: second }] = first.ui as unknown as [{ overlay: Extract<Overlay, { is: 'form' }> }];
    expect(second).toMatchObject({ submit: { field: 'model', choice: { base_url: 'http://127.0.0.1:1/v1' } } });
    const [{ overlay: third }] = submitForm(second, 'tiny').ui as unknown as [{ overlay: Extract<Overlay, { is: 'form' }> }];
    expect(third).toMatchObject({ secret: true, submit: { field: 'key' } });
    const choice = { is: 'openai-compatible', base_url: 'http://127.0.0.1:1/v1', key: '', model: 'tiny' };
    expect(submitForm(third, '')).toEqual({ ui: [{ ui: 'open', overlay: { is: 'setup', tried: choice } }], world: [{ do: 'setup', choice }] });
  });

  test('without a key for Anthropic says so and goes back', () => {
    const choice = { is: 'anthropic', key: '' } as const;
    expect(submitForm(form({ is: 'setup', field: 'key', choice }), '')).toEqual({
      ui: [{ ui: 'open', overlay: { is: 'setup', tried: choice, wrong: 'no key was given' } }],
    });
  });
});

describe('leaving with agents at work', () => {
  const runs = runsOf(
    runOf('r_1', { procs: [procOf(1, { state: { is: 'waiting', on: 'child' } }), procOf(3, { name: 'assistant', state: { is: 'waiting', on: 'message' } })] }),
    runOf('r_2', { procs: [procOf(5, { name: 'worker', tool: 'bash: npm test' })] }),
  );

  test.each(SIZES)('shows who that is at $width x $height, not who only waits to be spoken to', (size) => {
    const rows = frame(exitRows(viewOf({ runs }), size), size);
    expect(rows).toContain('Leave? · one agent is at work\n5 worker: bash: npm test\n');
    expect(rows).not.toContain('assistant');
  });

  test('keeps them, stops them, or stays', () => {
    const act = (action: string) => actIn({ is: 'exit' }, action, stateOf({ runs, scroll: scrolledTo(0) }));
    expect([act('keep'), act('stop'), act('up')]).toEqual([
      { ui: [{ ui: 'close' }], world: [{ do: 'exit', agents: 'keep' }] },
      { ui: [{ ui: 'close' }], world: [{ do: 'exit', agents: 'stop' }] },
      undefined,
    ]);
  });
});
