import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { AbsPath } from '../../kernel/ids.ts';

/** The file a program's name stands for: looked up in `path`, or relative to `cwd` when it holds a slash. */
export function which(program: string, path: string, cwd: string): AbsPath | undefined {
  if (program === '') return undefined;
  const candidates = program.includes('/')
    ? [isAbsolute(program) ? program : join(cwd, program)]
    : path
        .split(':')
        .filter((folder) => isAbsolute(folder))
        .map((folder) => join(folder, program));
  return candidates.find(isProgram) as AbsPath | undefined;
}

function isProgram(file: string): boolean {
  try {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
