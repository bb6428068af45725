import { OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { ProcView } from '../../kernel/kernel-types.ts';
import type { ShellKernel } from '../ports.ts';
import { withModel, withSession } from '../store/set.ts';
import type { Context } from './context.ts';
import { assistantOf, hasLost, livingIn, pauseRun, rootOf, USER } from './processes.ts';

/** What is said goes to the assistant of the conversation in front; without one it begins with it. */
export async function say(context: Context, text: string): Promise<void> {
  const kernel = await context.kernel();
  const run = context.store.state().session;
  if (run === undefined) return void (await begin(context, kernel, text));
  const assistant = assistantOf(await awake(context, kernel, run));
  if (!assistant) throw gone(run);
  await kernel.send(assistant.pid, text, USER);
}

/** A command line goes to the root of the conversation, which runs it through the gate and tells the assistant what came of it. */
export async function command(context: Context, line: string): Promise<void> {
  const kernel = await context.kernel();
  const run = context.store.state().session ?? (await begin(context, kernel, ''));
  const root = rootOf(await awake(context, kernel, run));
  if (!root) throw gone(run);
  await kernel.send(root.pid, line, USER, 'command');
}

/** A summary takes the place of what was said; `keep` is what it must not lose. */
export async function compact(context: Context, keep: string): Promise<void> {
  const run = context.store.state().session;
  if (run === undefined) return context.info('there is nothing to summarize yet', 'say something first');
  const kernel = await context.kernel();
  const assistant = assistantOf(await awake(context, kernel, run));
  if (!assistant) throw gone(run);
  await kernel.send(assistant.pid, keep, USER, 'compaction');
}

/** Another model from here on: for what begins, and for the conversation, which pauses for it. */
export async function switchModel(context: Context, id: string): Promise<void> {
  const { ports, store } = context;
  const run = store.state().session;
  if (run !== undefined) {
    const kernel = await context.kernel();
    // Asked for before anything is paused: a model that cannot be had changes nothing.
    const options = await ports.requests.resume(run, { model: id });
    await pauseRun(kernel, run);
    await goOn(context, kernel, run, options);
  }
  ports.requests.use(id);
  store.set((state) => withModel(state, id, state.sandbox));
  context.info(`the model is ${id} from here on`);
}

/** Does something that needs nobody at work, and goes on with the run if it was going. */
export async function paused(context: Context, run: RunId, act: (kernel: ShellKernel) => Promise<void>): Promise<void> {
  const kernel = await context.kernel();
  const wasGoing = await pauseRun(kernel, run);
  try {
    await act(kernel);
  } finally {
    if (wasGoing) await kernel.resume(run, await context.ports.requests.resume(run));
  }
}

async function begin(context: Context, kernel: ShellKernel, text: string): Promise<RunId> {
  const { ports, store, fork } = context;
  const request = await ports.requests.chat(text, fork.from);
  const { run } = await kernel.start(request);
  fork.from = undefined;
  store.set((state) => withSession(state, run));
  return run;
}

/** The processes of a conversation; one that nobody works on goes on. */
async function awake(context: Context, kernel: ShellKernel, run: RunId): Promise<readonly ProcView[]> {
  const living = await livingIn(kernel, run);
  if (assistantOf(living)) return living;
  const root = rootOf(living);
  // What it still waits for, such as an answer to a command, brings nobody back.
  if (root && (await hasLost(kernel, root))) throw gone(run);
  if (root) return untilThere(kernel, run);
  await kernel.resume(run, await context.ports.requests.resume(run));
  return untilThere(kernel, run);
}

/** The assistant is forked right after its conversation began: the log tells when. */
async function untilThere(kernel: ShellKernel, run: RunId): Promise<readonly ProcView[]> {
  const changed = Promise.withResolvers<void>();
  const leave = kernel.subscribe((event) => {
    if (event.run === run && (event.type === 'process.forked' || event.type === 'process.moved' || event.type === 'run.result')) changed.resolve();
  });
  try {
    const living = await livingIn(kernel, run);
    if (assistantOf(living) || !rootOf(living)) return living;
    await changed.promise;
    return await livingIn(kernel, run);
  } finally {
    leave();
  }
}

async function goOn(context: Context, kernel: ShellKernel, run: RunId, options: Awaited<ReturnType<Context['ports']['requests']['resume']>>): Promise<void> {
  try {
    await kernel.resume(run, options);
  } catch (error) {
    // Back to how it was, so that what was said is not out of reach; why is told.
    await kernel.resume(run, await context.ports.requests.resume(run));
    throw error;
  }
}

const gone = (run: RunId): OxiosError =>
  new OxiosError('NOT_FOUND', `the conversation ${run} has ended`, { hint: 'begin a new one with /new, or go on with another with /resume' });
