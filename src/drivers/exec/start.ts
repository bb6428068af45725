import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { ExecRequest } from '../../kernel/host.ts';
import type { Held } from './bubblewrap.ts';
import { MARK } from './group.ts';
import type { Pipe } from './pipes.ts';

export interface Streams {
  readonly pipe: Pipe;
  readonly input: number;
  /** Read from, it gives nothing. */
  readonly nothing: number;
  /** Descriptors that the command would inherit. */
  readonly open: readonly number[];
  readonly mark: string;
}

/** Starts what will wait for its release. Throws IO when the system refuses a new process. */
export async function startHeld({ argv, filter }: Held, { cwd, env }: ExecRequest, streams: Streams): Promise<ChildProcess> {
  const { pipe, input, nothing, open, mark } = streams;
  try {
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd,
      env: { ...env, [MARK]: mark },
      detached: true,
      stdio: [input, pipe.writer, pipe.writer, 'pipe', filter ? 'pipe' : 'ignore', ...covers(nothing, open)],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    expendable(child.pid ?? 0);
    return child;
  } catch (error) {
    // Arguments longer than the system takes, or no more processes.
    pipe.reader.destroy();
    throw new OxiosError('IO', `the command could not be started: ${messageOf(error)}`, {
      hint: 'check the limits of processes, files and argument size',
      cause: error,
    });
  } finally {
    closeSync(pipe.writer);
    closeSync(input);
    closeSync(nothing);
  }
}

const [GATE, FILTER] = [3, 4] as const;
/** Above what a command is given. */
export const FIRST_FREE = 5;

/** What a command would inherit is replaced by nothing, one by one: `ignore` would leave it open. */
function covers(nothing: number, open: readonly number[]): readonly ('ignore' | number)[] {
  return Array.from({ length: open.length === 0 ? 0 : Math.max(...open) - FIRST_FREE + 1 }, (_, at) => (open.includes(at + FIRST_FREE) ? nothing : 'ignore'));
}

/** A command that eats up the memory is ended by the system before the programs of the user are. The number is of proc(5). */
function expendable(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '500');
  } catch {
    // Gone already, a sandbox program with rights of its own, or no Linux.
  }
}

/** Lets the held command go on. It may be dead already. */
export function release({ go, filter = new Uint8Array() }: Held, child: ChildProcess): void {
  for (const [fd, data] of [
    [FILTER, filter],
    [GATE, go],
  ] as const) {
    const gate = child.stdio[fd] as Writable | null;
    gate?.on('error', (error) => {
      if (!['EPIPE', 'ECONNRESET'].includes(errnoOf(error) ?? '')) throw error;
    });
    gate?.end(data);
  }
}
