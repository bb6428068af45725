import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './oxios.ts';

export interface Terminal {
  /** What a person sees, one string a row, without what is blank at the end. */
  screen(): readonly string[];
  /** The same with the codes for colour. */
  coloured(): string;
  /** Keys as tmux names them, `C-c`, or text. */
  press(...keys: readonly string[]): void;
  /** Types a line of shell in which `oxios` is the built program. */
  type(line: string): void;
  resize(columns: number, rows: number): void;
  /** Until the screen holds this; the runner's limit ends a wait that has no end. */
  shows(text: string | RegExp): Promise<readonly string[]>;
  close(): void;
}

/** How often the screen is looked at, milliseconds: tmux tells nobody that it has changed. */
const LOOK_MS = 40;

/** A terminal of this size with a shell in it, in a tmux server of its own. */
export function openTerminal(columns: number, rows: number, home: string): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'oxios-tmux-'));
  const given = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/bash',
    TERM: 'xterm-256color',
    PS1: '$ ',
    HISTFILE: '/dev/null',
  };
  const tmux = (...args: readonly string[]) =>
    execFileSync('tmux', ['-S', join(folder, 'socket'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { ...given, OXIOS_HOME: join(home, '.oxios'), NODE: process.execPath, BIN: join(ROOT, 'bin/oxios.mjs') },
    });
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', home, '/bin/bash --norc --noprofile -i');
  const screen = (...how: readonly string[]) => tmux('capture-pane', '-p', ...how).trimEnd();
  const terminal: Terminal = {
    screen: () => screen().split('\n'),
    coloured: () => screen('-e'),
    press: (...keys) => void tmux('send-keys', '--', ...keys),
    type: (line) => void tmux('send-keys', '-l', '--', `${line}\n`),
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    async shows(text) {
      for (;;) {
        const now = screen();
        if (typeof text === 'string' ? now.includes(text) : text.test(now)) return now.split('\n');
        await pause(LOOK_MS);
      }
    },
    close() {
      tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  terminal.type('oxios() { "$NODE" "$BIN" "$@"; }; clear');
  return terminal;
}

export const hasTmux = (): boolean => {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
