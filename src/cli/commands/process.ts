import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Exit } from '../../kernel/events.ts';
import type { AbsPath, Pid } from '../../kernel/ids.ts';
import type { MessageKind, Signal } from '../../kernel/kernel-types.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import { ifLogged, running } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { type Args, type Command, numeric, PID, pidIn, text } from './shared.ts';

type Running = Awaited<ReturnType<typeof running>>;

type Act = (kernel: Running, pid: Pid, args: Args<Record<string, unknown>>, io: Io) => Promise<number>;

/** Commands that speak with the running kernel about one process. */
const about = (command: Omit<Command, 'run'>, act: Act, check: (args: Args<Record<string, unknown>>) => unknown = () => undefined): Command => ({
  ...command,
  async run(args) {
    const pid = pidIn(args);
    check(args);
    const kernel = await running(homePath(args.home));
    try {
      return await act(kernel, pid, args, createIo(args));
    } finally {
      kernel.close();
    }
  },
});

const SIGNALS = ['TERM', 'KILL', 'STOP', 'CONT', 'INT'] as const;

export const kill = about(
  {
    name: 'kill',
    usage: 'kill <pid>',
    describe: 'Send a signal: TERM ends after the running tool, KILL at once, STOP pauses, CONT goes on, INT ends only the turn of a conversation',
    examples: [
      ['oxios kill 3 -s KILL', 'with everything it runs'],
      ['oxios kill -9 3', 'the same'],
      ['oxios kill 3 -s INT', 'the conversation goes on with what is said next'],
    ],
    options: (yargs) =>
      yargs.positional('pid', PID).option('signal', { alias: 's', choices: SIGNALS, default: 'TERM', describe: 'which signal', requiresArg: true }),
  },
  async (kernel, pid, args, io) => {
    const name = (text(args.signal) ?? 'TERM') as Signal;
    await kernel.signal(pid, name, 'user');
    io.say(`sent ${name} to ${pid}`);
    if (io.json) io.out(JSON.stringify({ pid, signal: name }));
    return EXIT.ok;
  },
);

export const wait: Command = {
  name: 'wait',
  usage: 'wait <pid>',
  describe: 'Wait until a process has ended; exit 0 when it is done, 1 when it failed',
  examples: [['oxios wait 3', 'and say how it ended']],
  options: (yargs) => yargs.positional('pid', PID),
  async run(args) {
    const io = createIo(args);
    const pid = pidIn(args);
    const exit = logged(homePath(args.home), pid) ?? (await awaited(homePath(args.home), pid));
    io.out(io.json ? JSON.stringify(exit) : sanitize(saying(exit)));
    return exit.how === 'done' ? EXIT.ok : EXIT.rejected;
  },
};

async function awaited(home: AbsPath, pid: Pid): Promise<Exit> {
  try {
    const kernel = await running(home);
    try {
      return await kernel.wait(pid);
    } finally {
      kernel.close();
    }
  } catch (error) {
    // The kernel may have gone just now, with the process, or before it was asked: the log knows.
    const exit = error instanceof OxiosError ? logged(home, pid) : undefined;
    if (!exit) throw error;
    return exit;
  }
}

/** How a process ended that has ended already, also when its kernel has. */
function logged(home: AbsPath, pid: Pid): Exit | undefined {
  const store = ifLogged(home);
  const found = store
    ?.runs()
    .flatMap((run) => run.procs)
    .findLast((proc) => proc.pid === pid);
  store?.close();
  return found?.state.is === 'exited' ? found.state.exit : undefined;
}

const KINDS = ['command', 'compaction'] as const satisfies readonly MessageKind[];

export const send = about(
  {
    name: 'send',
    usage: 'send <pid> <text>',
    describe: 'Say something to an agent; it reads it before its next turn',
    examples: [
      ['oxios send 2 "use tabs, not spaces"', ''],
      ['oxios send 1 "npm test" --as command', 'in a conversation: run it, and tell the agent what came of it'],
      ['oxios send 2 "the names of the files" --as compaction', 'summarize the conversation, and keep these'],
    ],
    options: (yargs) =>
      yargs
        .positional('pid', PID)
        .positional('text', { type: 'string', describe: 'what to say' })
        .option('as', { choices: KINDS, describe: 'to a conversation: what it is, if nothing said', requiresArg: true }),
  },
  async (kernel, pid, args, io) => {
    const said = words(args);
    const kind = text(args.as) as MessageKind | undefined;
    await kernel.send(pid, said, 'user', kind);
    io.say(`sent to ${pid}`);
    if (io.json) io.out(JSON.stringify({ pid, text: said, ...(kind ? { kind } : {}) }));
    return EXIT.ok;
  },
  words,
);

export const nice = about(
  {
    name: 'nice',
    usage: 'nice <pid> <value>',
    describe: 'Set how much a process gives way to others: -20 least, 19 most',
    examples: [['oxios nice 3 10', 'let the others go first']],
    options: (yargs) => yargs.positional('pid', PID).positional('value', { type: 'number', describe: 'from -20 to 19' }),
  },
  async (kernel, pid, args, io) => {
    const value = niceness(args);
    await kernel.nice(pid, value, 'user');
    io.say(`${pid} has niceness ${value}`);
    if (io.json) io.out(JSON.stringify({ pid, nice: value }));
    return EXIT.ok;
  },
  niceness,
);

function words(args: Args<Record<string, unknown>>): string {
  const said = text(args.text)?.trim() ?? '';
  if (said === '' && args.as !== 'compaction') throw new OxiosError('USAGE', 'there is nothing to say', { hint: 'such as: oxios send 3 "use tabs"' });
  return said;
}

function niceness(args: Args<Record<string, unknown>>): number {
  const value = numeric(args.value);
  if (value !== undefined && Number.isInteger(value) && value >= -20 && value <= 19) return value;
  throw new OxiosError('USAGE', 'niceness is a whole number from -20 to 19', { hint: 'such as: oxios nice 3 10' });
}

const saying = (exit: Exit): string => (exit.how === 'done' ? exit.text : exit.how === 'failed' ? `${exit.code}: ${exit.message}` : `killed by ${exit.signal}`);
