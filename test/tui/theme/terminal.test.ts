import { Terminal } from '@xterm/headless';
import { Box, renderToString, Text } from 'ink';
import { createElement } from 'react';
import { expect, test } from 'vitest';
import { columnsOf, type Line, span, type Tone } from '../../../src/tui/text/line.ts';
import { paint } from '../../../src/tui/theme/paint.ts';
import type { Style, Theme } from '../../../src/tui/theme/theme.ts';
import { THEMES } from '../../../src/tui/theme/themes.ts';
import { type Random, random } from '../../helpers/random.ts';

const TONES = Object.keys(THEMES.dark.styles) as Tone[];
const FLAGS = ['bold', 'dim', 'italic', 'underline', 'inverse', 'strike'] as const;

/** Any style, so that every change from one to another comes up. */
const anyTheme = (from: Random): Theme => ({
  name: 'any',
  styles: Object.fromEntries(
    TONES.map((tone) => [
      tone,
      {
        ...Object.fromEntries(FLAGS.flatMap((flag) => (from.int(3) === 0 ? [[flag, true]] : []))),
        ...(from.int(2) === 0 ? { fg: from.int(16) } : {}),
        ...(from.int(3) === 0 ? { bg: from.int(16) } : {}),
      },
    ]),
  ),
});

const anyRow = (from: Random): Line =>
  Array.from({ length: 1 + from.int(12) }, () => span(from.pick(['a', 'bc', ' ', '  ', 'd e', '日本', '│']), from.pick([...TONES, 'text' as const])));

/** Rows as Ink writes them: it takes what is painted apart and puts it together again. */
const throughInk = (rows: readonly string[]): string =>
  renderToString(
    createElement(
      Box,
      { flexDirection: 'column' },
      rows.map((row, nth) => createElement(Text, { key: nth, wrap: 'truncate' }, row)),
    ),
    { columns: 120 },
  ).replaceAll('\n', '\r\n');

test.each<[string, (rows: readonly string[]) => string]>([
  ['as it is', (rows) => rows.join('\r\n')],
  ['through Ink', throughInk],
])('a terminal shows each part of a row in its style, and the next row in none: %s', async (_, write) => {
  const terminal = new Terminal({ cols: 120, rows: 200, allowProposedApi: true });
  const from = random(7);
  const cases = Array.from({ length: 180 }, () => ({
    row: anyRow(from),
    theme: from.int(3) === 0 ? THEMES[from.pick(['dark', 'light', 'plain'] as const)] : anyTheme(from),
  }));
  await new Promise<void>((done) => terminal.write(write(cases.map(({ row, theme }) => `${paint(row, theme, 16)}.`)), done));
  for (const [y, { row, theme }] of cases.entries()) {
    let x = 0;
    for (const { text, tone } of row) {
      for (const char of text) {
        expect(shownAt(terminal, x, y), JSON.stringify([row, x])).toEqual(expected(char, theme.styles[tone] ?? {}));
        x += columnsOf(char);
      }
    }
    expect(shownAt(terminal, x, y)).toEqual(expected('.', {}));
  }
  terminal.dispose();
});

interface Shown extends Style {
  readonly char: string;
}

function shownAt(terminal: Terminal, x: number, y: number): Shown {
  const cell = terminal.buffer.active.getLine(y)?.getCell(x);
  if (!cell) throw new Error(`no cell at ${x},${y}`);
  const [fg, bg] = [cell.isFgDefault() ? undefined : cell.getFgColor(), cell.isBgDefault() ? undefined : cell.getBgColor()];
  const is: readonly (readonly [keyof Style, number])[] = [
    ['bold', cell.isBold()],
    ['dim', cell.isDim()],
    ['italic', cell.isItalic()],
    ['underline', cell.isUnderline()],
    ['inverse', cell.isInverse()],
    ['strike', cell.isStrikethrough()],
  ];
  return visible({
    char: cell.getChars() || ' ',
    ...Object.fromEntries(is.filter(([, on]) => on !== 0).map(([flag]) => [flag, true])),
    ...(fg === undefined ? {} : { fg }),
    ...(bg === undefined ? {} : { bg }),
  });
}

const expected = (char: string, style: Style): Shown => visible({ char, ...style });

/** Of a blank only its ground and the lines through it are seen. */
function visible({ char, bold, dim, italic, fg, ...rest }: Shown): Shown {
  if (char !== ' ') return { char, ...rest, ...(bold && { bold }), ...(dim && { dim }), ...(italic && { italic }), ...(fg !== undefined && { fg }) };
  // Inverse, the colour of the text is the ground.
  return { char, ...rest, ...(rest.inverse || rest.underline || rest.strike ? { ...(fg !== undefined && { fg }) } : {}) };
}
