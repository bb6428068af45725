import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { ExecOutcome, ExecRequest, HostChild, ProcessGroup } from '../../kernel/host.ts';
import { groupOf, killLeft, signalAll, termInside } from './group.ts';
import { createLive, type Live } from './live.ts';
import { createOutput, type Output } from './output.ts';
import { refusalIn } from './refusal.ts';
import type { Sandbox } from './sandbox.ts';

export interface LaunchDeps {
  readonly blobs: string;
  readonly sandbox: Sandbox;
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
  const { argv, go } = deps.sandbox.hold(request.argv, request.sandbox, request.cwd);
  const child = await started(argv, request);
  const group = groupOf(child.pid ?? 0);
  const output = createOutput(request.cap_bytes, deps.blobs);
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
  const done = followed(child, output, live).then((by): ExecOutcome => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    end.rest();
    live?.end();
    const said = output.end();
    const denied = refusalIn({ kind: deps.sandbox.kind, spec: request.sandbox, code: by.code, output: said.output });
    const ended = state.timed_out || state.cancelled ? throughNamespace(by) : by;
    return { ...ended, ...state, ...said, ms: Math.round(performance.now() - began), ...(denied === undefined ? {} : { sandbox_denied: denied }) };
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  write(child.stdin, request.stdin ?? '');
  try {
    await request.onSpawn(group);
  } catch (error) {
    end.now();
    await done;
    throw error;
  }
  if (state.timed_out || state.cancelled) end.now();
  write(child.stdio[3] as Writable | null, go);
  const stop = (): void => {
    state.cancelled = true;
    end.gently();
  };
  return { group, done, drain: output.drain, stop };
}

/** Throws IO when the system refuses a new process. */
function started(argv: readonly string[], request: ExecRequest): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(
        new OxiosError('IO', `the command could not be started: ${messageOf(error)}`, {
          hint: 'check the limits of processes, files and argument size',
          cause: error,
        }),
      );
    try {
      const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: request.cwd, env: request.env, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
      child.once('spawn', () => resolve(child));
      child.once('error', fail);
    } catch (error) {
      // Arguments longer than the system takes.
      fail(error);
    }
  });
}

/** A command may end without reading what it was given. */
function write(stream: Writable | null, data: Uint8Array | string): void {
  stream?.on('error', (error) => {
    if (!['EPIPE', 'ECONNRESET'].includes(errnoOf(error) ?? '')) throw error;
  });
  stream?.end(data);
}

interface By {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Resolves when the command ended and its pipes are closed: by themselves, or after a short grace. */
function followed(child: ChildProcess, output: Output, live: Live | undefined): Promise<By> {
  const take = (stream: 'out' | 'err') => (chunk: Buffer) => {
    const text = output.add(stream, chunk);
    live?.add(text);
  };
  child.stdout?.on('data', take('out'));
  child.stderr?.on('data', take('err'));
  return new Promise((resolve) => {
    let late: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      late = setTimeout(() => afterReading(() => child.stdio.forEach((stream) => void stream?.destroy())), PIPE_GRACE_MS);
    });
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal });
    });
  });
}

/** When this process was busy for long, what was printed meanwhile still waits in the pipes: it is read before the work is done. */
const afterReading = (work: () => void): void => void setImmediate(() => setImmediate(work));

interface Ender {
  /** KILL to everything that belongs to the command. */
  now(): void;
  /** TERM, then KILL after a grace. */
  gently(): void;
  /** What outlived the command. A namespace needs none of it: its end is the end of all in it. */
  rest(): void;
}

function enderOf(child: ChildProcess, group: ProcessGroup, kind: Sandbox['kind']): Ender {
  let timer: NodeJS.Timeout | undefined;
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const now = (): void => {
    clearTimeout(timer);
    if (!isOver()) signalAll(group, 'SIGKILL');
  };
  return {
    now,
    gently() {
      if (timer || isOver()) return;
      timer = setTimeout(now, GRACE_MS);
      if (kind === 'bwrap') termInside(group.pgid);
      else signalAll(group, 'SIGTERM');
    },
    rest() {
      clearTimeout(timer);
      if (kind !== 'bwrap') killLeft(group);
    },
  };
}

/** A namespace reports a signal as 128 + its number, like a shell. */
function throughNamespace(by: By): By {
  const found = Object.entries(constants.signals).find(([, number]) => number + 128 === by.code);
  return found ? { code: null, signal: found[0] } : by;
}
