import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { oxios, type Ran, ROOT, type RunOptions } from './oxios.ts';

/** A line of shell in which `oxios` is the built program: for redirections, pipes and closed descriptors. */
export function shell(line: string, options: RunOptions): Promise<Pick<Ran, 'code' | 'stdout' | 'stderr'>> {
  const script = `oxios() { "$NODE" "$BIN" "$@"; }\n${line}`;
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: options.home,
    OXIOS_HOME: join(options.home, '.oxios'),
    NODE: process.execPath,
    BIN: join(ROOT, 'bin/oxios.mjs'),
    ...options.env,
  };
  const child = spawn('/bin/bash', ['-c', script], { cwd: options.cwd ?? options.home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

type Kill = (signal: NodeJS.Signals) => void;

export interface Running {
  readonly done: Promise<Ran>;
  /** Whether it has ended. */
  ended(): boolean;
  /** Everything on stdout up to now. */
  soFar(): string;
  /** Resolves when this text has been printed, with the way to send a signal; rejects when the program ends without it. */
  printed(text: string | RegExp): Promise<Kill>;
}

/** The built program, watched while it runs. */
export function running(args: readonly string[], options: RunOptions): Running {
  let seen = '';
  let kill: Kill = () => undefined;
  let ended = false;
  const wishes = new Set<() => void>();
  const done = oxios(args, {
    ...options,
    onStdout(text, send) {
      seen = text;
      kill = send;
      for (const look of wishes) look();
    },
  }).then((ran) => {
    ended = true;
    return ran;
  });
  return {
    done,
    ended: () => ended,
    soFar: () => seen,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (typeof text === 'string' ? seen.includes(text) : text.test(seen)) resolve(kill);
        };
        wishes.add(look);
        look();
        void done.then(({ stderr }) => reject(new Error(`it ended without "${text}":\n${stderr}`)));
      }),
  };
}

/** A named pipe: a command that reads it waits until something is written to it. */
export const makeGate = (path: string): void => void execFileSync('mkfifo', [path]);
