import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Exit } from '../../kernel/events.ts';
import { type Pid, pidOf } from '../../kernel/ids.ts';
import type { Signal } from '../../kernel/kernel-types.ts';
import { running } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { type Args, type Command, numeric, text } from './shared.ts';

type Running = Awaited<ReturnType<typeof running>>;

/** Commands that speak with the running kernel about one process. */
const about = (command: Omit<Command, 'run'>, act: (kernel: Running, pid: Pid, args: Args<Record<string, unknown>>, io: Io) => Promise<number>): Command => ({
  ...command,
  async run(args) {
    const pid = numeric(args.pid);
    if (pid === undefined || !Number.isInteger(pid)) throw new OxiosError('USAGE', 'the number of a process is missing', { hint: 'see them with oxios ps' });
    const kernel = await running(homePath(args.home));
    try {
      return await act(kernel, pidOf(pid), args, createIo(args));
    } finally {
      kernel.close();
    }
  },
});

const SIGNALS = ['TERM', 'KILL', 'STOP', 'CONT'] as const;

export const kill = about(
  {
    name: 'kill',
    usage: 'kill <pid>',
    describe: 'Send a signal: TERM ends after the running tool, KILL at once, STOP pauses, CONT goes on',
    examples: [['oxios kill 3 -s KILL', 'with everything it runs']],
    options: (yargs) =>
      yargs
        .positional('pid', { type: 'number' })
        .option('signal', { alias: 's', choices: SIGNALS, default: 'TERM', describe: 'which signal', requiresArg: true }),
  },
  async (kernel, pid, args, io) => {
    const name = (text(args.signal) ?? 'TERM') as Signal;
    await kernel.signal(pid, name, 'user');
    io.say(`sent ${name} to ${pid}`);
    return EXIT.ok;
  },
);

export const wait = about(
  {
    name: 'wait',
    usage: 'wait <pid>',
    describe: 'Wait until a process has ended; exit 0 when it is done, 1 when it failed',
    options: (yargs) => yargs.positional('pid', { type: 'number' }),
  },
  async (kernel, pid, _args, io) => {
    const exit = await kernel.wait(pid);
    io.out(io.json ? JSON.stringify(exit) : saying(exit));
    return exit.how === 'done' ? EXIT.ok : EXIT.rejected;
  },
);

export const send = about(
  {
    name: 'send',
    usage: 'send <pid> <text>',
    describe: 'Say something to an agent; it reads it before its next turn',
    examples: [['oxios send 2 "use tabs, not spaces"', '']],
    options: (yargs) => yargs.positional('pid', { type: 'number' }).positional('text', { type: 'string' }),
  },
  async (kernel, pid, args, io) => {
    await kernel.send(pid, text(args.text) ?? '', 'user');
    io.say(`sent to ${pid}`);
    return EXIT.ok;
  },
);

export const nice = about(
  {
    name: 'nice',
    usage: 'nice <pid> <value>',
    describe: 'Set how much a process gives way to others: -20 least, 19 most',
    options: (yargs) => yargs.positional('pid', { type: 'number' }).positional('value', { type: 'number' }),
  },
  async (kernel, pid, args, io) => {
    const value = numeric(args.value);
    if (value === undefined || !Number.isInteger(value) || value < -20 || value > 19)
      throw new OxiosError('USAGE', 'niceness is a whole number from -20 to 19', { hint: 'such as: oxios nice 3 10' });
    await kernel.nice(pid, value, 'user');
    io.say(`${pid} has niceness ${value}`);
    return EXIT.ok;
  },
);

const saying = (exit: Exit): string => (exit.how === 'done' ? exit.text : exit.how === 'failed' ? `${exit.code}: ${exit.message}` : `killed by ${exit.signal}`);
