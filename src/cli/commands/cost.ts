import { EXIT } from '../../kernel/error-codes.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { totalTokens } from '../../kernel/model.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { ifLogged } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { type Column, table } from '../render/table.ts';
import { runNamed } from '../run/named.ts';
import { type Command, NOTHING_YET, text } from './shared.ts';

export const cost: Command = {
  name: 'cost',
  usage: 'cost [run]',
  describe: 'Show what runs used: tokens, dollars, turns, tool calls',
  examples: [
    ['oxios cost --json', 'every run and the sum'],
    ['oxios cost r_m3x', 'the run whose id begins so'],
  ],
  options: (yargs) => yargs.positional('run', { type: 'string', describe: 'only this run' }),
  async run(args) {
    const io = createIo(args);
    const runs = chosen(homePath(args.home), text(args.run));
    const known = runs.every((run) => run.cost_usd !== null);
    const total = {
      tokens: runs.reduce((sum, run) => sum + totalTokens(run.usage), 0),
      cost_usd: known ? runs.reduce((sum, run) => sum + (run.cost_usd ?? 0), 0) : null,
    };
    if (io.json) {
      const rows = runs.map(({ run, model, usage, cost_usd, turns, tool_calls }) => ({ run, model, usage, cost_usd, turns, tool_calls }));
      io.out(JSON.stringify({ runs: rows, total }));
    } else if (runs.length === 0) io.say(NOTHING_YET);
    else io.out(`${picture(runs)}\nall: ${total.tokens} tokens, ${dollars(total.cost_usd)}`);
    return EXIT.ok;
  },
};

/** All runs, or the one that is meant. */
function chosen(home: AbsPath, id: string | undefined): readonly RunView[] {
  const store = ifLogged(home);
  const runs = store?.runs() ?? [];
  store?.close();
  return id === undefined ? runs : [runNamed(runs, id)];
}

const right = (head: string, spare?: number): Column => ({ head, align: 'right', whole: true, ...(spare === undefined ? {} : { spare }) });

const COLUMNS: readonly Column[] = [
  { head: 'RUN', whole: true },
  { head: 'MODEL', least: 16, spare: 3 },
  right('TOKENS'),
  right('COST'),
  right('TURNS', 2),
  right('CALLS', 1),
  { head: 'WHAT', least: 12, spare: 4 },
];

const picture = (runs: readonly RunView[]): string =>
  table(
    COLUMNS,
    runs.map((run) => [run.run, run.model, String(totalTokens(run.usage)), dollars(run.cost_usd), String(run.turns), String(run.tool_calls), run.title]),
    process.stdout.columns,
  );

/** The price of some models is not known. */
const dollars = (usd: number | null): string => (usd === null ? 'unknown' : `$${usd.toFixed(4)}`);
