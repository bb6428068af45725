import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A program at a terminal of its own (util-linux `script`). */
export interface Pty {
  type(keys: string): void;
  /** Everything written so far. */
  seen(): string;
  /** Bytes written so far. */
  bytes(): number;
  /** Milliseconds from the start until this was written, behind so many bytes. */
  shows(text: string, from?: number): Promise<number>;
  /** Of the program itself, not of what made its terminal. */
  readonly usage: () => { readonly cpu_ms: number; readonly rss_mb: number };
  close(): Promise<void>;
}

export function openPty(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly columns: number; readonly rows: number },
): Pty {
  const line = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const began = performance.now();
  const child = spawn('script', ['-qfec', `stty cols ${options.columns} rows ${options.rows}; exec ${line}`, '/dev/null'], {
    cwd: options.cwd,
    env: { ...options.env, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  let bytes = 0;
  const wishes = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    bytes += chunk.length;
    for (const look of wishes) look();
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    type: (keys) => void child.stdin.write(keys),
    seen: () => text,
    bytes: () => bytes,
    shows: (wanted, from = 0) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!text.slice(from).includes(wanted)) return;
          wishes.delete(look);
          resolve(performance.now() - began);
        };
        wishes.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without ${wanted}\n${text.slice(-2000)}`)));
      }),
    usage: () => usageOf(child.pid ?? 0),
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** All below the one that made the terminal. */
function usageOf(root: number): { readonly cpu_ms: number; readonly rss_mb: number } {
  const stats = readdirSync('/proc').flatMap((pid) => (/^\d+$/u.test(pid) ? [statOf(Number(pid))] : []));
  const below = (pid: number): readonly Stat[] => stats.flatMap((one) => (one?.ppid === pid ? [one, ...below(one.pid)] : []));
  const all = below(root);
  return { cpu_ms: all.reduce((sum, { pid }) => sum + cpuOf(pid), 0), rss_mb: Math.max(0, ...all.map((one) => one.rss_mb)) };
}

interface Stat {
  readonly pid: number;
  readonly ppid: number;
  readonly rss_mb: number;
}

const PAGE_MB = 4096 / 1024 / 1024;

const NS_IN_MS = 1e6;

/** Of all threads that live, by the scheduler's own count: finer than the 10 ms ticks of `stat`. */
function cpuOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
    return threads.reduce((sum, ns) => sum + ns, 0) / NS_IN_MS;
  } catch {
    return 0;
  }
}

function statOf(pid: number): Stat | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ')
      .map(Number);
    return { pid, ppid: fields[1] ?? 0, rss_mb: (fields[21] ?? 0) * PAGE_MB };
  } catch {
    return undefined;
  }
}
