import { describe, expect, test } from 'vitest';
import { type Editor, EMPTY } from '../../../src/tui/prompt/editor.ts';
import { type PromptView, promptRows } from '../../../src/tui/prompt/rows.ts';
import { plainText } from '../../../src/tui/text/line.ts';
import { at, pressed, type } from './scene.ts';

/** The rows with a block in the cell of the cursor. */
function frame(editor: Editor, view: Partial<PromptView> = {}): readonly string[] {
  const { rows, cursor } = promptRows(editor, { width: 20, height: 24, placeholder: 'say it', queued: [], ...view });
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return rows.map((row, y) => {
    if (y !== cursor.y) return plainText(row);
    let x = 0;
    let out = '';
    for (const { segment } of graphemes.segment(`${plainText(row)}  `)) {
      out += x === cursor.x ? '█' : '';
      out += segment;
      x += /[\u1100-\u9fff\u{1f300}-\u{1faff}]/u.test(segment) ? 2 : 1;
    }
    return out.trimEnd();
  });
}

test.each<readonly [string, Editor, readonly string[]]>([
  ['nothing', EMPTY, ['> █say it']],
  ['a line', at('hello|'), ['> hello█']],
  ['the middle of it', at('he|llo'), ['> he█llo']],
  ['several lines', at('one\ntw|o\n'), ['> one', '  tw█o', '  ']],
  ['wide characters', at('日本|語'), ['> 日本█語']],
  ['an emoji of many', at('👩‍👩‍👧|x'), ['> 👩‍👩‍👧█x']],
  ['a letter with marks', at('e\u0301e\u0301|x'), ['> e\u0301e\u0301█x']],
  ['right to left', at('שלום| x'), ['> שלום█ x']],
  ['a tab', at('a\t|b'), ['> a    █b']],
  ['a long line, by words', at('the quick brown fox jumps|'), ['> the quick brown', '  fox jumps█']],
  ['a full row', at(`${'x'.repeat(17)}|`), [`> ${'x'.repeat(17)}█`]],
  ['one more', at(`${'x'.repeat(18)}|`), [`> ${'x'.repeat(17)}`, '  x█']],
  ['wide ones that do not fit', at('日本語日本語日本語|'), ['> 日本語日本語日本', '  語█']],
  ['a word longer than a row', at(`a ${'y'.repeat(20)}|`), ['> a', `  ${'y'.repeat(17)}`, '  yyy█']],
])('%s', (_, editor, rows) => {
  expect(frame(editor).map((row) => row.replace(/(?<=\S) +$/u, ''))).toEqual(rows);
});

test('a marker tells what was pasted', () => {
  const editor = pressed(at('see |'), { do: 'paste', text: 'x\n'.repeat(50) });
  expect(frame(editor, { width: 60 })).toEqual(['> see [paste #1, 50 lines]█']);
  expect(frame(pressed(editor, { do: 'paste', text: 'y'.repeat(1_234) }), { width: 60 })).toEqual(['> see [paste #1, 50 lines][paste #2, 1,234 characters]█']);
  expect(frame(editor, { width: 12 }).every((row) => row.length <= 13)).toBe(true);
});

describe('a text that is too tall', () => {
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\n');

  test('takes a third of the screen, around the cursor, and tells that there is more', () => {
    expect(frame(at(`${lines}|`), { height: 12 })).toEqual(['… line 26', '  line 27', '  line 28', '  line 29█']);
    expect(frame(at(`|${lines}`), { height: 12 })).toEqual(['> █line 0', '  line 1', '  line 2', '… line 3']);
    expect(frame(at(lines.replace('line 15', 'line |15')), { height: 12 })).toEqual(['… line 13', '  line 14', '  line █15', '… line 16']);
  });
});

describe('around the text', () => {
  test('what is queued stands above, shortened where there is no room', () => {
    expect(frame(at('x|'), { queued: ['first\nthing', 'second'] })).toEqual(['queued: first thing', 'queued: second', '> x█']);
    expect(frame(at('x|'), { queued: ['a', 'b', 'c', 'd'], height: 12 })).toEqual(['queued: a', '3 more queued', '> x█']);
    expect(frame(at('x|'), { queued: ['a', 'b'], height: 6 })).toEqual(['2 queued', '> x█']);
  });

  test('candidates stand below, the selected one in sight', () => {
    const found = Array.from({ length: 20 }, (_, n) => ({ text: `file${n}.ts`, note: 'what it is' }));
    const listed = pressed(EMPTY, type('@f'), { do: 'found', is: 'file', query: 'f', found });
    expect(frame(listed, { height: 12, width: 40 })).toEqual(['> @f█', '› file0.ts   what it is', '  file1.ts   what it is', '  file2.ts   what it is']);
    const down = pressed(listed, ...Array.from({ length: 10 }, () => 'history-on'));
    expect(frame(down, { height: 12, width: 40 })).toEqual(['> @f█', '  file9.ts   what it is', '› file10.ts  what it is', '  file11.ts  what it is']);
  });

  test('a search has its own row, with the cursor, and keeps the end of a long query in sight', () => {
    const editor: Editor = { ...EMPTY, history: ['make it blue'] };
    expect(frame(pressed(editor, 'history-search', type('bl')), { width: 70 })).toEqual([
      '> make it blue',
      'search: bl█  enter takes it, ctrl-r an older one, esc none',
    ]);
    expect(frame(pressed(editor, 'history-search', type('zz')), { width: 70 })).toEqual(['> say it', 'search: zz█  nothing found']);
    expect(frame(pressed(editor, 'history-search', type('日本語日本語日本')), { width: 14 })[1]).toMatch(/^search: 日本█/u);
  });

  test('normal mode of vim is told', () => {
    expect(frame(at('on|e', { vim: { mode: 'normal', pending: '', lines: false } }))).toEqual(['N on█e']);
    expect(frame(at('1\n2\n3\n4|', { vim: { mode: 'normal', pending: '', lines: false } }), { height: 6 })).toEqual(['N 3', '  4█']);
    expect(frame(at('on|e', { vim: { mode: 'insert', pending: '', lines: false } }))).toEqual(['> on█e']);
  });

  test('a command of the shell, a line for the gate and a marker are told from text', () => {
    const tones = (editor: Editor) =>
      promptRows(editor, { width: 60, height: 24, placeholder: '', queued: [] })
        .rows[0]?.slice(1)
        .map(({ text, tone }) => `${tone}:${text}`);
    expect(tones(at('/help me'))).toEqual(['accent:/help', 'text: me']);
    expect(tones(at('!ls -l'))).toEqual(['warn:!', 'text:ls -l']);
    expect(tones(at('/usr/bin x'))).toEqual(['text:/usr/bin x']);
    expect(tones(pressed(EMPTY, { do: 'paste', text: 'x\n'.repeat(20) }, type('y')))).toEqual(['accent:[paste #1, 20 lines]', 'text:y']);
  });
});
