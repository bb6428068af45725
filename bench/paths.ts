// What holding directories costs over bare file calls: `node bench/paths.ts`.
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
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostFs } from '../src/drivers/fs/host-fs.ts';
import { walk } from '../src/drivers/fs/walk.ts';
import { isUnder } from '../src/kernel/capability.ts';
import type { AbsPath } from '../src/kernel/ids.ts';
import { interleaved, type Line, report } from './measure.ts';

const BATCH = 1000;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-bench-')));
const ws = join(root, 'w') as AbsPath;
const guard = { roots: [ws], allows: (reached: string) => isUnder(reached, ws) };
const at = (path: string): AbsPath => `${ws}/${path}` as AbsPath;
const fs = createHostFs();
const content = Buffer.from('inside');

mkdirSync(at('a/b/c'), { recursive: true });
writeFileSync(at('a/b/c/file'), content);

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

report('paths: files at depth 3 of the workspace (1,000 of a kind: the figure is microseconds of one)', await costs());
rmSync(root, { recursive: true });
