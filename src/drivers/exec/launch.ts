import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { ExecOutcome, ExecRequest, HostChild } from '../../kernel/host.ts';
import type { RedactingStream, Redactor } from '../../kernel/text/redact.ts';
import { enderOf } from './ender.ts';
import { groupOf, newMark } from './group.ts';
import { createLive, type Live } from './live.ts';
import { createOutput, type Output } from './output.ts';
import type { Pipe, Pipes } from './pipes.ts';
import { refusalIn } from './refusal.ts';
import type { Sandbox } from './sandbox.ts';
import { release, startHeld } from './start.ts';

export interface LaunchDeps {
  readonly blobs: string;
  readonly sandbox: Sandbox;
  readonly pipes: Pipes;
  /** Descriptors that a command would inherit. */
  readonly open: readonly number[];
  readonly redactor: Redactor | undefined;
}

/** A grandchild that keeps the pipe open after the command ended may go on writing for this long, milliseconds. */
const PIPE_GRACE_MS = 200;
/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Starts a command held back, tells its group, lets it go, and follows it to its end. */
export async function launch(deps: LaunchDeps, request: ExecRequest, signal: AbortSignal): Promise<HostChild> {
  const began = performance.now();
  const held = deps.sandbox.hold(request.argv, request.sandbox, request.cwd);
  const pipe = await deps.pipes.take();
  const mark = newMark();
  const child = await startHeld(held, request, { pipe, input: deps.pipes.input(request.stdin), nothing: deps.pipes.input(undefined), open: deps.open, mark });
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
  release(held, child);
  const stop = (): void => {
    state.cancelled = true;
    end.gently();
  };
  return { group, done, drain: output.drain, stop };
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

/** A namespace reports a signal as 128 + its number, like a shell. */
function throughNamespace(by: By): By {
  const found = Object.entries(constants.signals).find(([, number]) => number + 128 === by.code);
  return found ? { code: null, signal: found[0] } : by;
}
