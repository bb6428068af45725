import { describe, expect, test } from 'vitest';
import { line, span } from '../../../src/tui/text/line.ts';
import { themeFrom, themeOf } from '../../../src/tui/theme/custom.ts';
import { paint } from '../../../src/tui/theme/paint.ts';
import { THEMES } from '../../../src/tui/theme/themes.ts';

describe('a theme of the user', () => {
  test('says what it says, and is the dark one else', () => {
    const theme = themeFrom('mine', { good: { fg: '#00ff00', bold: true }, bad: {} });
    expect(theme).toMatchObject({ name: 'mine', styles: { good: { fg: '#00ff00', bold: true }, bad: {}, warn: THEMES.dark.styles.warn } });
    if (!('fault' in theme)) expect(paint(line(span('x', 'good'), span('y', 'bad')), theme, 16777216)).toBe('\x1b[1;38;2;0;255;0mx\x1b[0my');
  });

  test.each<[unknown, string]>([
    [[], 'theme mine: styles by tone are expected'],
    [null, 'theme mine: styles by tone are expected'],
    [{ god: {} }, 'theme mine: there is no tone god; there are text, dim,'],
    [{ constructor: {} }, 'theme mine: there is no tone constructor;'],
    [{ good: 'red' }, 'theme mine: good: a style is expected'],
    [{ good: { fg: 'red' } }, 'theme mine: good: fg is #rrggbb or a number from 0 to 15'],
    [{ good: { bg: 16 } }, 'theme mine: good: bg is #rrggbb or a number from 0 to 15'],
    [{ good: { fg: '#00ff00\x1b[2J' } }, 'theme mine: good: fg is'],
    [{ good: { bold: 1 } }, 'theme mine: good: bold is true or false'],
    [{ good: { blink: true } }, 'theme mine: good: a style has no blink; it has fg, bg, bold,'],
  ])('%j does not fit', (value, fault) => {
    expect(themeFrom('mine', value)).toEqual({ fault: expect.stringContaining(fault) });
  });
});

describe('the theme of a name', () => {
  test.each<[string, Record<string, unknown>, string | undefined, string]>([
    ['dark', {}, '0;15', 'dark'],
    ['light', {}, undefined, 'light'],
    ['plain', {}, undefined, 'plain'],
    ['auto', {}, undefined, 'dark'],
    ['auto', {}, '15;0', 'dark'],
    ['auto', {}, '0;15', 'light'],
    ['auto', {}, '0;default;7', 'light'],
    ['auto', {}, '', 'dark'],
    ['none', {}, '0;15', 'light'],
    ['toString', {}, undefined, 'dark'],
    ['mine', { mine: {} }, undefined, 'mine'],
    ['mine', { mine: { good: 1 } }, undefined, 'dark'],
  ])('%s (of %j, COLORFGBG=%s) is %s', (name, own, ground, expected) => {
    expect(themeOf(name, own, { COLORFGBG: ground }).name).toBe(expected);
  });
});

test('every theme tells what is selected and what has the focus without its colours', () => {
  const shape = (tone: 'select' | 'focus' | 'bad' | 'text', name: keyof typeof THEMES): string => {
    const { fg, bg, ...rest } = THEMES[name].styles[tone] ?? {};
    return JSON.stringify(rest);
  };
  for (const name of ['dark', 'light', 'plain'] as const) {
    expect(shape('select', name)).not.toBe(shape('text', name));
    expect(shape('focus', name)).not.toBe(shape('text', name));
  }
  expect(Object.values(THEMES.plain.styles).some((one) => 'fg' in one || 'bg' in one)).toBe(false);
});
