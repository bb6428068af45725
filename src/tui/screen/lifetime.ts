import { type End, type Ending, exitCodeOf, type Host } from './host.ts';

/** What has to be undone, whatever happens. */
export interface LifetimeDeps {
  readonly host: Host;
  readonly stdout: Pick<NodeJS.WriteStream, 'write' | 'on' | 'off'>;
  /** Takes the terminal: raw mode, modes of input, the picture. */
  enter(): void;
  /** Gives it back as it was. Called at most once for each `enter`, also while the process exits: nothing in it may wait. */
  leave(): void;
}

/** Holds the terminal from `open` to the end, and between them gives it away for a while. */
export interface Lifetime {
  open(): void;
  /** Resolves when the terminal was given back for good. */
  readonly ended: Promise<End>;
  end(why: End): void;
  /** Signals are as they were before. Until then one that comes while the shell is being left ends nothing half: the kernel is closed first. */
  release(): void;
  isOpen(): boolean;
  /** Without the terminal while this runs; it is taken back whatever becomes of it. */
  away<T>(act: () => Promise<T>): Promise<T>;
  /** Stops the whole job, as Ctrl-Z does, until the shell it was started from continues it. */
  suspend(): void;
}

const ENDINGS: readonly Ending[] = ['SIGTERM', 'SIGHUP', 'SIGINT'];
/** All processes of the terminal's foreground job: what started us is stopped too. */
const JOB = 0;
/** Milliseconds after which a job that is stopped at all is stopped. */
const STOPPED_MS = 200;

export function createLifetime(deps: LifetimeDeps): Lifetime {
  const { host, stdout } = deps;
  const { promise: ended, resolve } = Promise.withResolvers<End>();
  const outs: (() => void)[] = [];
  let release = (): void => undefined;
  let heard = 0;
  let state: 'new' | 'open' | 'away' | 'ended' = 'new';

  const hear = (on: Pick<Host, 'on' | 'off'>, event: string, listener: (...args: readonly never[]) => void): void => {
    on.on(event, listener);
    outs.push(() => on.off(event, listener));
  };
  const end = (why: End): void => {
    if (state === 'ended') return;
    const was = state;
    state = 'ended';
    if (was === 'open') deps.leave();
    for (const out of outs) out();
    resolve(why);
  };
  const onSignal = (signal: Ending): void => {
    // Ctrl-C in an editor or a pager is for that: the terminal sends it to the whole job.
    if (signal === 'SIGINT' && state === 'away') return;
    const isOver = state === 'ended';
    // A window that is closed says so more than once.
    if (isOver && signal === 'SIGHUP') return;
    heard += 1;
    if (!isOver) end({ is: 'signal', signal });
    // Whoever says it twice does not want to wait.
    else if (heard > 1) host.exit(exitCodeOf({ is: 'signal', signal }));
  };
  const take = (): void => {
    if (state !== 'away') return;
    state = 'open';
    deps.enter();
  };
  const give = (): boolean => {
    if (state !== 'open') return false;
    state = 'away';
    deps.leave();
    return true;
  };
  return {
    ended,
    end,
    release: () => release(),
    isOpen: () => state === 'open',
    open() {
      release = hearEndings(host, onSignal);
      hear(host, 'exit', () => end({ is: 'left' }));
      for (const fault of ['uncaughtException', 'unhandledRejection']) hear(host, fault, (error: unknown) => end({ is: 'fault', error }));
      // EPIPE, EIO: the other end of the terminal was closed. It stays heard: what is written while leaving fails too.
      stdout.on('error', () => end({ is: 'gone' }));
      state = 'open';
      deps.enter();
    },
    async away(act) {
      const isMine = give();
      try {
        return await act();
      } finally {
        if (isMine) take();
      }
    },
    suspend() {
      if (!give()) return;
      let awake: NodeJS.Timeout | undefined;
      const go = (): void => {
        host.off('SIGCONT', go);
        clearTimeout(awake);
        take();
      };
      host.on('SIGCONT', go);
      host.kill(JOB, 'SIGTSTP');
      // Where nobody could continue the job, the system does not stop it: whoever still runs then has the terminal again.
      awake = setTimeout(go, STOPPED_MS);
    },
  };
}

/** Returns the way out. */
function hearEndings(host: Pick<Host, 'on' | 'off'>, heard: (signal: Ending) => void): () => void {
  const listeners = ENDINGS.map((signal) => [signal, () => heard(signal)] as const);
  for (const [signal, listener] of listeners) host.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) host.off(signal, listener);
  };
}
