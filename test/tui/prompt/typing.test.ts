import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShellPorts } from '../../../src/cli/shell/ports.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { openShell } from '../../../src/tui/shell.tsx';
import type { ShellOptions } from '../../../src/tui/shell-options.ts';
import { random } from '../../helpers/random.ts';
import { openScreen, type Screen } from '../../helpers/screen.ts';

/** The shell over a kernel of its own, real files and a scripted model, on a terminal in memory. */
let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-typing-')));
  mkdirSync(join(root, 'workspace', 'src'), { recursive: true });
  writeFileSync(join(root, 'workspace', 'src', 'alpha.ts'), '');
  const words = Array.from({ length: 100 }, (_, n) => `word${n}`).join(' ');
  writeFileSync(join(root, 'slow.yaml'), JSON.stringify([{ text: words, pace_ms: 10 }, { text: 'Understood.' }, { text: 'Understood too.' }]));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Shell {
  readonly screen: Screen;
  readonly ended: Promise<number>;
}

function shell(home: string, options: Partial<ShellOptions> = {}): Shell {
  const screen = openScreen(90, 24);
  const args = { _: [], $0: 'oxios', home: join(root, home), model: `script:${join(root, 'slow.yaml')}` };
  const ended = openShell({
    ports: createShellPorts({ args, cwd: join(root, 'workspace') as AbsPath, look: { notify: 'off' } }),
    ...{ layout: 'panes', theme: 'dark', themes: {}, keys: undefined, vim: false, mouse: true, screenReader: false, plain: true },
    ...{ record: undefined, beginning: {}, env: { TERM: 'xterm-256color' } },
    ...{ stdin: screen.stdin, stdout: screen.stdout, host: Object.assign(new EventEmitter(), { kill: () => undefined }) },
    ...options,
  } as unknown as ShellOptions);
  return { screen, ended };
}

/** The row of the prompt as it is seen, and the column of the cursor. */
const prompt = (screen: Screen): string => `${screen.rows().find((row) => /^[>N] /u.test(row))} @${screen.cursor().x}`;

const remembered = (home: string): readonly string[] =>
  readFileSync(join(root, home, 'shell', 'history'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as string);

describe('the prompt on a screen', () => {
  test('has all of what is typed at any speed while an agent streams, sends it, and remembers it in the next shell', async () => {
    const { screen, ended } = shell('speed');
    await screen.shows('what is to be done');
    screen.type('begin\r');
    await screen.shows('word5');
    const text = Array.from({ length: 1_500 }, (_, n) => String.fromCharCode(97 + (n % 26))).join('');
    const { int } = random(1);
    const bytes = Buffer.from(`${text}${'\x1b[D'.repeat(50)}${'\x7f!'.repeat(50)}\x05日本 👩‍👩‍👧`);
    for (let at = 0, to = 0; at < bytes.length; at = to) {
      to = at + 1 + int(60);
      screen.stdin.write(bytes.subarray(at, to));
    }
    await screen.shows('日本');
    screen.type('\r');
    await screen.shows('Understood.');
    screen.type('\x03\x03');
    expect(await ended).toBe(0);
    const sent = `${text.slice(0, 1_449)}!${text.slice(1_450)}日本 👩‍👩‍👧`;
    expect(remembered('speed')).toEqual(['begin', sent]);

    const next = shell('speed');
    await next.screen.shows('what is to be done');
    await next.screen.shows('ready');
    next.screen.type('\x12beg');
    await next.screen.shows('> begin');
    next.screen.type('\r');
    await next.screen.shows((rows) => !rows.some((row) => row.includes('search:')));
    next.screen.type('\x15');
    await next.screen.shows('what is to be done');
    next.screen.type('\x03\x03');
    expect(await next.ended).toBe(0);
  });

  test('shows the cursor in the cell where the next character appears', async () => {
    const { screen, ended } = shell('cells');
    await screen.shows('what is to be done');
    for (const [keys, seen] of [
      ['日本語', '> 日本語 @8'],
      ['\x1b[D', '> 日本語 @6'],
      ['👩‍👩‍👧', '> 日本👩‍👩‍👧語 @8'],
      ['\x1b[H', '> 日本👩‍👩‍👧語 @2'],
      ['\x15\x0be\u0301', '> e\u0301 @3'],
    ] as const) {
      if (keys.startsWith('\x15')) screen.type('\x05\x15');
      screen.type(keys.replace('\x15\x0b', ''));
      await screen.shows(() => prompt(screen) === seen);
    }
    screen.type('\x15');
    await screen.shows('what is to be done');
    screen.type('\x03\x03');
    expect(await ended).toBe(0);
  });

  test('completes files of the workspace, and has a large paste as one marker that is sent whole', async () => {
    const { screen, ended } = shell('files');
    await screen.shows('what is to be done');
    screen.type('see @al');
    await screen.shows('› src/alpha.ts');
    screen.type('\t');
    await screen.shows('> see @src/alpha.ts');
    const text = Array.from({ length: 50 }, (_, n) => `line ${n}`).join('\n');
    screen.type(`\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`);
    await screen.shows('> see @src/alpha.ts [paste #1, 50 lines]');
    screen.type('\r');
    await screen.shows('word5');
    screen.type('\x1b');
    await screen.shows('interrupted');
    screen.type('\x03\x03');
    expect(await ended).toBe(0);
    expect(remembered('files')).toEqual([`see @src/alpha.ts ${text}`]);
  });

  test('follows a key map file, and tells what does not fit in it', async () => {
    const { screen, ended } = shell('keys', { keys: { palette: ['f2'], pallete: ['f3'] } });
    await screen.shows('there is no action pallete; did you mean palette?');
    screen.type('\x1bOQ');
    await screen.shows('Do >');
    screen.type('\x03\x03\x03');
    expect(await ended).toBe(0);
  });

  test('has vim’s keys when they are asked for', async () => {
    const { screen, ended } = shell('vim', { vim: true });
    await screen.shows('what is to be done');
    screen.type('one two three');
    await screen.shows('> one two three');
    screen.type('\x1b');
    await screen.shows('N one two three');
    screen.type('2bdwx');
    await screen.shows('N one hree');
    screen.type('\x03\x03\x03');
    expect(await ended).toBe(0);
  });
});
