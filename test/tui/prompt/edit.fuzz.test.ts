// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
import { expect, test } from 'vitest';
import { KEYS } from '../../../src/tui/input/keys.ts';
import { edit } from '../../../src/tui/prompt/edit.ts';
import { type EditAction, type Editor, EMPTY } from '../../../src/tui/prompt/editor.ts';
import { textOf } from '../../../src/tui/prompt/paste.ts';
import { promptColumns, promptRows } from '../../../src/tui/prompt/rows.ts';
import { snapped } from '../../../src/tui/prompt/units.ts';
import { plainText, widthOf } from '../../../src/tui/text/line.ts';
import { random } from '../../helpers/random.ts';

const ACTIONS = KEYS.filter((one) => one.where === 'prompt').map((one) => one.action);
const TEXTS = [
  'a',
  'word ',
  ' ',
  '日本語',
  'é',
  'e\u0301',
  '\u0301',
  '👩‍👩‍👧',
  '🇩🇪',
  '\u200d',
  'שלום',
  'سلام',
  '\t',
  '\n',
  '/he',
  '@sr',
  '!',
  '.',
  '\x1b[31m',
  '\u202e',
  '\ufdd0',
  '\ud83d',
  'क्षि',
  '한',
];
const VIM = [...'hjklwbe0$iaIAoOxXDCupPGgdcy123456789'];
const WIDTHS = [1, 2, 3, 5, 10, 40, 200];

/** What holds whatever was pressed. */
function holds(editor: Editor, width: number, height: number): void {
  expect(editor.at).toBe(snapped(editor.text, editor.at));
  expect(textOf(editor)).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\u202a-\u202e\u2066-\u2069]/u);
  const shown = promptRows(editor, { width, height, placeholder: 'Say something', queued: [] });
  expect(shown.rows.length).toBeLessThanOrEqual(Math.max(1, Math.floor(height / 3)) + Math.max(2, Math.floor(height / 4)));
  for (const row of shown.rows) expect(widthOf(row)).toBeLessThanOrEqual(width);
  expect(shown.cursor.x).toBeGreaterThanOrEqual(0);
  expect(shown.cursor.x).toBeLessThan(width);
  expect(shown.rows[shown.cursor.y]).toBeDefined();
  for (const row of shown.rows) expect(plainText(row)).not.toMatch(/[\0-\x1f\x7f-\x9f]/u);
}

test.each([1, 2, 3, 4])('random keys and pastes leave a prompt that holds together (seed %i)', (seed) => {
  const { int, pick } = random(seed);
  const next = (editor: Editor, columns: number): EditAction => {
    const kind = int(20);
    if (kind < 8) return { do: 'type', text: editor.vim?.mode === 'normal' ? pick(VIM) : pick(TEXTS) };
    if (kind < 15) return { do: 'key', action: pick(ACTIONS), columns };
    if (kind === 15) return { do: 'paste', text: pick(TEXTS).repeat(1 + int(400)) };
    if (kind === 16) return { do: 'normal' };
    if (kind === 17) return pick<EditAction>([{ do: 'sent' }, { do: 'clear' }, { do: 'close', keep: true }, { do: 'close', keep: false }, { do: 'take' }]);
    if (kind === 18)
      return { do: 'found', is: pick(['file', 'command'] as const), query: editor.completion?.query ?? '', found: [{ text: 'src/' }, { text: 'a b.ts' }] };
    return pick<EditAction>([
      { do: 'history', lines: ['one', 'two\nlines', '日本'] },
      { do: 'set', text: pick(TEXTS) },
      { do: 'vim', on: int(2) === 0 },
    ]);
  };
  let editor = EMPTY;
  for (let n = 0; n < 1_500; n += 1) {
    const width = pick(WIDTHS);
    const action = next(editor, promptColumns(width));
    const before = editor;
    editor = edit(editor, action);
    holds(editor, width, 3 + int(60));
    expect(edit(before, action)).toEqual(editor);
    if (editor.text.length > 3_000) editor = edit(editor, { do: 'sent' });
  }
});

test('what is typed comes out as it was typed, in any pieces and with any moves between that come back', () => {
  const { int, pick } = random(9);
  for (let round = 0; round < 200; round += 1) {
    let editor = EMPTY;
    let text = '';
    for (let n = 0; n < 40; n += 1) {
      const piece = pick(['a', 'bc ', '日本', '👩‍👩‍👧', '\n', 'é', 'x'.repeat(1 + int(2_000))]);
      editor = edit(editor, piece.length > 1_000 ? { do: 'paste', text: piece } : { do: 'type', text: piece });
      text += piece;
      for (const action of pick([[], ['left', 'right'], ['line-start', 'line-end'], ['history-back', 'history-on', 'line-end']]))
        editor = edit(editor, { do: 'key', action, columns: 10 });
      editor = { ...editor, at: editor.text.length };
    }
    expect(textOf(editor)).toBe(text);
  }
});

test('undo leads back to where it began', () => {
  const { pick } = random(11);
  const others = ACTIONS.filter((action) => action !== 'undo-edit');
  for (let round = 0; round < 100; round += 1) {
    const began: Editor = { ...EMPTY, text: 'where it began', at: 3, history: ['one', 'two\nlines'] };
    let editor = began;
    for (let n = 0; n < 60; n += 1)
      editor = edit(
        editor,
        pick<EditAction>([
          { do: 'type', text: pick(TEXTS) },
          { do: 'key', action: pick(others), columns: 20 },
        ]),
      );
    editor = edit(editor, { do: 'close', keep: true });
    for (let n = editor.undo.length; n > 0; n -= 1) editor = edit(editor, { do: 'key', action: 'undo-edit', columns: 20 });
    expect(editor.text).toBe(began.text);
  }
});
