import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../kernel/errors.ts';
import type { Lease } from '../../kernel/host.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import { namesIn } from '../alive.ts';

export interface Filling {
  /** Writes the files into an empty folder. */
  fill(root: string): Promise<void>;
  /** Names that are seen as they are in `from`: something must stand in their place to be covered. */
  readonly through: readonly string[];
  readonly from: string;
}

/** The folder of that name, made in one step: what is there is whole. */
export async function leased(folder: string, name: string, { fill, through, from }: Filling): Promise<Omit<Lease, 'tree'>> {
  const whole = join(folder, name);
  const made = !existsSync(whole);
  if (made) {
    const part = `${whole}${PART}`;
    await remove(part);
    const root = join(part, 'workspace');
    mkdirSync(root, { recursive: true, mode: 0o700 });
    await fill(root);
    renameSync(part, whole);
  }
  const root = join(realpathSync(whole), 'workspace') as AbsPath;
  const seen = through.filter((one) => existsSync(join(from, one)));
  for (const one of seen) cover(join(from, one), join(root, one));
  return { root, through: seen.filter((one) => existsSync(join(root, one))), made };
}

const PART = '.part';

function cover(from: string, place: string): void {
  if (existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  if (lstatSync(from).isDirectory()) mkdirSync(place);
  else writeFileSync(place, '');
}

/** Removes the folders of runs that nobody can go on with. */
export async function sweepLeases(leases: string, isKept: (run: RunId) => boolean): Promise<void> {
  for (const run of namesIn(leases)) if (!isKept(run as RunId)) await remove(join(leases, run));
}

/** With all that is in it, also below folders that their owner has closed. */
export async function remove(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (!CLOSED.includes(errnoOf(error) ?? '')) throw error;
    open(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

const CLOSED: readonly string[] = ['EACCES', 'EPERM', 'ENOTEMPTY'];

function open(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) open(join(folder, entry.name));
}
