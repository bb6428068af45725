import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { ExecOutcome, ExecRequest, HostChild, ProcessGroup } from '../../kernel/host.ts';
import type { RedactingStream, Redactor } from '../../kernel/text/redact.ts';
import { gone, groupOf, killLeft, MARK, newMark, signalAll, termInside } from './group.ts';
import { inherited } from './inherited.ts';
import { createLive, type Live } from './live.ts';
import { createOutput, type Output } from './output.ts';
import type { Pipe, Pipes } from './pipes.ts';
import type { ProcStat } from './proc.ts';
import { refusalIn } from './refusal.ts';
import type { Sandbox } from './sandbox.ts';

export interface LaunchDeps {
  readonly blobs: string;
  readonly sandbox: Sandbox;
  readonly pipes: Pipes;
  readonly redactor: Redactor | undefined;
}

/** Between TERM and KILL, milliseconds. */
const GRACE_MS = 2000;
/** A grandchild that keeps the pipe open after the command ended may go on writing for this long, milliseconds. */
const PIPE_GRACE_MS = 200;
/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Starts a command held back, tells its group, lets it go, and follows it to its end. */
export async function launch(deps: LaunchDeps, request: ExecRequest, signal: AbortSignal): Promise<HostChild> {
  const began = performance.now();
  const { argv, go, filter } = deps.sandbox.hold(request.argv, request.sandbox, request.cwd);
  const pipe = await deps.pipes.take();
  const mark = newMark();
  const child = await started(argv, request, {
    pipe,
    input: deps.pipes.input(request.stdin),
    nothing: deps.pipes.input(undefined),
    filtered: filter !== undefined,
    mark,
  });
  const group = groupOf(child.pid ?? 0, mark);
  const output = createOutput(request.cap_bytes, deps.blobs);
  const clean = deps.redactor?.bytes();
  const live = request.onOutput && createLive(request.onOutput.bind(request));
  const state = { timed_out: false, cancelled: false };
  const end = enderOf(child, group, deps.sandbox.kind);

  const abort = (): void => {
    state.cancelled = true;
    end.now();
  };
  const timer = setTimeout(
    () => {
      state.timed_out = true;
      end.gently();
    },
    Math.min(request.timeout_ms, MAX_TIMER_MS),
  );
  const done = followed(child, pipe, { output, live, clean }).then(async (by): Promise<ExecOutcome> => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    await end.rest();
    live?.end();
    const said = output.end();
    const isStopped = state.timed_out || state.cancelled;
    const refused = isStopped ? undefined : refusalIn({ kind: deps.sandbox.kind, spec: request.sandbox, cwd: request.cwd, code: by.code, output: said.output });
    const ended = isStopped ? throughNamespace(by) : by;
    return { ...ended, ...state, ...said, ms: Math.round(performance.now() - began), ...(refused === undefined ? {} : { refused }) };
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    await request.onSpawn(group);
  } catch (error) {
    end.now();
    await done;
    throw error;
  }
  if (state.timed_out || state.cancelled) end.now();
  release(child, go, filter);
  const stop = (): void => {
    state.cancelled = true;
    end.gently();
  };
  return { group, done, drain: output.drain, stop };
}

interface Streams {
  readonly pipe: Pipe;
  readonly input: number;
  /** Read from, it gives nothing. */
  readonly nothing: number;
  /** A filter of system calls is expected. */
  readonly filtered: boolean;
  readonly mark: string;
}

/** Throws IO when the system refuses a new process. */
async function started(argv: readonly string[], { cwd, env }: ExecRequest, { pipe, input, nothing, filtered, mark }: Streams): Promise<ChildProcess> {
  try {
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd,
      env: { ...env, [MARK]: mark },
      detached: true,
      stdio: [input, pipe.writer, pipe.writer, 'pipe', filtered ? 'pipe' : 'ignore', ...covers(nothing)],
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

/** Above what a command is given. */
const FIRST_FREE = 5;

/** What a command would inherit is replaced by nothing, one by one: `ignore` would leave it open. */
function covers(nothing: number): readonly ('ignore' | number)[] {
  const open = inherited(FIRST_FREE - 1);
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
function release(child: ChildProcess, go: string, filter: Uint8Array = new Uint8Array()): void {
  for (const [fd, data] of [
    [4, filter],
    [3, go],
  ] as const) {
    const gate = child.stdio[fd] as Writable | null;
    gate?.on('error', (error) => {
      if (!['EPIPE', 'ECONNRESET'].includes(errnoOf(error) ?? '')) throw error;
    });
    gate?.end(data);
  }
}

interface By {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Resolves when the command ended and its pipe is closed: by itself, or after a short grace. */
async function followed(
  child: ChildProcess,
  pipe: Pipe,
  to: { output: Output; live: Live | undefined; clean: RedactingStream<Buffer> | undefined },
): Promise<By> {
  const silent = new Promise((resolve) => pipe.reader.once('close', resolve));
  const take = (chunk: Buffer): void => {
    const text = to.output.add(chunk);
    to.live?.add(text);
  };
  pipe.reader.on('data', (chunk) => take(to.clean?.push(chunk as Buffer) ?? (chunk as Buffer)));
  const by = await new Promise<By>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const late = setTimeout(() => afterReading(() => pipe.reader.destroy()), PIPE_GRACE_MS);
  await silent;
  clearTimeout(late);
  if (to.clean) take(to.clean.end());
  return by;
}

/** When this process was busy for long, what was printed meanwhile still waits in the pipes: it is read before the work is done. */
const afterReading = (work: () => void): void => void setImmediate(() => setImmediate(work));

interface Ender {
  /** KILL to everything that belongs to the command. */
  now(): void;
  /** TERM, then KILL after a grace. */
  gently(): void;
  /** Kills what outlived the command, and waits for what was killed. A namespace ends with all in it. */
  rest(): Promise<void>;
}

function enderOf(child: ChildProcess, group: ProcessGroup, kind: Sandbox['kind']): Ender {
  let timer: NodeJS.Timeout | undefined;
  let killed: readonly ProcStat[] = [];
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const now = (): void => {
    clearTimeout(timer);
    if (!isOver()) killed = signalAll(group, 'SIGKILL');
  };
  return {
    now,
    gently() {
      if (timer || isOver()) return;
      timer = setTimeout(now, GRACE_MS);
      if (kind === 'bwrap') termInside(group.pgid);
      else signalAll(group, 'SIGTERM');
    },
    async rest() {
      clearTimeout(timer);
      if (kind !== 'bwrap') killLeft(group);
      await gone(killed);
    },
  };
}

/** A namespace reports a signal as 128 + its number, like a shell. */
function throughNamespace(by: By): By {
  const found = Object.entries(constants.signals).find(([, number]) => number + 128 === by.code);
  return found ? { code: null, signal: found[0] } : by;
}
