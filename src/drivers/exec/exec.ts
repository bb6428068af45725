import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Writable } from 'node:stream';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { ExecOutcome, ExecRequest, HostChild, HostExec } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { groupOf, isSameGroup, membersOf, signalGroup } from './group.ts';
import { createOutput, type Output } from './output.ts';
import { findSandbox, type Sandbox } from './sandbox.ts';

export interface ExecOptions {
  /** Where outputs too long for memory are kept. */
  readonly blobs: string;
  readonly sandbox?: Sandbox;
}

/** Between TERM and KILL, milliseconds. */
const GRACE_MS = 2000;
/** A grandchild that keeps the pipe open after the command ended gets this long, milliseconds. */
const PIPE_GRACE_MS = 200;

/** Runs commands in a process group of their own, held back until their start is in the log, under the machine's sandbox. */
export function createHostExec(options: ExecOptions): HostExec {
  let found: Sandbox | undefined = options.sandbox;
  const sandbox = (): Sandbox => {
    found ??= findSandbox();
    return found;
  };
  return {
    get sandbox() {
      const { kind, detail } = sandbox();
      return { kind, detail };
    },
    async start(request, signal) {
      const program = request.argv[0] ?? '';
      if (!locate(program, request.env.PATH ?? '', request.cwd))
        throw new OxiosError('INTERPRETER_MISSING', `${program} is not installed`, { hint: `install ${program}, or use another program` });
      return launch(request, sandbox().wrap(request.argv, request.sandbox, request.cwd), { signal, blobs: options.blobs, kind: sandbox().kind });
    },
    async reap(group) {
      if (!isSameGroup(group)) return false;
      const members = membersOf(group.pgid);
      signalGroup(group.pgid, 'SIGKILL');
      for (const pid of members) kill(pid);
      return true;
    },
    which: async (program) => locate(program, process.env.PATH ?? '', '/'),
  };
}

interface Launch {
  readonly signal: AbortSignal;
  readonly blobs: string;
  readonly kind: string;
}

async function launch(request: ExecRequest, argv: readonly string[], { signal, blobs, kind }: Launch): Promise<HostChild> {
  const began = performance.now();
  const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: request.cwd, env: request.env, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  await spawned(child);
  const pgid = child.pid ?? 0;
  const group = groupOf(pgid);
  const output = createOutput(request.cap_bytes, blobs);
  const state = { timed_out: false, cancelled: false };
  const end = killer(pgid);
  const done = finished(child, request, output).then(({ code, signal: by }): ExecOutcome => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    end.all();
    const said = output.end();
    return { code, signal: by, ...state, ...said, ms: Math.round(performance.now() - began), ...denied(kind, said.output, code) };
  });
  const abort = () => {
    state.cancelled = true;
    end.all();
  };
  const timer = setTimeout(
    () => {
      state.timed_out = true;
      end.gently();
    },
    Math.min(request.timeout_ms, 2 ** 31 - 1),
  );
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  feed(child, request.stdin);
  try {
    await request.onSpawn(group);
  } catch (error) {
    end.all();
    await done;
    throw error;
  }
  go(child);
  const stop = () => {
    state.cancelled = true;
    end.gently();
  };
  return { group, done, drain: output.drain, stop };
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new OxiosError('IO', `the command could not be started: ${messageOf(error)}`, { hint: 'check the limits of processes and files', cause: error })),
    );
  });
}

/** Lets the held command run. */
function go(child: ChildProcess): void {
  const hold = child.stdio[3] as Writable | null;
  hold?.on('error', ignoreEpipe);
  hold?.end('\n');
}

function feed(child: ChildProcess, stdin: Uint8Array | undefined): void {
  child.stdin?.on('error', ignoreEpipe);
  child.stdin?.end(stdin ?? '');
}

/** A command may end without reading what it was given. */
function ignoreEpipe(error: Error): void {
  if (errnoOf(error) !== 'EPIPE' && errnoOf(error) !== 'ECONNRESET') throw error;
}

/** Resolves when the command ended and its pipes are closed, or closed by force after a short grace. */
function finished(child: ChildProcess, request: ExecRequest, output: Output): Promise<{ code: number | null; signal: string | null }> {
  const take = (stream: 'out' | 'err') => (chunk: Buffer) => {
    const text = output.add(stream, chunk);
    if (text !== '') request.onOutput?.(text);
  };
  child.stdout?.on('data', take('out'));
  child.stderr?.on('data', take('err'));
  return new Promise((resolve) => {
    let late: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      late = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, PIPE_GRACE_MS);
    });
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal });
    });
  });
}

interface Killer {
  /** KILL, now, to everything that belongs to the command. */
  all(): void;
  /** TERM, then KILL after a grace. */
  gently(): void;
}

function killer(pgid: number): Killer {
  let timer: NodeJS.Timeout | undefined;
  const all = () => {
    clearTimeout(timer);
    if (pgid === 0) return;
    const members = membersOf(pgid);
    signalGroup(pgid, 'SIGKILL');
    for (const pid of members) kill(pid);
  };
  return {
    all,
    gently() {
      if (pgid === 0 || timer) return;
      signalGroup(pgid, 'SIGTERM');
      timer = setTimeout(all, GRACE_MS);
      timer.unref();
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

/** What a refusal by the sandbox looks like from inside. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/Read-only file system/u, 'the sandbox lets commands write only in the workspace and /tmp'],
  [
    /Network is unreachable|Could not resolve host|Temporary failure in name resolution|getaddrinfo (EAI_AGAIN|ENOTFOUND)|ENETUNREACH/u,
    'the sandbox gives commands no network without a grant',
  ],
];

function denied(kind: string, output: string, code: number | null): { sandbox_denied?: string } {
  if (kind === 'none' || code === 0) return {};
  const found = REFUSALS.find(([pattern]) => pattern.test(output));
  return found ? { sandbox_denied: found[1] } : {};
}

function locate(program: string, path: string, cwd: string): AbsPath | undefined {
  const candidates = program.includes('/') ? [isAbsolute(program) ? program : join(cwd, program)] : path.split(':').map((folder) => join(folder, program));
  return candidates.find(isProgram) as AbsPath | undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
