import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { BIN, type Place, place } from '../helpers/oxios.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';

let here: Place;
let terminal: Terminal | undefined;
beforeEach(() => {
  here = place();
  mkdirSync(here.path('bin'));
  writeFileSync(here.path('bin/oxios'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, { mode: 0o755 });
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  here.remove();
});

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'exit'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/**
 * How each shell takes the script as its help says, in the file of its user, and starts with that file: what is typed before a
 * shell is there may be read by the one before it, which takes it along.
 */
const SHELLS: readonly (readonly [shell: string, start: string, file: string, take: string])[] = [
  ['bash', 'bash --noprofile --rcfile $HOME/bashrc -i', 'bashrc', 'eval "$(oxios completion bash)"'],
  ['zsh', 'ZDOTDIR=$HOME zsh -d -i', '.zshrc', 'autoload -Uz compinit; compinit -u -d $HOME/zcd; eval "$(oxios completion zsh)"'],
  ['fish', 'fish --no-config -C "source $HOME/config.fish" -i', 'config.fish', 'oxios completion fish | source'],
];

describe.runIf(hasTmux())('the tab key', () => {
  for (const [shell, start, file, take] of SHELLS) {
    test.runIf(has(shell))(`in ${shell} completes a command, a flag and a choice, and shows what fits`, async () => {
      terminal = openTerminal(100, 30, here.home);
      writeFileSync(join(here.home, file), `${take}; echo ready''now\n`);
      terminal.type(`clear; export PATH=$HOME/bin:$PATH; ${start}`);
      await terminal.shows('readynow');
      terminal.press('C-l', 'oxios doc', 'Tab');
      await terminal.shows('oxios doctor');
      terminal.press('--qu', 'Tab');
      await terminal.shows(/oxios doctor --quiet/u);
      terminal.press('C-u', 'oxios run --max-t', 'Tab', 'Tab');
      for (const flag of ['--max-tool-calls', '--max-tokens', '--max-turns']) await terminal.shows(flag);
      terminal.press('C-c');
      terminal.press('C-u', 'oxios config un', 'Tab');
      await terminal.shows('oxios config unset');
    });
  }
});
