import { resolve } from 'node:path';
import type { AbsPath } from '../../kernel/ids.ts';
import type { Memory, Requests, ShellPorts } from '../../tui/ports.ts';
import { exported } from '../../tui/store/export.ts';
import { keepHeapOfShellSmall } from '../boot/heap.ts';
import type { Args } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import { VERSION } from '../version.ts';
import type { Look } from './look.ts';
import { createNotify } from './notify.ts';

export interface PortsOptions {
  readonly args: Args<Record<string, unknown>>;
  readonly cwd: AbsPath;
  readonly look: Pick<Look, 'notify'>;
}

/** All the shell asks of the world. Each part is loaded when it is first asked for: the screen is painted before. */
export function createShellPorts({ args, cwd, look }: PortsOptions): ShellPorts {
  const home = homePath(args.home);
  let chosen: string | undefined;
  const listeners = new Set<(line: string) => void>();
  const say = (line: string): void => {
    for (const listener of listeners) listener(line);
  };
  const loaded = lazy(async () => (await import('./requests.ts')).createRequests({ ...args, projectDir: cwd }, say));
  const requests = async (): Promise<Requests> => {
    const made = await loaded();
    if (chosen !== undefined) made.use(chosen);
    return made;
  };
  const files = lazy(async () => (await import('./files.ts')).createFiles(cwd));
  const memory = lazy(() => memoryOf(home));
  const named = async (): Promise<string> =>
    (await import('./chat-request.ts')).modelNamed({ args: { ...args, projectDir: cwd }, io: { interactive: true, say: () => undefined } });
  const setup = lazy(async () => (await import('./setup.ts')).createSetup({ home, named, env: process.env }));
  const outside = lazy(() => import('./outside.ts'));
  const terminal = lent();
  return {
    cwd,
    version: VERSION,
    async kernel() {
      keepHeapOfShellSmall();
      return (await import('./kernel.ts')).openShellKernel(home);
    },
    requests: {
      chat: async (first, from) => (await requests()).chat(first, from),
      use(model) {
        chosen = model;
      },
      interview: async (idea) => (await requests()).interview(idea),
      run: async (seed, path) => (await requests()).run(seed, path === undefined ? undefined : resolve(cwd, path)),
      evolve: async (run, edited) => (await requests()).evolve(run, edited),
      resume: async (run, change) => (await requests()).resume(run, change),
      seed: async (run) => (await requests()).seed(run),
    },
    files: {
      find: async (query, most) => (await files()).find(query, most),
      read: async (path) => (await files()).read(path),
      write: async (path, content, replace) => (await files()).write(path, content, replace),
    },
    memory: {
      history: async () => (await memory()).history(),
      remember: async (line) => (await memory()).remember(line),
      takeKept: async () => (await memory()).takeKept(),
      goOn: async (runs) => (await memory()).goOn(runs),
      keep: async (runs) => (await memory()).keep(runs),
      seed: async (run) => (await memory()).seed(run),
      keepSeed: async (run, yaml) => (await memory()).keepSeed(run, yaml),
    },
    setup: {
      model: async () => (await setup()).model(),
      check: async (choice) => (await setup()).check(choice),
      store: async (choice) => (await setup()).store(choice),
    },
    async models() {
      const [{ knownModels }, { readConfig }] = await Promise.all([import('../models.ts'), import('../config.ts')]);
      const known = knownModels(readConfig(home)).filter((one) => one.usable);
      return known.map((one) => one.id);
    },
    verify: async () => (await import('./verify.ts')).verifyLog(home),
    edit: (content, suffix) => terminal.away(async () => (await outside()).editOutside(content, suffix)),
    page: (content) => terminal.away(async () => (await outside()).pageOutside(content)),
    notify: createNotify(look.notify, (bytes) => {
      if (!terminal.isAway()) process.stdout.write(bytes);
    }),
    export: exported,
    onSaid: (listener) => void listeners.add(listener),
    now: Date.now,
  };
}

async function memoryOf(home: AbsPath): Promise<Memory> {
  const [{ createMemory }, { knownSecrets }] = await Promise.all([import('./memory.ts'), import('../secrets.ts')]);
  // Read for each line: a key may have been entered since.
  return createMemory(home, (line) => knownSecrets(home).text(line));
}

/** Whether another program has the terminal: nothing is written into its picture then. */
function lent(): { isAway(): boolean; away<T>(act: () => Promise<T>): Promise<T> } {
  let given = 0;
  return {
    isAway: () => given > 0,
    async away(act) {
      given += 1;
      try {
        return await act();
      } finally {
        given -= 1;
      }
    },
  };
}

/** Loaded once, when it is first wanted. */
function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
