import { describe, expect, test } from 'vitest';
import { edit } from '../../../src/tui/prompt/edit.ts';
import { at, pressed, seen, type } from './scene.ts';

const normal = (text: string) => at(text, { vim: { mode: 'normal', pending: '', lines: false } });

/** What keys of normal mode make of a text. */
const TABLE: readonly (readonly [before: string, keys: string, after: string])[] = [
  ['one| two', 'h', 'on|e two'],
  ['on|e two', '2l', 'one |two'],
  ['|ab\ncd', '9l', 'a|b\ncd'],
  ['ab\n|cd', 'h', 'ab\n|cd'],
  ['a|b\ncd\nef', 'j', 'ab\nc|d\nef'],
  ['ab\ncd\ne|f', '2k', 'a|b\ncd\nef'],
  ['|one two', 'w', 'one |two'],
  ['|one.two', 'w', 'one|.two'],
  ['|one.two three', 'W', 'one.two |three'],
  ['|one two three', '2w', 'one two |three'],
  ['one two|', 'b', 'one |two'],
  ['one two three|', '2b', 'one |two three'],
  ['|one two', 'e', 'on|e two'],
  ['on|e two', 'e', 'one tw|o'],
  ['  one tw|o', '0', '|  one two'],
  ['  one tw|o', '^', '  |one two'],
  ['|one', '$', 'on|e'],
  ['a\nb\n|c', 'gg', '|a\nb\nc'],
  ['|a\nb\nc', 'G', 'a\nb\n|c'],
  ['|a\nb\nc', '2G', 'a\n|b\nc'],
  ['a|bc', 'x', 'a|c'],
  ['|abc', '2x', '|c'],
  ['日|本語', 'x', '日|語'],
  ['ab|c', 'X', 'a|c'],
  ['one| two', 'D', 'on|e'],
  ['a\n|b\nc', 'dd', 'a\n|c'],
  ['a\nb\n|c', 'dd', 'a\n|b'],
  ['|a\nb\nc', '2dd', '|c'],
  ['|one two', 'dw', '|two'],
  ['|one two three', '2dw', '|three'],
  ['|one two three', 'd2w', '|three'],
  ['one |two\nx', 'dw', 'one| \nx'],
  ['|one two', 'de', '| two'],
  ['one tw|o', 'db', 'one |o'],
  ['one t|wo', 'd$', 'one |t'],
  ['one| two', 'd0', '| two'],
  ['a|a\nb\nc', 'dj', '|c'],
  ['a\nb|b', 'dgg', '|'],
  ['|one', 'yyp', 'one\n|one'],
  ['|one', 'yyP', '|one\none'],
  ['|one two', 'ywP', 'one| one two'],
  ['|ab', 'xp', 'b|a'],
  ['|ab', 'x3p', 'baa|a'],
  ['|one two', 'dwu', '|one two'],
  ['|abc', 'xx2u', '|abc'],
  ['|one', 'dq', '|one'],
  ['|one', 'zz', '|one'],
  ['|one two', 'd3', '|one two'],
];

test.each(TABLE)('%j with %s is %j', (before, keys, after) => {
  expect(seen(pressed(normal(before), type(keys)))).toBe(after);
});

test.each([
  ['on|e', 'iX', 'onX|e'],
  ['on|e', 'aX', 'oneX|'],
  ['  on|e', 'IX', '  X|one'],
  ['|one', 'AX', 'oneX|'],
  ['a|\nb', 'oX', 'a\nX|\nb'],
  ['a\nb|', 'OX', 'a\nX|\nb'],
  ['|one two', 'cwX', 'X| two'],
  ['one |two', 'CX', 'one X|'],
  ['a\nb|b\nc', 'ccX', 'a\nX|\nc'],
])('%j with %s goes on with typing: %j', (before, keys, after) => {
  const editor = pressed(normal(before), type(keys));
  expect(seen(editor)).toBe(after);
  expect(editor.vim?.mode).toBe('insert');
});

describe('escape', () => {
  test('goes to normal mode, a character back, and drops what was begun', () => {
    const editor = pressed(at('one|', { vim: { mode: 'insert', pending: '', lines: false } }), { do: 'normal' });
    expect(seen(editor)).toBe('on|e');
    expect(seen(pressed(editor, type('2d'), { do: 'normal' }, type('x')))).toBe('o|n');
  });

  test('is nothing without vim, and switching it off keeps the text', () => {
    expect(edit(at('one|'), { do: 'normal' }).text).toBe('one');
    expect(pressed(normal('o|ne'), { do: 'vim', on: false }, type('h')).text).toBe('ohne');
    expect(pressed(at(''), { do: 'vim', on: true }).vim).toEqual({ mode: 'insert', pending: '', lines: false });
  });
});

test('a count of millions comes to an end', () => {
  const editor = pressed(normal(`|${'word '.repeat(500)}`), type('9999999w9999999b9999999l9999999h9999999x'));
  expect(editor.text).toBe('');
  expect(pressed(normal('|ab'), type('x9999999p')).text.length).toBeLessThan(200_000);
});
