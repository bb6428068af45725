import { execFileSync } from 'node:child_process';
import { BIN } from './oxios.ts';

/** The user `nobody`, and no group. */
const STRANGER = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;

/** What makes a command run without the rights of root: nothing where the tests have none; undefined where that cannot be. */
export function unprivileged(): readonly string[] | undefined {
  if (process.getuid?.() !== 0) return [];
  try {
    execFileSync('setpriv', [...STRANGER.slice(1), process.execPath, BIN, '--version'], { stdio: 'ignore' });
    return STRANGER;
  } catch {
    return undefined;
  }
}
