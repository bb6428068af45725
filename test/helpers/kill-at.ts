import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './oxios.ts';

/** Where in a commit of the log the kill comes. */
export type Moment = 'before' | 'torn' | 'unsynced' | 'after';

export interface Killer {
  /** Environment of a program that gets SIGKILL at its commit `at`, from 1; 0 never. `count` tells how many there were. */
  env(moment: Moment, at: number): { readonly vars: Readonly<Record<string, string>>; count(): number };
  remove(): void;
}

/** The kills come from outside the program, at the very system calls that make its log durable. Needs a C compiler. */
export function killer(): Killer {
  const folder = mkdtempSync(join(tmpdir(), 'oxios-kill-'));
  const library = join(folder, 'kill-at.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(ROOT, 'test/helpers/kill-at.c'), '-ldl']);
  let runs = 0;
  return {
    env(moment, at) {
      const counter = join(folder, `count-${++runs}`);
      return {
        vars: { LD_PRELOAD: library, KILL_FILE: 'oxios.db-wal', KILL_COUNT: counter, KILL_AT: String(at), KILL_WHEN: moment },
        count: () => Number(readFileSync(counter).readBigInt64LE()),
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
