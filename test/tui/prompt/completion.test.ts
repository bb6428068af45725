import { describe, expect, test } from 'vitest';
import { takesOnEnter } from '../../../src/tui/prompt/completion.ts';
import { edit } from '../../../src/tui/prompt/edit.ts';
import { type Editor, EMPTY } from '../../../src/tui/prompt/editor.ts';
import { at, pressed, seen, type } from './scene.ts';

const asked = (text: string): string | undefined => {
  const { completion } = pressed(EMPTY, type(text));
  return completion && `${completion.is} ${completion.query}`;
};

test.each([
  ['/', 'command '],
  ['/he', 'command he'],
  ['/help me', undefined],
  ['/usr/bin', undefined],
  ['see /he', undefined],
  ['@', 'file '],
  ['see @src/a', 'file src/a'],
  ['(@a', 'file a'],
  ['mail me@home', undefined],
  ['see @a b', undefined],
  ['one\n@日', 'file 日'],
  ['plain', undefined],
])('%j asks for %s', (text, wanted) => {
  expect(asked(text)).toBe(wanted);
});

const listed = (text: string, ...names: readonly string[]): Editor => {
  const editor = pressed(EMPTY, type(text));
  const { is = 'file', query = '' } = editor.completion ?? {};
  return edit(editor, { do: 'found', is, query, found: names.map((name) => ({ text: name })) });
};

describe('candidates', () => {
  test('that come late, for another query, are left out', () => {
    const editor = pressed(EMPTY, type('@a'), type('b'));
    expect(edit(editor, { do: 'found', is: 'file', query: 'a', found: [{ text: 'x' }] })).toBe(editor);
  });

  test('are chosen with up and down, round and round, and taken with Tab', () => {
    const editor = listed('see @s', 'src/', 'story.md');
    expect(pressed(editor, 'complete').text).toBe('see @src/');
    expect(pressed(editor, 'history-on', 'complete').text).toBe('see @story.md ');
    expect(pressed(editor, 'history-back', 'complete').text).toBe('see @story.md ');
    expect(pressed(editor, 'history-on', 'history-on', 'complete').text).toBe('see @src/');
  });

  test('are clean, whatever files are called', () => {
    const { found = [] } = listed('@s', 's\x1b]52;c;aGk=\x07\n\u202e.ts').completion ?? {};
    expect(found[0]?.text).toMatch(/^s [^\p{C}]+\.ts$/u);
  });

  test('that are folders are gone on with', () => {
    expect(pressed(listed('@s', 'src/'), 'complete').completion).toMatchObject({ is: 'file', query: 'src/', found: [] });
  });

  test('stand in the place of the word, with what follows left as it is', () => {
    const editor = edit(pressed(at('see | now'), type('@s')), { do: 'found', is: 'file', query: 's', found: [{ text: 'a b.ts' }] });
    expect(seen(pressed(editor, 'complete'))).toBe('see @"a b.ts"| now');
    expect(pressed(listed('/he', 'help'), 'complete').text).toBe('/help ');
  });

  test('are gone when the cursor moves, the text is sent or a paste comes, and back when something is typed', () => {
    const editor = listed('@s', 'src/');
    for (const gone of [
      pressed(editor, 'left'),
      edit(editor, { do: 'sent' }),
      edit(editor, { do: 'paste', text: 'x' }),
      edit(editor, { do: 'close', keep: false }),
    ])
      expect(gone.completion).toBe(undefined);
    expect(pressed(editor, { do: 'close', keep: false }, type('r')).completion?.query).toBe('sr');
    expect(pressed(listed('@sr', 'src/'), 'delete-back').completion?.query).toBe('s');
  });
});

test.each([
  ['/he', ['help'], 0, true],
  ['/help', ['help', 'helpful'], 0, false],
  ['/help', ['help', 'helpful'], 1, true],
  ['/', ['help'], 0, false],
  ['@a', ['a.ts'], 0, false],
  ['@a', ['a.ts', 'b.ts'], 1, true],
  ['plain', [], 0, false],
] as const)('Enter behind %j with %j, moved %i times, takes one: %s', (text, names, moves, takes) => {
  expect(takesOnEnter(pressed(listed(text, ...names), ...Array.from({ length: moves }, () => 'history-on')))).toBe(takes);
});
