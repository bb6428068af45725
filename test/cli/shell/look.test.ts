import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookIn } from '../../../src/cli/shell/look.ts';
import { createNotify } from '../../../src/cli/shell/notify.ts';
import { CONFIG } from '../../../src/kernel/config.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'oxios-look-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const STANDARD = { layout: 'auto', theme: 'auto', themes: {}, notify: 'off', vim: false, mouse: true, keys: undefined, wrong: [] };

test('without a configuration the shell looks as the schema says by default', () => {
  expect(lookIn(home)).toEqual(STANDARD);
  expect(lookIn(home)).toMatchObject(CONFIG.parse({}).shell);
});

test('what the configuration says holds', () => {
  const shell = {
    layout: 'panes',
    theme: 'mine',
    themes: { mine: { text: { fg: '#ffffff', bold: true } } },
    notify: 'desktop',
    vim: true,
    mouse: false,
  } as const;
  expect(CONFIG.parse({ shell }).shell).toEqual(shell);
  writeFileSync(join(home, 'config.json'), JSON.stringify({ shell }));
  writeFileSync(join(home, 'keys.json'), '{"palette": "ctrl-o"}');
  expect(lookIn(home)).toEqual({ ...shell, keys: { palette: 'ctrl-o' }, wrong: [] });
});

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['values that do not fit', '{"shell": {"layout": "round", "theme": 7, "vim": "yes", "notify": null, "themes": []}}'],
])('%s changes nothing before the screen is painted', (_, text) => {
  writeFileSync(join(home, 'config.json'), text);
  expect(lookIn(home)).toEqual(STANDARD);
});

test('a key map that is no JSON is told', () => {
  writeFileSync(join(home, 'keys.json'), '{');
  expect(lookIn(home).wrong).toEqual([expect.stringContaining('keys.json is no JSON')]);
});

test.each([
  ['off', ''],
  ['bell', '\u0007'],
  ['desktop', '\u001b]9;worker asks: rm -rf \u2407\u0007'],
] as const)('a notification that is %s writes %j', (how, bytes) => {
  let written = '';
  createNotify(how, (text) => {
    written += text;
  })('worker asks:\n rm -rf \u001b[2J\u0007');
  expect(written).toBe(bytes);
});
