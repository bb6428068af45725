import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import { outputError } from '../io.ts';

/** Before anything is asked for it. */
export function checkFree(file: string, force: boolean): void {
  if (existsSync(file) && !force) throw taken(file);
}

/** Writes the seed whole or not at all, and in the place of nothing else unless told to. The same text again is no change. */
export function writeSeed(file: string, yaml: string, force: boolean): void {
  if (existsSync(file) && isSame(file, yaml)) return;
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeDurable(beside, yaml);
    if (force) renameSync(beside, file);
    // A link takes no name that somebody else has taken meanwhile.
    else linkSync(beside, file);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw taken(file);
    throw outputError(file, error);
  } finally {
    rmSync(beside, { force: true });
  }
}

const taken = (file: string): OxiosError =>
  new OxiosError('USAGE', `${file} exists already`, { hint: 'name another file with --out, or have it replaced with --force' });

function isSame(file: string, yaml: string): boolean {
  try {
    return readFileSync(file, 'utf8') === yaml;
  } catch {
    // A folder, or closed to us: writing says what is wrong.
    return false;
  }
}

function writeDurable(path: string, text: string): void {
  const file = openSync(path, 'w', 0o666);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
