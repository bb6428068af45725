import { describe, expect, test } from 'vitest';
import { edit } from '../../../src/tui/prompt/edit.ts';
import { type Editor, EMPTY } from '../../../src/tui/prompt/editor.ts';
import { textOf } from '../../../src/tui/prompt/paste.ts';
import { at, pressed, seen, type } from './scene.ts';

const BIG = Array.from({ length: 50 }, (_, n) => `line ${n}`).join('\n');

describe('a paste', () => {
  test.each([
    ['ten lines', Array.from({ length: 10 }, () => 'x').join('\n'), false],
    ['eleven lines', Array.from({ length: 11 }, () => 'x').join('\n'), true],
    ['a thousand characters', 'x'.repeat(1_000), false],
    ['one more', 'x'.repeat(1_001), true],
  ])('of %s is one marker: %#', (_, text, isMarker) => {
    const editor = pressed(EMPTY, { do: 'paste', text });
    expect(editor.text.length === 1).toBe(isMarker);
    expect(textOf(editor)).toBe(text);
  });

  test('is one character for the cursor and for deletion, and whole when it is sent and in the history', () => {
    const editor = pressed(at('see |!'), { do: 'paste', text: BIG });
    expect(textOf(editor)).toBe(`see ${BIG}!`);
    expect(seen(pressed(editor, 'left'))).toBe(`see |${editor.text[4]}!`);
    expect(pressed(editor, 'delete-back').text).toBe('see !');
    const sent = edit(editor, { do: 'sent' });
    expect(sent).toMatchObject({ text: '', at: 0, pastes: [], history: [`see ${BIG}!`] });
    expect(textOf(pressed(sent, 'history-back'))).toBe(`see ${BIG}!`);
  });

  test('that is deleted by a word comes back, also after another text was sent', () => {
    const killed = pressed(EMPTY, { do: 'paste', text: BIG }, 'delete-word-back');
    expect(killed.text).toBe('');
    expect(textOf(pressed(killed, 'yank'))).toBe(BIG);
    expect(textOf(pressed(killed, type('x'), { do: 'sent' }, 'yank'))).toBe(BIG);
  });

  test('is clean: no escape sequence, no carriage return, nothing hidden', () => {
    const editor = pressed(EMPTY, { do: 'paste', text: `a\r\nb\x1b]52;c;aGk=\x07\u202e${'x'.repeat(2_000)}` });
    expect(textOf(editor)).toMatch(/^a\nb[^\p{C}]*x+$/u);
  });

  test('has its number; the same one again has the same, and the thirty-third is put in whole', () => {
    let editor = EMPTY;
    for (let n = 0; n < 33; n += 1) editor = pressed(editor, { do: 'paste', text: `${n}\n`.repeat(20) }, { do: 'paste', text: `${n}\n`.repeat(20) });
    expect(editor.pastes.length).toBe(32);
    expect(textOf(editor)).toBe(Array.from({ length: 33 }, (_, n) => `${n}\n`.repeat(40)).join(''));
  });
});

describe('the history', () => {
  const three = (): Editor =>
    pressed(EMPTY, type('one'), { do: 'sent' }, type('two'), { do: 'sent' }, type('two'), { do: 'sent' }, type('three'), { do: 'sent' });

  test('keeps no text twice in a row, and nothing empty', () => {
    expect(pressed(three(), type('  '), { do: 'sent' }).history).toEqual(['one', 'two', 'three']);
  });

  test('goes back to the oldest and on to what was typed', () => {
    const draft = pressed(three(), type('draft'), 'left');
    const texts: string[] = [];
    let editor = draft;
    for (const action of ['history-back', 'history-back', 'history-back', 'history-back', 'history-on', 'history-on', 'history-on', 'history-on']) {
      editor = pressed(editor, action);
      texts.push(editor.text);
    }
    expect(texts).toEqual(['three', 'two', 'one', 'one', 'two', 'three', 'draft', 'draft']);
    expect(seen(editor)).toBe('draf|t');
  });

  test('of several lines is left only from the first and the last row', () => {
    const editor = pressed({ ...EMPTY, history: ['first', 'a\nb'] }, 'history-back');
    expect(seen(editor)).toBe('a\nb|');
    expect(seen(pressed(editor, 'history-back'))).toBe('a|\nb');
    expect(seen(pressed(editor, 'history-back', 'history-back'))).toBe('first|');
  });

  test('of earlier sessions comes before that of this one, also when one of them stands in the prompt', () => {
    const editor = pressed(three(), 'history-back');
    const later = edit(editor, { do: 'history', lines: ['old', 'one'] });
    expect(later.history).toEqual(['old', 'one', 'two', 'three']);
    expect(later.text).toBe('three');
    expect(pressed(later, 'history-back').text).toBe('two');
  });

  test('is clean, whatever stands in its file', () => {
    const { history } = edit(EMPTY, { do: 'history', lines: ['a\x1b[2Jb\ufdd0', 'c\u202ed'] });
    expect(history[0]).toBe('ab\ufffd');
    expect(history[1]).toMatch(/^c[^\p{C}]+d$/u);
  });

  test('shows an enormous text as a marker, and sends it whole', () => {
    const text = 'y'.repeat(30_000);
    const editor = pressed({ ...EMPTY, history: [text] }, 'history-back');
    expect(editor.text.length).toBe(1);
    expect(textOf(editor)).toBe(text);
  });
});

describe('the search', () => {
  const editor: Editor = { ...at('typed|'), history: ['make it blue', 'Make it red', 'the tests'] };

  test('finds the newest that holds it, then older ones', () => {
    const found = pressed(editor, 'history-search', type('make'));
    expect(found.text).toBe('Make it red');
    expect(pressed(found, 'history-search').text).toBe('make it blue');
    expect(pressed(found, 'history-search', 'history-search').text).toBe('make it blue');
    expect(pressed(found, 'history-search', type(' it r')).text).toBe('Make it red');
  });

  test('with a capital letter means it', () => {
    expect(pressed(editor, 'history-search', type('Make')).text).toBe('Make it red');
    expect(pressed(editor, 'history-search', type('MAKE'))).toMatchObject({ text: 'typed', search: { index: undefined } });
  });

  test('takes what was found with any other key, and gives back what was typed with Esc', () => {
    const found = pressed(editor, 'history-search', type('blue'));
    expect(seen(pressed(found, 'line-start'))).toBe('|make it blue');
    expect(pressed(found, { do: 'close', keep: true })).toMatchObject({ text: 'make it blue', search: undefined });
    expect(seen(pressed(found, { do: 'close', keep: false }))).toBe('typed|');
    expect(pressed(found, { do: 'close', keep: true }, 'undo-edit').text).toBe('typed');
    expect(pressed(found, { do: 'close', keep: true }, 'history-on').text).toBe('Make it red');
  });

  test('narrows again when a character is deleted, a whole one', () => {
    const found = pressed({ ...editor, history: ['a 日', 'b 日本'] }, 'history-search', type('日'), type('本'));
    expect(found.text).toBe('b 日本');
    expect(pressed(found, 'delete-back').search?.query).toBe('日');
    expect(pressed(found, 'delete-back', 'history-search').text).toBe('a 日');
  });
});
