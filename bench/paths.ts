// What holding directories costs over bare file calls, and that nothing escapes while names are swapped: `node bench/paths.ts [swaps]`.
import { spawn } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHostFs } from '../src/drivers/fs/host-fs.ts';
import { walk } from '../src/drivers/fs/walk.ts';
import { isUnder } from '../src/kernel/capability.ts';
import { OxiosError } from '../src/kernel/errors.ts';
import type { AbsPath } from '../src/kernel/ids.ts';
import { interleaved, type Line, report } from './measure.ts';

const SWAPS = Math.min(Number(process.argv[2] ?? 1_000_000), 1_000_000);
const BATCH = 1000;
const SECRET = 'outside';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-bench-')));
const ws = join(root, 'w') as AbsPath;
const guard = { roots: [ws], allows: (reached: string) => isUnder(reached, ws) };
const at = (path: string): AbsPath => `${ws}/${path}` as AbsPath;
const fs = createHostFs();
const content = Buffer.from('inside');

mkdirSync(at('a/b/c'), { recursive: true });
mkdirSync(join(root, 'evil'));
writeFileSync(at('a/b/c/file'), content);
writeFileSync(join(root, 'evil/file'), SECRET);

const times = (count: number, work: () => unknown) => async (): Promise<void> => {
  for (let n = 0; n < count; n++) await work();
};

function bareWrite(path: string): void {
  const fd = openSync(`${path}.temp`, 'wx');
  writeSync(fd, content);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${path}.temp`, path);
}

function held(): void {
  const { spot, value } = walk({ path: at('a/b/c/file'), guard, last: (there) => openSync(there.entry, 'r') });
  if (typeof value === 'number') closeSync(value);
  spot.release();
}

async function costs(): Promise<readonly Line[]> {
  const ms = await interleaved(15, {
    bareOpen: times(BATCH, () => closeSync(openSync(at('a/b/c/file'), 'r'))),
    open: times(BATCH, held),
    bareRead: times(BATCH, () => readFileSync(at('a/b/c/file'))),
    read: times(BATCH, () => fs.read(at('a/b/c/file'), guard)),
    bareStat: times(BATCH, () => statSync(at('a/b/c/file'))),
    stat: times(BATCH, () => fs.stat(at('a/b/c/file'), guard)),
    bareList: times(BATCH, () => readdirSync(at('a/b/c')).map((name) => statSync(at(`a/b/c/${name}`)))),
    list: times(BATCH, () => fs.list(at('a/b/c'), guard)),
    bareWrite: times(20, () => bareWrite(at('a/b/c/bare'))),
    write: times(20, () => fs.write(at('a/b/c/held'), content, guard)),
  });
  return [
    { what: '1,000 opens at depth 3', ms: ms.open, floor_ms: ms.bareOpen, goal: '<= 15 ms', holds: ms.open <= 15 },
    { what: '1,000 reads', ms: ms.read, floor_ms: ms.bareRead, goal: '<= floor + 20 ms', holds: ms.read <= ms.bareRead + 20 },
    { what: '1,000 stats', ms: ms.stat, floor_ms: ms.bareStat, goal: '<= floor + 20 ms', holds: ms.stat <= ms.bareStat + 20 },
    { what: '1,000 listings', ms: ms.list, floor_ms: ms.bareList, goal: '<= floor + 20 ms', holds: ms.list <= ms.bareList + 20 },
    { what: '20 durable writes (floor: as durable)', ms: ms.write, floor_ms: ms.bareWrite, goal: '<= 1.5x', holds: ms.write <= 1.5 * ms.bareWrite },
  ];
}

/** A process that swaps a folder for a link to the outside, and a file for a link to a secret. */
function attack(swaps: number): { going(): boolean } {
  const pairs = ['a/b', 'f'].flatMap((name) => [at(name), at(`${name}.other`)]);
  const program = fileURLToPath(new URL('../test/helpers/swap.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, String(swaps), ...pairs], { stdio: ['pipe', 'ignore', 'inherit'] });
  let going = true;
  child.once('close', () => {
    going = false;
  });
  return { going: () => going };
}

interface Raced {
  readonly escapes: number;
  readonly tries: number;
  readonly ms: number;
}

async function raced(swaps: number, attempt: (path: AbsPath) => Promise<string>): Promise<Raced> {
  const attacker = attack(swaps);
  const began = performance.now();
  let [escapes, tries] = [0, 0];
  while (attacker.going()) {
    for (let n = 0; n < 100; n++)
      for (const path of ['a/b/file', 'f']) {
        tries++;
        if ((await attempt(at(path))) === SECRET) escapes++;
      }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { escapes, tries, ms: (performance.now() - began) / (tries / BATCH) };
}

async function guarded(path: AbsPath): Promise<string> {
  try {
    return Buffer.from((await fs.read(path, guard)).bytes).toString();
  } catch (error) {
    if (error instanceof OxiosError) return '';
    throw error;
  }
}

async function naive(path: AbsPath): Promise<string> {
  try {
    return isUnder(realpathSync.native(path), ws) ? readFileSync(path, 'utf8') : '';
  } catch {
    // Not there at this moment.
    return '';
  }
}

const lines = [...(await costs())];
writeFileSync(at('a/b/file'), content);
writeFileSync(at('f'), content);
symlinkSync(join(root, 'evil'), at('a/b.other'));
symlinkSync(join(root, 'evil/file'), at('f.other'));
const floor = await raced(Math.ceil(SWAPS / 10), naive);
const ours = await raced(SWAPS, guarded);
const count = (n: number): string => n.toLocaleString('en');
lines.push({
  what: `${count(ours.escapes)} escapes in ${count(ours.tries)} raced reads (per 1,000)`,
  ms: ours.ms,
  floor_ms: floor.ms,
  goal: '0 escapes',
  holds: ours.escapes === 0,
});
report(`paths; ${count(SWAPS)} swaps of two names; floor of the race: real path, then open: ${count(floor.escapes)} escapes in ${count(floor.tries)}`, lines);
rmSync(root, { recursive: true });
