import { type BusEvent, isDurable } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { ShellKernel } from '../ports.ts';
import type { Beginning } from '../shell-options.ts';
import { withSession } from '../store/set.ts';
import type { Context } from './context.ts';
import { say } from './conversation.ts';
import { wordOf } from './notify.ts';
import { livingIn } from './processes.ts';
import { resume } from './sessions.ts';
import { askForModel } from './setup.ts';

/** What the shell begins with: a model if there is none, what was left at work, a conversation to go on with, the first word. */
export async function begin(context: Context, { session, first, notices = [] }: Beginning): Promise<void> {
  for (const one of notices) context.warn(one);
  await context.attempt(async () => context.store.apply({ ui: 'edit', action: { do: 'history', lines: await context.ports.memory.history() } }));
  // Who joins a conversation that goes on needs no model of their own.
  if (session === 'living' && (await joined(context))) return firstWord(context, first);
  await context.attempt(() => askForModel(context));
  await context.kernel();
  await context.attempt(() => takeOver(context));
  if (session !== undefined && session !== 'living') await context.attempt(() => goOnWith(context, session));
  await firstWord(context, first);
}

async function firstWord(context: Context, first: string | undefined): Promise<void> {
  if (first !== undefined && first.trim() !== '') await context.inTurn(() => say(context, first));
}

/** The newest conversation that lives in the kernel, whoever began it; false: there is none. */
async function joined(context: Context): Promise<boolean> {
  const kernel = await context.kernel();
  const living = new Set((await kernel.ps()).filter((one) => one.state.is !== 'exited').map(({ run }) => run));
  const run = (await kernel.runs()).findLast((one) => one.kind === 'chat' && living.has(one.run))?.run;
  if (run === undefined) return false;
  await context.attempt(() => resume(context, run));
  return true;
}

/** The store follows the kernel, and whoever looks elsewhere is told what is worth it. */
export async function follow({ feed, ports, store }: Context, kernel: ShellKernel): Promise<() => void> {
  const tell = (event: BusEvent): void => {
    if (!isDurable(event)) return;
    const word = wordOf(event, store.state());
    if (word !== undefined) ports.notify(word);
  };
  const leave = kernel.subscribe(tell);
  const unfollow = await feed.follow(kernel);
  return () => {
    leave();
    unfollow();
  };
}

/** The kernel of another process has ended: the next one goes on with the conversation. */
export async function reopen(context: Context): Promise<void> {
  context.warn('the kernel this shell was attached to has ended', 'another one is opened');
  const kernel = await context.kernel();
  const { session } = context.store.state();
  if (session === undefined) return;
  await context.feed.open(kernel, session);
  if ((await livingIn(kernel, session)).length > 0) return;
  await kernel.resume(session, await context.ports.requests.resume(session));
  context.info('the conversation goes on');
}

/** Runs that the shell before was left with at work. One that cannot go on is told, and holds up no other. */
async function takeOver(context: Context): Promise<void> {
  const kept = await context.ports.memory.takeKept();
  const going: RunId[] = [];
  const kernel = await context.kernel();
  for (const run of kept)
    await context.attempt(async () => {
      if ((await livingIn(kernel, run)).length === 0) await kernel.resume(run, await context.ports.requests.resume(run));
      await context.feed.open(kernel, run);
      going.push(run);
    });
  if (going.length === 0) return;
  const front = going.findLast((run) => context.store.state().runs.get(run)?.kind === 'chat');
  if (front !== undefined) context.store.set((state) => withSession(state, front));
  context.info(going.length === 1 ? 'what was left at work goes on' : `${going.length} runs that were left at work go on`);
}

async function goOnWith(context: Context, session: RunId | 'last'): Promise<void> {
  const run = session === 'last' ? await newestHere(context) : session;
  if (run === undefined) return context.info('there is no conversation in this folder to go on with', 'say something to begin one');
  await resume(context, run);
}

/** The newest conversation of the folder. */
async function newestHere({ kernel, ports }: Context): Promise<RunId | undefined> {
  const runs = await (await kernel()).runs();
  return runs.findLast((one) => one.kind === 'chat' && one.cwd === ports.cwd)?.run;
}
