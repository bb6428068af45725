import type { Intent } from '../intent.ts';
import type { ShellKernel } from '../ports.ts';
import type { Beginning } from '../shell-options.ts';
import { withStopping } from '../store/set.ts';
import { createConnection } from './connection.ts';
import { type Context, createContext } from './context.ts';
import { command, compact, say, switchModel } from './conversation.ts';
import type { ControlDeps } from './deps.ts';
import { exit } from './leaving.ts';
import { complete, editPrompt, models, page, verify } from './outside.ts';
import { USER } from './processes.ts';
import { reject, undo } from './restore.ts';
import { editSeed, saveSeed } from './seeds.ts';
import { exportSession, forkSession, newSession, resume, search } from './sessions.ts';
import { orAskForModel, setup } from './setup.ts';
import { begin, follow, reopen } from './start.ts';
import { evolve, interview, run } from './work.ts';

/** Carries out what a person asks for. Nothing is ever thrown out of it: what goes wrong becomes a notice. */
export interface Control {
  /** Opens the kernel, once the screen is painted; goes on with what was left, and with what the command line says. */
  start(beginning?: Beginning): Promise<void>;
  run(intent: Intent): Promise<void>;
  /** Leaves the kernel: one of its own ends its runs as interrupted, and waits for those of other terminals. */
  close(): Promise<void>;
}

export function createControl(deps: ControlDeps): Control {
  const connection = createConnection({
    ports: deps.ports,
    store: deps.store,
    follow: (kernel) => follow(context, kernel),
    lost: () => void context.inTurn(() => reopen(context)),
  });
  const context: Context = createContext(deps, connection.kernel);
  deps.ports.onSaid((line) => context.info(line));
  const at: At = { context, opened: connection.now, renew: connection.renew };
  return {
    start: (beginning = {}) => context.attempt(() => begin(context, beginning)),
    run: (intent) => (NOW.has(intent.do) ? context.attempt(() => carryOut(at, intent)) : context.inTurn(() => carryOut(at, intent))),
    close: () => context.attempt(connection.close),
  };
}

interface At {
  readonly context: Context;
  opened(): ShellKernel | undefined;
  renew(): Promise<void>;
}

/** What waits for nothing that is being done: a word that interrupts may not stand behind what it interrupts. */
const NOW: ReadonlySet<Intent['do']> = new Set([
  'interrupt',
  'signal',
  'nice',
  'answer',
  'exit',
  'verify',
  'search-sessions',
  'models',
  'setup',
  'page',
  'edit-prompt',
  'complete',
  'remember',
]);

type Acts = { readonly [D in Intent['do']]: (at: At, intent: Extract<Intent, { do: D }>) => Promise<void> };

const carryOut = (at: At, intent: Intent): Promise<void> => (ACTS[intent.do] as (at: At, intent: Intent) => Promise<void>)(at, intent);

const ACTS: Acts = {
  say: ({ context }, { text }) => orAskForModel(context, text, () => say(context, text)),
  command: ({ context }, { line }) => command(context, line),
  async interrupt({ context }, { pid }) {
    context.store.set((state) => withStopping(state, pid));
    await (await context.kernel()).signal(pid, 'INT', USER);
  },
  signal: async ({ context }, { pid, signal }) => (await context.kernel()).signal(pid, signal, USER),
  nice: async ({ context }, { pid, nice }) => (await context.kernel()).nice(pid, nice, USER),
  send: async ({ context }, { pid, text }) => (await context.kernel()).send(pid, text, USER),
  async answer({ context }, { ask, reply }) {
    const kernel = await context.kernel();
    await kernel.answer(ask, reply, 'user at the terminal', kernel.own ? 'terminal' : 'socket');
  },
  interview: ({ context }, { idea }) => interview(context, idea),
  run: ({ context }, { from }) => run(context, from),
  evolve: ({ context }, intent) => evolve(context, intent.run),
  'edit-seed': ({ context }, intent) => editSeed(context, intent.run),
  'save-seed': ({ context }, intent) => saveSeed(context, intent),
  undo: ({ context }, intent) => undo(context, intent),
  reject: ({ context }, intent) => reject(context, intent),
  'new-session': ({ context }) => newSession(context),
  resume: ({ context }, intent) => resume(context, intent.run),
  'fork-session': ({ context }, intent) => forkSession(context, intent.run),
  export: ({ context }, intent) => exportSession(context, intent),
  'search-sessions': ({ context }, { text }) => search(context, text),
  model: ({ context }, { id }) => switchModel(context, id),
  models: ({ context }) => models(context),
  compact: ({ context }, { keep }) => compact(context, keep),
  verify: ({ context }) => verify(context),
  page: ({ context }, intent) => page(context, intent),
  'edit-prompt': ({ context }) => editPrompt(context),
  complete: ({ context }, { query }) => complete(context, query),
  remember: ({ context }, { line }) => context.ports.memory.remember(line),
  setup: ({ context, renew }, { choice }) => setup(context, choice, renew),
  exit: ({ context, opened }, { agents }) => exit(context, agents, opened()),
};
