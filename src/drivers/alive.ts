import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../kernel/errors.ts';

/** Whether a process of that number runs, of whatever user. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** Removes what processes that are gone left in a folder of temporary things: each name begins with the number of who made it. */
export function sweepDead(folder: string): void {
  for (const name of namesIn(folder)) {
    if (isAlive(Number.parseInt(name, 10))) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // A command that outlived its kernel may still write there. It is ended when its run goes on; the next one sweeps again.
    }
  }
}

/** Names in a folder; none where there is no folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
