import { EXIT } from '../../kernel/error-codes.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { ProcView } from '../../kernel/kernel-types.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { ifLogged, ifRunning } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { table } from '../render/table.ts';
import { type Command, flag } from './shared.ts';

export const ps: Command = {
  name: 'ps',
  usage: 'ps',
  describe: 'Show the process table: of the running kernel, or as the log has it',
  examples: [['oxios ps --all', 'also what has ended']],
  options: (yargs) => yargs.option('all', { type: 'boolean', alias: 'a', describe: 'also processes that have ended' }),
  async run(args) {
    const io = createIo(args);
    const { procs, alive } = await processes(homePath(args.home));
    const shown = procs.filter((proc) => flag(args.all) || proc.state.is !== 'exited');
    if (io.json) for (const proc of shown) io.out(JSON.stringify(rowOf(proc, alive)));
    else if (shown.length === 0)
      io.say(procs.length === 0 ? 'nothing has run here yet; try: oxios demo' : 'nothing is running; see what has ended with: oxios ps --all');
    else io.out(picture(shown, alive));
    return EXIT.ok;
  },
};

export const top: Command = {
  name: 'top',
  usage: 'top',
  describe: 'Watch the process table until Ctrl-C; once when stdout is no terminal',
  examples: [['oxios top --all', 'also what has ended']],
  options: (yargs) => yargs.option('all', { type: 'boolean', alias: 'a', describe: 'also processes that have ended' }),
  async run(args) {
    const io = createIo(args);
    const once = async () => {
      const { procs, alive } = await processes(homePath(args.home));
      const shown = procs.filter((proc) => flag(args.all) || proc.state.is !== 'exited');
      return io.json ? shown.map((proc) => JSON.stringify(rowOf(proc, alive))).join('\n') : shown.length === 0 ? 'nothing is running' : picture(shown, alive);
    };
    if (process.stdout.isTTY !== true) {
      io.out(await once());
      return EXIT.ok;
    }
    await watch(once);
    return EXIT.ok;
  },
};

const REDRAW_MS = 1000;

/** In the alternate screen, so that the terminal is as it was afterwards. */
async function watch(draw: () => Promise<string>): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  process.stdout.write('\u001b[?1049h\u001b[?25l');
  try {
    while (!stop.signal.aborted) {
      const lines = (await draw()).split('\n').slice(0, (process.stdout.rows ?? 24) - 1);
      process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, REDRAW_MS);
        stop.signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
      });
    }
  } finally {
    process.stdout.write('\u001b[?25h\u001b[?1049l');
  }
}

/** Live from the running kernel together with what the log knows of earlier runs. */
export async function processes(home: AbsPath): Promise<{ procs: readonly ProcView[]; alive: boolean }> {
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
const rowOf = (proc: ProcView, alive: boolean) => ({
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

/** Without a kernel nothing runs: what the log shows as going was cut off. */
function stateOf(proc: ProcView, alive: boolean): string {
  const { state } = proc;
  if (state.is === 'exited')
    return state.exit.how === 'failed' ? `failed ${state.exit.code}` : state.exit.how === 'killed' ? `killed ${state.exit.signal}` : 'done';
  if (!alive) return 'interrupted';
  return state.is === 'waiting' ? `waiting ${state.on}` : state.is;
}

function picture(procs: readonly ProcView[], alive: boolean): string {
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
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const columns = [right('PID'), right('PPID'), 'NAME', 'STATE', right('TURN'), right('TOKENS'), right('COST'), { head: 'RUN', whole: true }, 'NOW'];
  return table(columns, rows, process.stdout.columns);
}
