import { describe, expect, test } from 'vitest';
import { line, span } from '../../../src/tui/text/line.ts';
import { depthOf } from '../../../src/tui/theme/depth.ts';
import { paint } from '../../../src/tui/theme/paint.ts';
import type { Depth, Theme } from '../../../src/tui/theme/theme.ts';
import { THEMES } from '../../../src/tui/theme/themes.ts';

const shown = (text: string): string => text.replaceAll('\x1b[', '<');
const theme = (styles: Theme['styles']): Theme => ({ name: 'test', styles });

describe('a row is painted', () => {
  const ROW = line('a ', span('b', 'good'), ' ', span('c', 'good'), span('d', 'bad'), span('  '), span('e', 'heading'), span('f', 'dim'));
  test.each<[Depth, string]>([
    [0, 'a b cd  ef'],
    [16, 'a <32mb c<91md  <1;96me<0;90mf<0m'],
  ])('with as few bytes as there can be, at depth %i', (depth, expected) => {
    expect(shown(paint(ROW, THEMES.dark, depth))).toBe(expected);
  });

  test.each<[string, Theme['styles'], string]>([
    ['plain text has none', {}, 'abc'],
    ['two tones that look the same are one', { good: { bold: true }, bad: { bold: true } }, '<1mab<0mc'],
    ['what goes off is turned off', { good: { fg: 1, underline: true }, bad: { fg: 1 } }, '<4;31ma<24mb<0mc'],
    ['bold and dim go off together', { good: { bold: true, dim: true, fg: 1 }, bad: { dim: true, fg: 1 } }, '<1;2;31ma<22;2mb<0mc'],
    ['a colour takes the place of another', { good: { fg: 1, bg: 2 }, bad: { fg: 9, bg: 2 } }, '<31;42ma<91mb<0mc'],
    ['a ground that ends', { good: { italic: true, bold: true, bg: 2 }, bad: { italic: true, bold: true } }, '<1;3;42ma<49mb<0mc'],
  ])('%s', (_, styles, expected) => {
    expect(shown(paint(line(span('a', 'good'), span('b', 'bad'), 'c'), theme(styles), 16))).toBe(expected);
  });

  test('spaces that show are painted', () => {
    expect(shown(paint(line(span('  ', 'select')), THEMES.dark, 16))).toBe('<7m  <0m');
    expect(shown(paint(line(span('a', 'select'), '  '), THEMES.dark, 16))).toBe('<7ma<0m  ');
  });
});

describe('a colour is as near as the terminal can show it', () => {
  test.each<[string | number, Depth, string]>([
    ['#ff8700', 16777216, '<38;2;255;135;0mx<0m'],
    ['#ff8700', 256, '<38;5;208mx<0m'],
    ['#ff8700', 16, '<33mx<0m'],
    ['#808080', 256, '<38;5;244mx<0m'],
    ['#00005f', 256, '<38;5;17mx<0m'],
    ['#ffffff', 16, '<97mx<0m'],
    ['#000000', 16, '<30mx<0m'],
    [4, 16777216, '<34mx<0m'],
    [12, 256, '<94mx<0m'],
    ['#ff8700', 0, 'x'],
  ])('%s at %i', (fg, depth, expected) => {
    expect(shown(paint(line(span('x', 'good')), theme({ good: { fg } }), depth))).toBe(expected);
  });

  test.each<[string | number, string]>([
    ['#ff8700', '<48;2;255;135;0mx<0m'],
    [4, '<44mx<0m'],
    [12, '<104mx<0m'],
  ])('%s behind the text', (bg, expected) => {
    expect(shown(paint(line(span('x', 'good')), theme({ good: { bg } }), 16777216))).toBe(expected);
  });
});

describe('the colours of a terminal', () => {
  test.each<[Record<string, string>, boolean, Depth]>([
    [{ TERM: 'xterm' }, true, 16],
    [{ TERM: 'xterm-256color' }, true, 256],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, true, 16777216],
    [{ TERM: 'xterm-kitty' }, true, 16777216],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, true, 256],
    [{ TERM: 'screen' }, true, 16],
    [{ TERM: 'dumb', COLORTERM: 'truecolor' }, true, 0],
    [{}, true, 0],
    [{ TERM: 'xterm-256color' }, false, 0],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, true, 0],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, true, 256],
    [{ TERM: 'xterm-256color', NO_COLOR: '1', FORCE_COLOR: '1' }, true, 16],
    [{ FORCE_COLOR: '3' }, false, 16777216],
    [{ FORCE_COLOR: '2' }, false, 256],
    [{ TERM: 'xterm-256color', FORCE_COLOR: '0' }, true, 0],
    [{ TERM: 'xterm', FORCE_COLOR: '' }, false, 16],
  ])('%j (a terminal: %s) are %i', (env, isTTY, depth) => {
    expect(depthOf(env, isTTY)).toBe(depth);
  });
});
