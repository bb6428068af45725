import type { KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { ShellKernel } from '../ports.ts';
import { withSession } from '../store/set.ts';
import type { Context } from './context.ts';
import { endProcess, livingIn, rootOf, runsAtWork } from './processes.ts';
import { recallSeed } from './seeds.ts';

/** The next word begins a conversation. The one before can be gone on with; while it works, it goes on working. */
export async function newSession(context: Context): Promise<void> {
  await leaveSession(context, await context.kernel());
  context.fork.from = undefined;
  context.store.set((state) => withSession(state, undefined));
  context.store.apply({ ui: 'focus', pane: 'prompt' });
}

/** Goes on with a run. A conversation comes to the front; one of another kind is shown in its pane. */
export async function resume(context: Context, run: RunId): Promise<void> {
  const { ports, store } = context;
  const kernel = await context.kernel();
  const kind = store.state().runs.get(run)?.kind ?? store.state().sessions.find((one) => one.run === run)?.kind;
  if (kind === 'prompt') return forkSession(context, run);
  const isFront = kind === 'chat';
  if (kind === 'interview') await recallSeed(context, run);
  if (isFront && store.state().session !== run) await leaveSession(context, kernel);
  if ((await livingIn(kernel, run)).length === 0) await kernel.resume(run, await ports.requests.resume(run));
  await context.feed.open(kernel, run);
  if (isFront) store.set((state) => withSession(state, run));
  store.apply({ ui: 'focus', pane: isFront ? 'prompt' : kind === 'interview' ? 'interview' : 'seed' });
}

/** The next word begins a conversation that knows what was said in this one. */
export async function forkSession(context: Context, run: RunId): Promise<void> {
  await newSession(context);
  context.fork.from = run;
  const title = context.store.state().runs.get(run)?.title ?? context.store.state().sessions.find((one) => one.run === run)?.title ?? run;
  context.info(`a new conversation, that begins with what was said in: ${title}`, 'say what is next');
}

export interface Exporting {
  readonly run: RunId;
  readonly file: string;
  readonly form: 'markdown' | 'jsonl';
}

/** A conversation as a file of the workspace. */
export async function exportSession(context: Context, { run, file, form }: Exporting): Promise<void> {
  const kernel = await context.kernel();
  const events: KernelEvent[] = [];
  for await (const event of kernel.read({ run })) events.push(event);
  await context.ports.files.write(file, context.ports.export(events, form), false);
  context.info(`wrote ${file}`);
}

export const search = async ({ feed, kernel }: Context, text: string): Promise<void> => feed.search(await kernel(), text);

/** A conversation that waits for a word keeps nobody: it ends, to be gone on with later. In the kernel of another process it is left alone: others may be in it. */
export async function leaveSession({ store }: Context, kernel: ShellKernel): Promise<void> {
  const { session } = store.state();
  if (session === undefined || !kernel.own || !kernel.mine.has(session)) return;
  const living = await livingIn(kernel, session);
  const root = rootOf(living);
  if (root && runsAtWork(living).length === 0) await endProcess(kernel, root.pid, 'TERM');
}
