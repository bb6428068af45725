import type { RemoteKernel } from '../../gateway/client.ts';
import { type ErrorCode, EXIT } from '../../kernel/error-codes.ts';
import { exitOf, OxiosError } from '../../kernel/errors.ts';
import type { BusEvent, Exit } from '../../kernel/events.ts';
import type { AbsPath, Pid, RunId } from '../../kernel/ids.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import { type Booted, reading } from '../boot.ts';
import { type Begun, type Course, createCourse, type Result } from './course.ts';
import type { EndSignal, Interrupt } from './signals.ts';

export interface Session {
  readonly booted: Booted;
  readonly home: AbsPath;
  readonly interrupt: Interrupt;
  /** The first `seq` that is new: a run that goes on has earlier ones. */
  readonly from: number;
  /** Starts or resumes the run; its events are delivered from the first. */
  begin(kernel: Kernel): Promise<Begun>;
  onEvent(event: BusEvent, kernel: Kernel): void;
}

export interface Ended {
  readonly run: RunId;
  readonly exit: Exit;
  /** Undefined when the log could not take the end of the run, or the kernel that had it is gone. */
  readonly result: Result | undefined;
  readonly code: number;
}

/** After SIGTERM a running tool may finish for this long, milliseconds; CI systems kill after 10 s. */
const TERM_GRACE_MS = 2000;

/** One run from begin to end, in this process or in the kernel that owns the home. Ctrl-C ends only this run. */
export async function runSession(session: Session): Promise<Ended> {
  const { booted, home } = session;
  const { kernel } = booted;
  const course = createCourse((event) => session.onEvent(event, kernel), session.from);
  const leave = booted.local ? kernel.subscribe(course.take) : () => undefined;
  session.interrupt.hold();
  try {
    const begun = await session.begin(kernel);
    course.begin(begun);
    session.interrupt.arm(begun.run, (signal) => void end(kernel, begun.pid, signal));
    const exit = booted.remote ? await followed(booted.remote, home, begun, course) : await kernel.wait(begun.pid);
    return { run: begun.run, exit, result: course.result, code: codeOf(course.result, exit) };
  } finally {
    leave();
  }
}

async function end(kernel: Kernel, pid: Pid, signal: EndSignal): Promise<void> {
  try {
    if (signal === 'SIGINT') return await kernel.signal(pid, 'KILL', 'user');
    setTimeout(() => void end(kernel, pid, 'SIGINT'), TERM_GRACE_MS).unref();
    await kernel.signal(pid, 'TERM', 'user');
  } catch (error) {
    // It has ended by itself, or its kernel has: whoever waits for it is told.
    if (!(error instanceof OxiosError)) throw error;
  }
}

/** A run in another process: its stream, and, should that break, what the log on the disk has of it. */
async function followed(kernel: RemoteKernel, home: AbsPath, { run, pid }: Begun, course: Course): Promise<Exit> {
  const stop = new AbortController();
  const read = async (follow: boolean) => {
    for await (const event of kernel.events({ run, from: course.next, follow }, stop.signal)) {
      course.take(event);
      if (event.type === 'run.result') return;
    }
  };
  try {
    const waited = kernel.wait(pid).then(async (exit) => {
      await read(false);
      return exit;
    });
    return await Promise.race([waited, read(true).then(() => course.exit ?? waited)]);
  } catch (error) {
    if (!(error instanceof OxiosError && error.code === 'KERNEL_GONE')) throw error;
    await fromDisk(home, run, course);
    const lost: Exit = { how: 'failed', code: error.code, message: error.detail, ...(error.hint ? { hint: error.hint } : {}) };
    return course.result ? (course.exit ?? lost) : lost;
  } finally {
    stop.abort();
  }
}

async function fromDisk(home: AbsPath, run: RunId, course: Course): Promise<void> {
  const store = reading(home);
  for await (const event of store.read({ run, from: course.next })) course.take(event);
  store.close();
}

function codeOf(result: Result | undefined, exit: Exit): number {
  if (result) return result.exit_code;
  if (exit.how === 'failed') return exitOf(exit.code as ErrorCode);
  if (exit.how === 'done') return EXIT.internal;
  return exit.signal === 'TERM' ? EXIT.terminated : EXIT.interrupted;
}
