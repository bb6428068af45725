import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './oxios.ts';

export type Fault = 'ENOSPC' | 'EIO' | 'EMFILE' | 'short';

export interface FailingIo {
  /** Environment of a program whose file operations `from` to `to` (from 1) below `folder` fail. */
  env(folder: string, fault: Fault, from: number, to?: number): Readonly<Record<string, string>>;
  /** Operations counted since the last `env`. */
  count(): number;
  remove(): void;
}

/** The failures come from outside, below Node.js and SQLite alike: a library loaded before libc. Needs a C compiler. */
export function failingIo(): FailingIo {
  const folder = mkdtempSync(join(tmpdir(), 'oxios-failing-'));
  const library = join(folder, 'failing-io.so');
  const counter = join(folder, 'count');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(ROOT, 'test/helpers/failing-io.c'), '-ldl']);
  return {
    env(under, fault, from, to = from) {
      rmSync(counter, { force: true });
      return { LD_PRELOAD: library, FAIL_UNDER: under, FAIL_COUNT: counter, FAIL_FROM: String(from), FAIL_TO: String(to), FAIL_ERRNO: fault };
    },
    count: () => Number(readFileSync(counter).readBigInt64LE()),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
