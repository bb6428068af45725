// What a snapshot of a workspace costs over looking at each of its files, and a copy to work in over copying each of them:
// `node bench/snapshot.ts`.
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkspaces } from '../src/drivers/workspace/workspaces.ts';
import type { AbsPath, RunId } from '../src/kernel/ids.ts';
import { interleaved, type Line, report } from './measure.ts';

const ROUNDS = 21;
/** Files, and the most a snapshot may take when little changed, milliseconds. */
const SIZES = [
  [1_000, 10],
  [50_000, 150],
] as const;
/** As in a project: folders of folders, a few dozen files in each. */
const PER_FOLDER = 50;
const CHANGED = 3;
const COPIES = 9;
/** Of what copying and removing the same files takes. */
const MOST_COPY = 4;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-bench-')));
const workspaces = createWorkspaces({ store: join(root, 'store'), scratch: join(root, 'scratch'), leases: join(root, 'leases'), exclude: [] });
const lines: Line[] = [];
for (const [files, most] of SIZES) lines.push(await measured(files, most));
report(`a snapshot with ${CHANGED} files changed, medians of ${ROUNDS} rounds`, lines);
report(`a copy to work in, made and removed, medians of ${COPIES} rounds`, [await copied(20), await copied(1_000)]);
workspaces.close();
rmSync(root, { recursive: true, force: true });

async function measured(files: number, most: number): Promise<Line> {
  const folder = join(root, `w${files}`) as AbsPath;
  fill(folder, files);
  await workspaces.snapshot(folder);
  let round = 0;
  const { floor, ours } = await interleaved(ROUNDS, {
    floor: () => walk(folder),
    change() {
      round += 1;
      for (let at = 0; at < CHANGED; at++) writeFileSync(fileOf(folder, (at * files) / CHANGED), `changed ${round}\n`);
    },
    ours: () => workspaces.snapshot(folder),
  });
  return { what: `${files} files`, ms: ours, floor_ms: floor, goal: `<= ${most} ms`, holds: ours <= most };
}

async function copied(files: number): Promise<Line> {
  const folder = join(root, `c${files}`) as AbsPath;
  fill(folder, files);
  // What was written just now is read again.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { tree } = await workspaces.snapshot(folder);
  const run = 'r_bench' as RunId;
  const { floor, ours } = await interleaved(COPIES, {
    floor() {
      cpSync(folder, join(root, 'copy'), { recursive: true });
      rmSync(join(root, 'copy'), { recursive: true });
    },
    async ours() {
      await workspaces.lease({ run, name: 'one', tree, from: folder, git: true });
      await workspaces.release(run);
    },
  });
  return { what: `${files} files`, ms: ours, floor_ms: floor, goal: `<= ${MOST_COPY}x`, holds: ours <= MOST_COPY * floor };
}

function fileOf(folder: string, at: number): string {
  const nth = Math.floor(at / PER_FOLDER);
  return join(folder, `package${Math.floor(nth / 20)}`, `module${nth % 20}`, `file${Math.floor(at)}.ts`);
}

function fill(folder: string, files: number): void {
  for (let at = 0; at < files; at++) {
    const file = fileOf(folder, at);
    if (at % PER_FOLDER === 0) mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `export const value${at} = ${at};\n`);
  }
}

/** The least that anybody does who wants to know what changed: one look at each file. */
function walk(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = `${folder}/${entry.name}`;
    if (entry.isDirectory()) walk(full);
    else lstatSync(full);
  }
}
