import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAMS = ['sh', 'bash', 'cat', 'echo', 'ls', 'sleep', 'setsid', 'true', 'touch', 'git', 'env', 'nohup', 'mkfifo', 'rm', 'mv', 'find', 'sed'];

/** A `PATH` with the programs that tests run and without a sandbox among them. */
export function pathWithoutSandbox(folder: string): string {
  mkdirSync(folder);
  for (const name of PROGRAMS) {
    const found = (process.env.PATH ?? '').split(':').find((one) => existsSync(join(one, name)));
    if (found) symlinkSync(join(found, name), join(folder, name));
  }
  return folder;
}
