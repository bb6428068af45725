// A million file operations while another process swaps what they name: `node bench/raced.ts [operations]`. An escape is a secret
// of the outside that was seen, or a change outside; the way of `realpath, then open` escapes in the same race.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHostFs } from '../src/drivers/fs/host-fs.ts';
import { createWorkspaces } from '../src/drivers/workspace/workspaces.ts';
import { isUnder } from '../src/kernel/capability.ts';
import { OxiosError } from '../src/kernel/errors.ts';
import type { PathGuard } from '../src/kernel/host.ts';
import { type AbsPath, sha256 } from '../src/kernel/ids.ts';
import { type Line, report } from './measure.ts';

const OPERATIONS = Number(process.argv[2] ?? 1_000_000);
const SECRET = 'kept-outside-of-the-workspace';
/** In every so many operations one starts ripgrep, one looks at all files, one is a durable write: they cost a thousand times the others. */
const SEARCH_EVERY = 5_000;
const SNAPSHOT_EVERY = 1_000;
const WRITE_EVERY = 50;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-bench-')));
const ws = join(root, 'w') as AbsPath;
const outside = join(root, 'w-evil');
const at = (path: string): AbsPath => join(ws, path) as AbsPath;
const guard: PathGuard = { roots: [ws], allows: (reached) => isUnder(reached, ws) };
const never = new AbortController().signal;
const fs = createHostFs();
const workspaces = createWorkspaces({ store: join(root, 'store'), scratch: join(root, 'scratch'), leases: join(root, 'leases'), exclude: [] });

mkdirSync(at('a/d/deep'), { recursive: true });
mkdirSync(join(outside, 'deep'), { recursive: true });
for (const [folder, content] of [
  [at('a/d'), 'mine'],
  [outside, SECRET],
] as const)
  for (const name of ['file', 'deep/file']) writeFileSync(join(folder, name), content);
writeFileSync(join(outside, 'deep/only-outside'), SECRET);
writeFileSync(at('f'), 'mine');
symlinkSync(outside, at('a/d.other'));
symlinkSync(join(outside, 'file'), at('f.other'));

/** Names, kinds and contents of everything outside. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(outside, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = lstatSync(join(outside, name));
    hash.update(`${name}\0${stats.mode}\0${stats.isFile() ? readFileSync(join(outside, name), 'utf8') : ''}\0`);
  }
  return hash.digest('hex');
}

const FILES = ['a/d/file', 'a/d/deep/file', 'f'];

/** Each operation gives what it saw as one text. */
const WORKS: Readonly<Record<string, (n: number) => Promise<string>>> = {
  read: async (n) => Buffer.from((await fs.read(at(FILES[n % 3] ?? ''), guard)).bytes).toString(),
  stat: async (n) => ((await fs.stat(at(FILES[n % 3] ?? ''), guard))?.size === SECRET.length ? SECRET : ''),
  list: async () => JSON.stringify(await fs.list(at('a/d/deep'), guard)).replaceAll('only-outside', SECRET),
  write: async (n) => (await fs.write(at(n % 2 ? 'a/d/new' : 'a/d/deep/file'), Buffer.from('mine'), guard)).path,
  grep: async () => (await fs.search({ pattern: '.', under: at('a/d'), mode: 'lines', max_results: 50 }, guard, never)).lines.join('\n'),
  snapshot: async () => {
    const { tree } = await workspaces.snapshot(ws);
    return (await workspaces.entries(tree, '')).some((one) => one.sha256 === sha256(SECRET)) ? SECRET : '';
  },
};

function workOf(n: number): string {
  if (n % SEARCH_EVERY === 0) return 'grep';
  if (n % SNAPSHOT_EVERY === 1) return 'snapshot';
  if (n % WRITE_EVERY === 0) return 'write';
  return n % 3 === 0 ? 'stat' : n % 7 === 0 ? 'list' : 'read';
}

