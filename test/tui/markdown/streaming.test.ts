import { beforeAll, describe, expect, test } from 'vitest';
import { loadHighlighter } from '../../../src/tui/markdown/highlight.ts';
import { createMarkdown, markdownRows } from '../../../src/tui/markdown/markdown.ts';
import { isClean, plainText } from '../../../src/tui/text/line.ts';
import { pieces, wildMarkdown } from '../../helpers/markdown.ts';
import { random } from '../../helpers/random.ts';

beforeAll(loadHighlighter);

describe.each([1, 5, 10, 11, 17, 24, 40, 80, 133, 200])('in %i columns', (width) => {
  test('text that streams in, in any pieces, ends in the rows it has at once, and what is done only grows', () => {
    for (let seed = 0; seed < (width < 10 ? 4 : 20); seed++) {
      const from = random(seed * 1000 + width);
      const text = wildMarkdown(from, 1 + from.int(60));
      const whole = markdownRows(text, { width, streams: false });
      expect(whole.open).toEqual([]);
      const markdown = createMarkdown(width);
      let sofar = '';
      let done = 0;
      for (const piece of pieces(from, text, 1 + from.int(200))) {
        sofar += piece;
        const now = markdown.update(sofar, true);
        expect(now.done.length).toBeGreaterThanOrEqual(done);
        expect(now.done.slice(done)).toEqual(whole.done.slice(done, now.done.length));
        done = now.done.length;
        for (const row of [...now.done.slice(done), ...now.open]) expect(isClean(row, width), JSON.stringify(row)).toBe(true);
      }
      expect(markdown.update(text, false)).toEqual(whole);
      for (const row of whole.done) expect(isClean(row, width), JSON.stringify(row)).toBe(true);
    }
  });
});

test('what is done stays the same rows, not only equal ones', () => {
  const markdown = createMarkdown(40);
  const first = markdown.update('# a\n\nb\n\nc', true);
  const second = markdown.update('# a\n\nb\n\nc d\n\ne', true);
  expect(first.done.every((row, nth) => row === second.done[nth])).toBe(true);
  expect(markdown.update('# a\n\nb\n\nc d\n\ne', true)).toBe(second);
});

test('a text that does not go on from the one before is laid out anew', () => {
  const markdown = createMarkdown(40);
  markdown.update('one\n\ntwo\n\n', true);
  const rows = markdown.update('three', false).done;
  expect(rows.map(plainText)).toEqual(['three']);
  expect(markdown.update('three\n\nfour', true).done.map(plainText)).toEqual(['three']);
});
