import { describe, expect, test } from 'vitest';
import { keyName, spelledKey } from '../../../src/tui/input/key-name.ts';
import { bindingFor, DEFAULT_KEYMAP, keymapOf } from '../../../src/tui/input/keymap.ts';
import { KEYS } from '../../../src/tui/input/keys.ts';

test.each([
  ['ctrl-k', 'ctrl-k'],
  ['Ctrl-K', 'ctrl-k'],
  ['CTRL-SHIFT-left', 'ctrl-shift-left'],
  ['alt-ctrl-x', 'ctrl-alt-x'],
  ['meta-b', 'alt-b'],
  ['Alt-B', 'alt-shift-b'],
  ['Return', 'enter'],
  ['esc', 'escape'],
  ['PgUp', 'pageup'],
  ['page-down', 'pagedown'],
  ['F12', 'f12'],
  ['G', 'G'],
  ['shift-g', 'G'],
  ['?', '?'],
  ['-', '-'],
  ['ctrl--', 'ctrl--'],
  ['space', 'space'],
  [' ', 'space'],
  ['ä', 'ä'],
  ['日', '日'],
  ['', undefined],
  ['ctrl-', undefined],
  ['crtl-k', undefined],
  ['f99', undefined],
  ['two words', undefined],
  ['\x1b', undefined],
])('%j is the key %s', (written, name) => {
  expect(spelledKey(written)).toBe(name);
});

describe('the table', () => {
  test('names each key as it is read', () => {
    for (const { keys } of KEYS) for (const key of keys) expect(spelledKey(key)).toBe(key);
  });

  test('has no key twice in one place', () => {
    const places = KEYS.flatMap(({ where, keys }) => keys.map((key) => `${where} ${key}`));
    expect(places.filter((one, index) => places.indexOf(one) !== index)).toEqual([]);
  });

  test('has no action twice in one place', () => {
    const names = KEYS.map(({ where, action }) => `${where}.${action}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

const actionOf = (value: unknown, where: Parameters<typeof bindingFor>[1], key: string): string | undefined =>
  bindingFor(keymapOf(value).keymap, where, key)?.action;

describe('a key map file', () => {
  test('gives an action other keys, and takes those of the table away', () => {
    const value = { palette: ['f2', 'ctrl-x'], 'agents.kill': [] };
    expect(keymapOf(value).wrong).toEqual([]);
    expect(actionOf(value, ['prompt', 'everywhere'], 'ctrl-x')).toBe('palette');
    expect(actionOf(value, ['prompt', 'everywhere'], 'f2')).toBe('palette');
    expect(actionOf(value, ['prompt', 'everywhere'], 'ctrl-k')).toBe(undefined);
    expect(actionOf(value, ['agents', 'panes', 'everywhere'], 'x')).toBe(undefined);
  });

  test('goes before the table, also where the table has the key in a nearer place', () => {
    expect(actionOf({}, ['prompt', 'everywhere'], 'ctrl-p')).toBe('history-back');
    expect(actionOf({ palette: ['ctrl-p'] }, ['prompt', 'everywhere'], 'ctrl-p')).toBe('palette');
  });

  test('names an action alone for every place, and with its place for one, in any order', () => {
    const value = { 'approval.up': ['u'], up: ['ctrl-up'] };
    expect(actionOf(value, ['panes'], 'ctrl-up')).toBe('up');
    expect(actionOf(value, ['sessions'], 'ctrl-up')).toBe('up');
    expect(actionOf(value, ['approval'], 'u')).toBe('up');
    expect(actionOf(value, ['approval'], 'ctrl-up')).toBe(undefined);
  });

  test.each([
    [{ pallete: ['f2'] }, /^there is no action pallete; did you mean palette\?$/u],
    [{ 'agent.kill': ['f2'] }, /^there is no action agent\.kill; did you mean agents\.kill\?$/u],
    [{ zzzzzz: [] }, /^there is no action zzzzzz; help in the shell/u],
    [{ palette: ['crtl-k'] }, /^palette: there is no key crtl-k; keys are such as ctrl-x/u],
    [{ palette: 'f2' }, /^palette needs a list of keys: write \{"ACTION"/u],
    [{ palette: [1] }, /^palette needs a list of keys/u],
    [{ palette: ['ctrl-l'] }, /^ctrl-l is used twice, by everywhere\.palette and by everywhere\.redraw: give one of them another key/u],
    [[], /^it holds no object/u],
    ['x', /^it holds no object/u],
    [null, /^it holds no object/u],
  ])('that does not fit is told: %j', (value, wrong) => {
    const result = keymapOf(value);
    expect(result.wrong).toHaveLength(1);
    expect(result.wrong[0]).toMatch(wrong);
    expect(bindingFor(result.keymap, ['everywhere'], 'ctrl-k')?.action).toBe('palette');
  });

  test('with one mistake keeps what is right in it', () => {
    const { keymap, wrong } = keymapOf({ nonsense: [], layout: ['f9'] });
    expect(wrong).toHaveLength(1);
    expect(bindingFor(keymap, ['everywhere'], 'f9')?.action).toBe('layout');
  });

  test('may swap two keys', () => {
    const value = { palette: ['ctrl-l'], redraw: ['ctrl-k'] };
    expect(keymapOf(value).wrong).toEqual([]);
    expect(actionOf(value, ['everywhere'], 'ctrl-l')).toBe('palette');
  });

  test('that is not there changes nothing', () => {
    expect(keymapOf(undefined)).toEqual({ keymap: DEFAULT_KEYMAP, wrong: [] });
    expect(keymapOf({}).keymap.bindings).toEqual(KEYS);
  });
});

test('a key is called by its modifiers in one order', () => {
  expect(keyName({ name: 'left', ctrl: true, alt: true, shift: true })).toBe('ctrl-alt-shift-left');
});
