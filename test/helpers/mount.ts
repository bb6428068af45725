import { execFileSync } from 'node:child_process';

/** Whether this machine can mount things for a child. */
export const canMount = ((): boolean => {
  try {
    execFileSync('bwrap', ['--dev-bind', '/', '/', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
