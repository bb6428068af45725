import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'bin/oxios.mjs');

export interface OxiosOptions {
  /** `--home` by environment; default: a new folder for each call. */
  readonly home?: string;
  readonly cwd?: string;
  /** Added to an environment of PATH, HOME and the home; no key of the developer reaches a test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text that is piped in; `closed`: no stdin at all; default: /dev/null. */
  readonly stdin?: string | { readonly closed: true };
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON Lines; empty when it is something else. */
  readonly events: readonly OxiosEvent[];
}

/** An event as a consumer of `--json` sees it. */
export interface OxiosEvent {
  readonly type: string;
  readonly seq?: number;
  readonly [key: string]: unknown;
}

export interface Started {
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
  /** The first JSON line that fits, also one already printed. Rejects when the program ends without it. */
  event(fits: (event: OxiosEvent) => boolean): Promise<OxiosEvent>;
}

/** The built program as a child process. */
export const runOxios = (args: readonly string[], options: OxiosOptions = {}): Promise<Finished> => startOxios(args, options).done;

export function startOxios(args: readonly string[], options: OxiosOptions = {}): Started {
  ensureBuilt();
  const home = options.home ?? join(scratch(), 'home');
  const env = { PATH: process.env.PATH ?? '', HOME: dirname(home), OXIOS_HOME: home, TMPDIR: tmpdir(), ...options.env };
  const closed = typeof options.stdin === 'object';
  const command = closed ? ['/bin/sh', '-c', 'exec "$0" "$@" <&-', process.execPath, BIN, ...args] : [process.execPath, BIN, ...args];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: options.cwd ?? scratch(),
    env,
    stdio: [typeof options.stdin === 'string' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => undefined).end(options.stdin);
  return watched(child);
}

function watched(child: ChildProcess): Started {
  const output = { stdout: '', stderr: '' };
  const wishes = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
      for (const look of wishes) look();
    });
  const done = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...output, events: eventsIn(output.stdout) }));
  });
  return {
    child,
    done,
    event: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = eventsIn(output.stdout.slice(0, output.stdout.lastIndexOf('\n') + 1)).find(fits);
          if (found) resolve(found);
        };
        wishes.add(look);
        look();
        void done.then(({ stderr }) => reject(new Error(`the program ended without that event; it said:\n${stderr}`)));
      }),
  };
}

export function eventsIn(text: string): readonly OxiosEvent[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.every((line) => line.startsWith('{')) ? lines.map((line) => JSON.parse(line) as OxiosEvent) : [];
}

const scratches: string[] = [];

/** A folder that is gone after the test file. */
export function scratch(): string {
  if (scratches.length === 0) afterAllOnce();
  const folder = mkdtempSync(join(tmpdir(), 'oxios-test-'));
  scratches.push(folder);
  return folder;
}

function afterAllOnce(): void {
  const remove = () => {
    for (const folder of scratches.splice(0)) rmSync(folder, { recursive: true, force: true });
  };
  // Also when first called outside of a file's collection, where hooks cannot be added any more.
  process.once('exit', remove);
  try {
    afterAll(remove);
  } catch {
    return;
  }
}

/** A workspace with these files. */
export function workspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = scratch();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Builds `dist` when a source is newer; test files that run at once wait for the one that builds. */
export function ensureBuilt(): void {
  if (built) return;
  mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
  const lock = new DatabaseSync(join(ROOT, 'node_modules/.cache/build.lock'), { timeout: 120_000 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    if (isStale()) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    lock.close();
  }
  built = true;
}

let built = false;

function isStale(): boolean {
  const help = join(ROOT, 'dist/help.txt');
  if (!existsSync(help)) return true;
  const built = statSync(help).mtimeMs;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return sources.some((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs > built);
}