interface Tally {
  operations: number;
  /** Answered with a refusal or with nothing there: the racer was in the way. */
  refused: number;
  escapes: number;
}

/** The racer works as long as this runs. */
async function raced(work: () => Promise<void>): Promise<{ swaps: number; ms: number }> {
  const program = fileURLToPath(new URL('../test/helpers/swap.mjs', import.meta.url));
  const pairs = ['a/d', 'f'].flatMap((name) => [at(name), at(`${name}.other`)]);
  const racer = spawn(process.execPath, [program, String(Number.MAX_SAFE_INTEGER), ...pairs], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '0';
  const first = new Promise<void>((resolve) => {
    racer.stdout.on('data', (chunk: Buffer) => {
      said = chunk.toString().trim().split('\n').at(-1) ?? said;
      resolve();
    });
  });
  const closed = new Promise((resolve) => racer.once('close', resolve));
  await first;
  const [from, began] = [Number(said), performance.now()];
  await work();
  const [swaps, ms] = [Number(said) - from, performance.now() - began];
  racer.stdin.end();
  await closed;
  return { swaps, ms };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function ours(tally: Readonly<Record<string, Tally>>): Promise<void> {
  for (let n = 1; n <= OPERATIONS; n++) {
    const name = workOf(n);
    const one = tally[name];
    if (!one) continue;
    one.operations++;
    try {
      if ((await WORKS[name]?.(n))?.includes(SECRET)) one.escapes++;
    } catch (error) {
      if (!(error instanceof OxiosError)) throw error;
      one.refused++;
    }
    if (n % 100 === 0) await turn();
  }
}

/** So many escapes are enough to show that names are really swapped in the middle. */
const ENOUGH = 10;

/** What is commonly done: resolve, judge, then open by name. */
async function control(tally: Tally, count: number): Promise<void> {
  for (let n = 0; n < count && tally.escapes < ENOUGH; n++) {
    const path = at(FILES[n % 3] ?? '');
    tally.operations++;
    try {
      if (!isUnder(realpathSync.native(path), ws)) tally.refused++;
      else if (readFileSync(path, 'utf8') === SECRET && statSync(path).isFile()) tally.escapes++;
    } catch {
      // Not there at this moment.
      tally.refused++;
    }
    if (n % 100 === 0) await turn();
  }
}

const before = fingerprint();
const naive: Tally = { operations: 0, refused: 0, escapes: 0 };
const floor = await raced(() => control(naive, OPERATIONS));
const tally = Object.fromEntries(Object.keys(WORKS).map((name) => [name, { operations: 0, refused: 0, escapes: 0 }]));
const race = await raced(() => ours(tally));
const changed = fingerprint() === before ? 0 : 1;
const count = (n: number): string => n.toLocaleString('en');
const escapes = Object.values(tally).reduce((sum, one) => sum + one.escapes, changed);
for (const [name, one] of Object.entries(tally))
  process.stdout.write(`${name}: ${count(one.operations)} operations, ${count(one.refused)} met the racer and were refused, ${one.escapes} escapes\n`);
process.stdout.write(`outside: ${changed ? 'CHANGED' : 'unchanged'}; ${count(race.swaps)} swaps of two names meanwhile\n`);
const lines: Line[] = [
  {
    what: `${count(escapes)} escapes in ${count(OPERATIONS)} raced operations (per 1,000)`,
    ms: race.ms / (OPERATIONS / 1000),
    floor_ms: floor.ms / (naive.operations / 1000),
    goal: '0 escapes',
    holds: escapes === 0,
  },
  {
    what: `${count(naive.escapes)} escapes in ${count(naive.operations)} by real path, then open`,
    ms: floor.ms / (naive.operations / 1000),
    floor_ms: floor.ms / (naive.operations / 1000),
    goal: '> 0: it is a race',
    holds: naive.escapes > 0,
  },
];
report('raced file operations', lines);
workspaces.close();
rmSync(root, { recursive: true });
