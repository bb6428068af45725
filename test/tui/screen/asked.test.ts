import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createShellPorts } from '../../../src/cli/shell/ports.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { openShell } from '../../../src/tui/shell.tsx';
import type { ShellOptions } from '../../../src/tui/shell-options.ts';
import { openScreen } from '../../helpers/screen.ts';

/** The shell over a kernel of its own and real files, on a terminal in memory; time can be made to pass. */
let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-asked-')));
  mkdirSync(join(root, 'workspace'));
  const bash = (command: string) => ({ name: 'bash', input: { command } });
  writeFileSync(join(root, 'two.yaml'), JSON.stringify([{ calls: [bash('touch first'), bash('touch second')] }, { text: 'That is all.' }]));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function shell(layout: 'panes' | 'inline', TERM: string) {
  const screen = openScreen(90, 24);
  const args = { _: [], $0: 'oxios', home: join(root, 'home'), model: `script:${join(root, 'two.yaml')}` };
  const ports = createShellPorts({ args, cwd: join(root, 'workspace') as AbsPath, look: { notify: 'off' } });
  let passed = 0;
  const ended = openShell({
    ports: { ...ports, now: () => Date.now() + passed },
    ...{ layout, theme: 'dark', themes: {}, keys: undefined, vim: false, mouse: true, screenReader: false, plain: true },
    ...{ record: undefined, beginning: {}, env: { TERM } },
    ...{ stdin: screen.stdin, stdout: screen.stdout, host: Object.assign(new EventEmitter(), { kill: () => undefined }) },
  } as unknown as ShellOptions);
  const passes = (ms: number): void => {
    passed += ms;
  };
  return { screen, ended, passes };
}

test.each([
  ['na', 'panes', 'xterm-256color', '\r', false],
  ['yy', 'inline', 'xterm-256color', '\r', true],
  ['n\na\n', 'inline', 'dumb', '\n', false],
  ['y\na\n', 'inline', 'dumb', '\n', true],
] as const)(
  '%j in one go, %s on %s, answers the question that was on the screen, and not the one that follows',
  async (keys, layout, TERM, enter, isAllowed) => {
    const { screen, ended, passes } = shell(layout, TERM);
    await screen.shows('> ');
    screen.type(`go${enter}`);
    await screen.shows(/Approve 1 of 2|Approve ·/u);
    await screen.shows('touch first');
    passes(1000);
    screen.type(keys);
    await screen.shows('touch second');
    passes(1000);
    if (TERM !== 'dumb') {
      // What was typed behind the answer stands in the prompt.
      screen.type('\u0003');
      screen.type('\u001ba');
      await screen.shows('Approve ·');
    }
    screen.type(TERM === 'dumb' ? 'no\n' : 'n');
    await screen.shows('That is all.');
    expect([existsSync(join(root, 'workspace', 'first')), existsSync(join(root, 'workspace', 'second'))]).toEqual([isAllowed, false]);
    expect(existsSync(join(root, 'home', 'approvals.json'))).toBe(false);
    if (TERM === 'dumb') screen.stdin.end();
    else screen.type('\u0004');
    await ended;
  },
);
