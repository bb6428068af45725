import { describe, expect, test } from 'vitest';
import { KEYS } from '../../../src/tui/input/keys.ts';
import { edit } from '../../../src/tui/prompt/edit.ts';
import { EMPTY } from '../../../src/tui/prompt/editor.ts';
import { textOf } from '../../../src/tui/prompt/paste.ts';
import { at, key, pressed, seen, type } from './scene.ts';

/** What each action of the table makes of a text. */
const TABLE: Readonly<Record<string, readonly (readonly [before: string, after: string])[]>> = {
  newline: [['a|b', 'a\n|b']],
  left: [
    ['ab|', 'a|b'],
    ['|ab', '|ab'],
    ['日本|', '日|本'],
    ['👩‍👩‍👧|', '|👩‍👩‍👧'],
    ['e\u0301|x', '|e\u0301x'],
    ['a\n|b', 'a|\nb'],
    ['\n|', '|\n'],
  ],
  right: [
    ['|ab', 'a|b'],
    ['ab|', 'ab|'],
    ['|🇩🇪🇫🇷', '🇩🇪|🇫🇷'],
    ['a|\nb', 'a\n|b'],
  ],
  'word-left': [
    ['one two|', 'one |two'],
    ['one |two', '|one two'],
    ['path/to.ts|', 'path/to.|ts'],
    ['snake_case|', '|snake_case'],
    ['one\ntwo|', 'one\n|two'],
    ['我们喜欢|', '我们|喜欢'],
    ['?!|', '|?!'],
    ['|x', '|x'],
  ],
  'word-right': [
    ['|one two', 'one| two'],
    ['one| two', 'one two|'],
    ['|(a)', '(a|)'],
    ['|?!', '?!|'],
    ['|我们喜欢', '我们|喜欢'],
  ],
  'line-start': [
    ['ab\ncd|', 'ab\n|cd'],
    ['ab|', '|ab'],
  ],
  'line-end': [
    ['|ab\ncd', 'ab|\ncd'],
    ['ab\n|', 'ab\n|'],
  ],
  'delete-back': [
    ['ab|', 'a|'],
    ['|ab', '|ab'],
    ['👩‍👩‍👧|', '|'],
    ['e\u0301|', '|'],
    ['a\n|b', 'a|b'],
  ],
  delete: [
    ['|ab', '|b'],
    ['ab|', 'ab|'],
    ['|क्षि!', '|!'],
    ['a|\nb', 'a|b'],
  ],
  'delete-word-back': [
    ['one two|', 'one |'],
    ['one two |', 'one |'],
    ['|x', '|x'],
  ],
  'delete-word': [
    ['|one two', '| two'],
    ['one| two', 'one|'],
  ],
  'delete-to-start': [
    ['one two| three', '| three'],
    ['a\nb|c', 'a\n|c'],
    ['a\n|c', 'a|c'],
    ['|c', '|c'],
  ],
  'delete-to-end': [
    ['one| two', 'one|'],
    ['a|b\nc', 'a|\nc'],
    ['a|\nc', 'a|c'],
  ],
  transpose: [
    ['ab|', 'ba|'],
    ['a|b', 'ba|'],
    ['日|本x', '本日|x'],
    ['|ab', '|ab'],
    ['a|', 'a|'],
    ['x\n|ab', 'x\n|ab'],
  ],
  yank: [['a|b', 'aKILLED|b']],
  'undo-edit': [['now|', 'was|']],
  'history-back': [
    ['one|', 'older|'],
    ['ab\nc|d', 'a|b\ncd'],
    ['ab\nlonger|', 'ab|\nlonger'],
  ],
  'history-on': [
    ['one|', 'one|'],
    ['a|b\ncd', 'ab\nc|d'],
    ['日|本\nabcd', '日本\nab|cd'],
  ],
  'history-search': [['one|', 'one|']],
  complete: [['one|', 'one|']],
};

const ELSEWHERE = ['submit', 'help', 'edit-outside'];

test('each action of the prompt is in this table, or is no change of the text', () => {
  const actions = KEYS.filter((one) => one.where === 'prompt').map((one) => one.action);
  expect([...Object.keys(TABLE), ...ELSEWHERE].sort()).toEqual([...actions].sort());
});

describe.each(Object.entries(TABLE))('%s', (action, rows) => {
  test.each(rows)('%j becomes %j', (before, after) => {
    const editor = at(before, { killed: 'KILLED', undo: [{ text: 'was', at: 3 }], history: ['older'] });
    expect(seen(edit(editor, key(action)))).toBe(after);
  });
});

describe('what is typed', () => {
  test('is put in where the cursor is', () => {
    expect(seen(pressed(at('a|d'), type('bc')))).toBe('abc|d');
  });

  test.each([
    ['\x1b[31mred\x1b[0m', /^red$/u],
    ['a\x07b', /^a[^\p{C}]+b$/u],
    ['a\u202eb', /^a[^\p{C}]+b$/u],
    ['a\ufdd0b', /^a\ufffdb$/u],
    ['a\u200bb', /^ab$/u],
    ['a\r\nb\rc', /^a\nb\nc$/u],
  ])('holds nothing that a terminal would obey or nobody would see: %j', (typed, text) => {
    expect(pressed(EMPTY, type(typed)).text).toMatch(text);
  });

  test('joins what an input method sends in pieces', () => {
    expect(pressed(EMPTY, type('👩'), type('\u200d'), type('👧')).text).toBe('👩‍👧');
    expect(seen(pressed(EMPTY, type('e'), type('\u0301'), 'left'))).toBe('|e\u0301');
  });
});

describe('undo', () => {
  test('takes back a word at a time, and what was deleted', () => {
    const editor = pressed(EMPTY, ...[...'one two'].map(type), 'delete-word-back');
    const texts = [editor.text];
    for (let now = editor; now.undo.length > 0; texts.push(now.text)) now = pressed(now, 'undo-edit');
    expect(texts).toEqual(['one ', 'one two', 'one ', '']);
  });

  test('brings back what Ctrl-C cleared, with its pastes', () => {
    const big = 'line\n'.repeat(50);
    const editor = pressed(EMPTY, { do: 'paste', text: big }, { do: 'clear' });
    expect(textOf(editor)).toBe('');
    expect(textOf(pressed(editor, 'undo-edit'))).toBe(big);
  });
});

describe('what is deleted by words and lines', () => {
  test('is put back as one, in the order it stood', () => {
    expect(pressed(at('one two three|'), 'delete-word-back', 'delete-word-back', 'yank').text).toBe('one two three');
    expect(pressed(at('|one two'), 'delete-word', 'delete-word', 'yank', 'yank').text).toBe('one twoone two');
  });

  test('begins anew after another key', () => {
    expect(pressed(at('one two|'), 'delete-word-back', 'left', 'delete-to-start', 'yank').text).toBe('one ');
  });
});

describe('moving up and down', () => {
  test('goes by rows as they are seen, wide characters included, and keeps to its column', () => {
    const editor = at('日本語日本語|');
    expect(seen(edit(editor, key('history-back', 6)))).toBe('日本|語日本語'.replace('日本|語', '日本|語'));
    const long = at('a long first line\nx\nanother long |line');
    expect(seen(pressed(long, 'history-back', 'history-back'))).toBe('a long first |line\nx\nanother long line');
    expect(seen(pressed(long, 'history-back', 'history-back', 'history-on', 'history-on'))).toBe(seen(long));
  });
});
