import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.ts';
import { DONE, type ModelServer, type Served, type Turn } from './model-server.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The program as it is installed: it has to be built. */
export const OXIOS: readonly string[] = [process.execPath, join(ROOT, 'bin/oxios.mjs')];
export const FLOOR: readonly string[] = [process.execPath, join(ROOT, 'bench/floor.mjs')];

/** A folder with a workspace of ten files and a home whose configuration takes part in the measurement. */
export interface World {
  readonly root: string;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

export function world(base: string, config: Readonly<Record<string, unknown>> = {}): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-bench-')));
  const [home, workspace] = [join(root, 'home'), join(root, 'workspace')];
  for (const folder of [home, workspace]) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(home, 'config.json'), JSON.stringify({ model: 'openai/bench-1', limits: { turns: 2000, tool_calls: 5000 }, ...config }));
  for (let at = 0; at < 10; at++) writeFileSync(join(workspace, `f${at}.txt`), linesOf(40, `file ${at}`));
  const env = { PATH: process.env.PATH ?? '', HOME: root, LANG: 'C.UTF-8', TMPDIR: root, OXIOS_HOME: home, OPENAI_BASE_URL: base, OPENAI_API_KEY: 'bench' };
  return { root, workspace, env, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const linesOf = (count: number, name: string): string =>
  Array.from({ length: count }, (_, at) => `${name}, line ${at}: the quick brown fox jumps over the lazy dog\n`).join('');

/** Reads, commands and writes as an agent mixes them: of four calls two read, one runs a command, one writes. */
export const mixedCalls = (count: number): readonly Turn[] =>
  Array.from({ length: count }, (_, at): Turn => {
    if (at % 4 === 1) return { calls: [{ name: 'bash', input: { command: `true ${at}` } }] };
    if (at % 4 === 3) return { calls: [{ name: 'write', input: { path: `out${at}.txt`, content: linesOf(10, `written ${at}`) } }] };
    return { calls: [{ name: 'read', input: { path: `f${(at >> 1) % 10}.txt` } }] };
  });

export interface Ran {
  readonly wall_ms: number;
  /** The most memory the program itself held. */
  readonly peak_mb: number;
  readonly served: readonly Served[];
}

const PEAK_EVERY_MS = 4;

/** Runs a program to its end. Throws when it failed. */
export async function ran(argv: readonly string[], { workspace, env }: World, server?: ModelServer): Promise<Ran> {
  const began = performance.now();
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  let peak_mb = 0;
  const timer = setInterval(() => {
    peak_mb = Math.max(peak_mb, peakOf(child.pid));
  }, PEAK_EVERY_MS);
  const ended = new Promise<number>((resolve) => child.once('exit', () => resolve(performance.now())));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(timer);
  if (code !== 0 || (server && !said.out.includes(DONE)))
    throw new Error(`${argv.join(' ').slice(0, 200)} ended with ${code}\n${said.err}${said.out.slice(0, 2000)}`);
  return { wall_ms: (await ended) - began, peak_mb, served: server?.served ?? [] };
}

/** Starts a program, sends it Ctrl-C when it is time, and takes how long it takes to end. */
export async function stopped(argv: readonly string[], { workspace, env }: World, isTime: () => boolean): Promise<Ran> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: workspace, env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!isTime()) {
    if (child.exitCode !== null) throw new Error(`${argv.join(' ').slice(0, 200)} ended with ${child.exitCode} by itself`);
    await new Promise((resolve) => setTimeout(resolve, PEAK_EVERY_MS));
  }
  const peak_mb = peakOf(child.pid);
  const began = performance.now();
  child.kill('SIGINT');
  await ended;
  return { wall_ms: performance.now() - began, peak_mb, served: [] };
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** What a shell does between the end of one answer and its next request, by the tool that was called. */
export const gapsOf = (served: readonly Served[], called?: string): readonly number[] =>
  served.slice(1).flatMap((one, at) => {
    const before = served[at];
    return before && (called === undefined || before.called === called) ? [one.arrived - before.ended] : [];
  });

/** Each work once a round, in turns, after a round that only warms up: what each did in every round. */
export async function rounds<Name extends string>(
  count: number,
  works: Readonly<Record<Name, () => Promise<Ran>>>,
): Promise<Readonly<Record<Name, readonly Ran[]>>> {
  const names = Object.keys(works) as Name[];
  const all = Object.fromEntries(names.map((name) => [name, [] as Ran[]])) as Record<Name, Ran[]>;
  for (let round = -1; round < count; round++) {
    for (const name of names) {
      const one = await works[name]();
      if (round >= 0) all[name].push(one);
    }
  }
  return all;
}

export const middle = (runs: readonly Ran[], figure: (ran: Ran) => number): number => median(runs.map(figure));
