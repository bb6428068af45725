import { accessSync, closeSync, constants, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, OxiosError } from '../../kernel/errors.ts';
import { outputError } from '../io.ts';

export interface EventsFile {
  add(line: string): void;
  /** Throws what went wrong on the way. */
  close(): void;
}

/** A file that cannot be written any more does not end the run: it is said when the run has ended. */
export function openEvents(path: string | undefined): EventsFile {
  if (path === undefined) return { add: () => undefined, close: () => undefined };
  const file = openFile(path);
  let broken: unknown;
  return {
    add(line) {
      if (broken !== undefined) return;
      try {
        writeSync(file, line);
      } catch (error) {
        broken = error;
      }
    },
    close() {
      closeSync(file);
      if (broken !== undefined) throw outputError(path, broken);
    },
  };
}

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function openFile(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** Before any work is done for it. */
export function checkWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    throw notWritable(path, error);
  }
}

const notWritable = (path: string, cause: unknown): OxiosError =>
  new OxiosError('USAGE', `${path} cannot be written: ${messageOf(cause)}`, { hint: 'choose another file', cause });

export function writeWhole(path: string, content: string): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw outputError(path, error);
  }
}
