import { EXIT } from '../../kernel/error-codes.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { ProcView } from '../../kernel/kernel-types.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { ifLogged, ifRunning } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { type Column, table } from '../render/table.ts';
import { wrap } from '../render/wrap.ts';
import { type Command, flag, NOTHING_YET } from './shared.ts';

const withAll: NonNullable<Command['options']> = (yargs) => yargs.option('all', { type: 'boolean', alias: 'a', describe: 'also processes that have ended' });

export const ps: Command = {
  name: 'ps',
  usage: 'ps',
  describe: 'Show the process table: of the running kernel, or as the log has it',
  examples: [['oxios ps --all', 'also what has ended']],
  options: withAll,
  async run(args) {
    const io = createIo(args);
    const shown = await look(homePath(args.home), flag(args.all));
    if (shown.procs.length === 0) io.say(shown.nothing);
    else io.out(io.json ? rowsOf(shown) : picture(shown));
    return EXIT.ok;
  },
};

export const top: Command = {
  name: 'top',
  usage: 'top',
  describe: 'Watch the process table until q or Ctrl-C; once with --json or where there is no terminal',
  examples: [['oxios top --all', 'also what has ended']],
  options: withAll,
  async run(args) {
    const drawn = async () => {
      const shown = await look(homePath(args.home), flag(args.all));
      return shown.procs.length === 0 ? wrap(shown.nothing, process.stdout.columns) : picture(shown);
    };
    if (flag(args.json) || process.stdout.isTTY !== true || process.env.TERM === 'dumb') return ps.run(args);
    await watch(drawn);
    return EXIT.ok;
  },
};

const REDRAW_MS = 1000;

/** In the alternate screen, so that the terminal is as it was afterwards. */
async function watch(draw: () => Promise<string>): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, end);
  const leaveKeys = takeKeys(end);
  process.stdout.write('\u001b[?1049h\u001b[?25l');
  try {
    while (!stop.signal.aborted) {
      const lines = (await draw()).split('\n').slice(0, (process.stdout.rows ?? 24) - 1);
      process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
      await pause(stop.signal);
    }
  } finally {
    process.stdout.write('\u001b[?25h\u001b[?1049l');
    leaveKeys();
    for (const signal of signals) process.off(signal, end);
  }
}

const QUIT = ['q', 'Q', '\u0003'];

/** q and Ctrl-C end it; other keys are not painted over the table. */
function takeKeys(end: () => void): () => void {
  const { stdin } = process;
  if (stdin.isTTY !== true) return () => undefined;
  const press = (keys: Buffer) => {
    if (QUIT.some((key) => keys.includes(key))) end();
  };
  stdin.setRawMode(true).on('data', press);
  return () => {
    stdin.setRawMode(false).off('data', press).pause();
  };
}

/** Until the next picture: after a while, or at once in a terminal of another size. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      process.stdout.off('resize', done);
      resolve();
    };
    const timer = setTimeout(done, REDRAW_MS);
    signal.addEventListener('abort', done, { once: true });
    process.stdout.once('resize', done);
    if (signal.aborted) done();
  });
}

interface Shown {
  readonly procs: readonly ProcView[];
  readonly alive: boolean;
  /** What to say where there is none, with the next step. */
  readonly nothing: string;
}

async function look(home: AbsPath, all: boolean): Promise<Shown> {
  const { procs, alive } = await processes(home);
  const nothing = procs.length === 0 ? NOTHING_YET : 'nothing is running; see what has ended with: oxios ps --all';
  return { procs: procs.filter((proc) => all || proc.state.is !== 'exited'), alive, nothing };
}

/** Live from the running kernel together with what the log knows of earlier runs. */
async function processes(home: AbsPath): Promise<{ procs: readonly ProcView[]; alive: boolean }> {
  const kernel = await ifRunning(home);
  const store = ifLogged(home);
  try {
    const logged = (store?.runs() ?? []).flatMap((run: RunView) => run.procs);
    if (!kernel) return { procs: logged, alive: false };
    const live = await kernel.ps();
    const pids = new Set(live.map((proc) => proc.pid));
    return { procs: [...logged.filter((proc) => !pids.has(proc.pid)), ...live].sort((a, b) => a.pid - b.pid), alive: true };
  } finally {
    store?.close();
    kernel?.close();
  }
}

/** The stable shape of `ps --json`. */
const rowOf = (proc: ProcView, alive: boolean): object => ({
  pid: proc.pid,
  ppid: proc.ppid,
  name: proc.name,
  state: stateOf(proc, alive),
  run: proc.run,
  turn: proc.turn,
  tokens: proc.tokens,
  cost_usd: proc.cost_usd,
  started_at: proc.started_at,
  nice: proc.nice,
  model: proc.model,
  tool: proc.tool,
});

const rowsOf = ({ procs, alive }: Shown): string => procs.map((proc) => JSON.stringify(rowOf(proc, alive))).join('\n');

/** Without a kernel nothing runs: what the log shows as going was cut off. */
function stateOf(proc: ProcView, alive: boolean): string {
  const { state } = proc;
  if (state.is === 'exited')
    return state.exit.how === 'failed' ? `failed ${state.exit.code}` : state.exit.how === 'killed' ? `killed ${state.exit.signal}` : 'done';
  if (!alive) return 'interrupted';
  return state.is === 'waiting' ? `waiting ${state.on}` : state.is;
}

function picture({ procs, alive }: Shown): string {
  const depth = (proc: ProcView): number => {
    const parent = procs.find((one) => one.pid === proc.ppid);
    return parent ? depth(parent) + 1 : 0;
  };
  const rows = procs.map((proc) => [
    String(proc.pid),
    String(proc.ppid),
    `${'  '.repeat(depth(proc))}${proc.name.trim()}`,
    stateOf(proc, alive),
    String(proc.turn),
    String(proc.tokens),
    proc.cost_usd === null ? '?' : `$${proc.cost_usd.toFixed(4)}`,
    proc.run,
    proc.tool ?? '',
  ]);
  return table(COLUMNS, rows, process.stdout.columns);
}

/** In a narrow terminal the tree of names shows the parents, and who a process is comes before what it used. */
const COLUMNS: readonly Column[] = [
  { head: 'PID', align: 'right', whole: true },
  { head: 'PPID', align: 'right', spare: 1 },
  { head: 'NAME', least: 16 },
  { head: 'STATE', whole: true },
  { head: 'TURN', align: 'right', whole: true, spare: 2 },
  { head: 'TOKENS', align: 'right', whole: true, spare: 4 },
  { head: 'COST', align: 'right', whole: true, spare: 3 },
  { head: 'RUN', whole: true, spare: 5 },
  { head: 'NOW', spare: 6 },
];
