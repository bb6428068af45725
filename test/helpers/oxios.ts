import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'bin/oxios.mjs');

/** An event or a result as it stands on a line of output. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into events of every type
export type Line = any;

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of stdout as JSON. */
  events(): Line[];
}

export interface RunOptions {
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Called with everything on stdout so far. */
  readonly onStdout?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** The built program as a child with a home of its own and no key in its environment. */
export function oxios(args: readonly string[], options: RunOptions): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? '', HOME: options.home, LANG: 'C.UTF-8', OXIOS_HOME: join(options.home, '.oxios'), ...options.env };
  const child = spawn(process.execPath, [BIN, ...args], { cwd: options.cwd ?? options.home, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    options.onStdout?.(stdout, (signal) => child.kill(signal));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, events: () => linesOf(stdout) }));
  });
}

export const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);

export interface Place {
  readonly home: string;
  readonly workspace: string;
  path(name: string): string;
  remove(): void;
}

/** A temporary folder with a home and a workspace in it, or a copy of an example. */
export function place(example?: string): Place {
  const home = mkdtempSync(join(tmpdir(), 'oxios-test-'));
  if (example) cpSync(join(ROOT, 'examples', example), home, { recursive: true });
  return { home, workspace: join(home, 'workspace'), path: (name) => join(home, name), remove: () => rmSync(home, { recursive: true, force: true }) };
}
