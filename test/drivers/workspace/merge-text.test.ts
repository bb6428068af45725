import { expect, test } from 'vitest';
import { mergedText } from '../../../src/drivers/workspace/merge-text.ts';

const BASE = 'one\ntwo\nthree\nfour\nfive\n';

test.each([
  ['nothing changed', BASE, BASE, BASE],
  ['one side changed', BASE.replace('two', 'TWO'), BASE, BASE.replace('two', 'TWO')],
  ['the other side changed', BASE, BASE.replace('two', 'TWO'), BASE.replace('two', 'TWO')],
  ['both made the same change', BASE.replace('two', 'TWO'), BASE.replace('two', 'TWO'), BASE.replace('two', 'TWO')],
  ['different lines', BASE.replace('one', 'ONE'), BASE.replace('five', 'FIVE'), 'ONE\ntwo\nthree\nfour\nFIVE\n'],
  ['lines beside each other', BASE.replace('two', 'TWO'), BASE.replace('three', 'THREE'), 'one\nTWO\nTHREE\nfour\nfive\n'],
  ['both appended: the earlier side comes first', `${BASE}a\n`, `${BASE}b\n`, `${BASE}a\nb\n`],
  ['both appended the same', `${BASE}a\n`, `${BASE}a\n`, `${BASE}a\n`],
  ['both put something in front', `a\n${BASE}`, `b\n${BASE}`, `a\nb\n${BASE}`],
  ['one appended what the other removed lines from', `${BASE}a\n`, 'three\nfour\nfive\n', 'three\nfour\nfive\na\n'],
  ['something before a line that the other replaced', BASE.replace('two', 'new\ntwo'), BASE.replace('two', 'TWO'), 'one\nnew\nTWO\nthree\nfour\nfive\n'],
  ['one emptied it where the other did nothing', '', BASE, ''],
])('%s', (_, ours, theirs, wanted) => {
  expect(mergedText(BASE, ours, theirs)).toBe(wanted);
});

test.each([
  ['the same line', BASE.replace('two', 'TWO'), BASE.replace('two', 'zwei')],
  ['a line that the other removed', BASE.replace('two', 'TWO'), BASE.replace('two\n', '')],
  ['something within what the other replaced', BASE.replace('three', 'new\nthree'), BASE.replace('two\nthree\nfour', 'all')],
])('no merge of %s', (_, ours, theirs) => {
  expect(mergedText(BASE, ours, theirs)).toBeUndefined();
});

test.each([
  ['no line end at the end', 'a\nb', 'a\nb\nc', 'x\nb', 'x\nb\nc'],
  ['a line end added by one', 'a\nb', 'a\nb\n', 'x\nb', 'x\nb\n'],
  ['both appended to a last line without an end', 'a', 'a\nb', 'a\nc', 'a\nb\nc'],
  ['an empty file', '', 'a\n', 'b\n', 'a\nb\n'],
  ['line ends of Windows', 'a\r\nb\r\nc\r\n', 'A\r\nb\r\nc\r\n', 'a\r\nb\r\nC\r\n', 'A\r\nb\r\nC\r\n'],
])('%s', (_, base, ours, theirs, wanted) => {
  expect(mergedText(base, ours, theirs)).toBe(wanted);
});

test('what is no text is not merged', () => {
  expect(mergedText(undefined, BASE, BASE)).toBeUndefined();
});
