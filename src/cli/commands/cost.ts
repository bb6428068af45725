import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { totalTokens } from '../../kernel/model.ts';
import { reading } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { table } from '../render/table.ts';
import { type Command, text } from './shared.ts';

export const cost: Command = {
  name: 'cost',
  usage: 'cost [run]',
  describe: 'Show what runs used: tokens, dollars, turns, tool calls',
  examples: [['oxios cost --json', 'every run and the sum']],
  options: (yargs) => yargs.positional('run', { type: 'string', describe: 'only this run' }),
  async run(args) {
    const io = createIo(args);
    const store = reading(homePath(args.home));
    const wanted = text(args.run);
    const runs = store.runs().filter((run) => wanted === undefined || run.run.startsWith(wanted));
    store.close();
    if (wanted !== undefined && runs.length === 0) throw new OxiosError('NOT_FOUND', `no run ${wanted}`, { hint: 'see the runs with oxios cost' });
    const known = runs.every((run) => run.cost_usd !== null);
    const total = {
      tokens: runs.reduce((sum, run) => sum + totalTokens(run.usage), 0),
      cost_usd: known ? runs.reduce((sum, run) => sum + (run.cost_usd ?? 0), 0) : null,
    };
    if (io.json)
      io.out(
        JSON.stringify({ runs: runs.map(({ run, model, usage, cost_usd, turns, tool_calls }) => ({ run, model, usage, cost_usd, turns, tool_calls })), total }),
      );
    else {
      const rows = runs.map((run) => [
        run.run,
        run.model,
        String(totalTokens(run.usage)),
        dollars(run.cost_usd),
        String(run.turns),
        String(run.tool_calls),
        run.title,
      ]);
      io.out(table([{ head: 'RUN', whole: true }, 'MODEL', 'TOKENS', 'COST', 'TURNS', 'CALLS', 'WHAT'], rows, process.stdout.columns));
      io.out(`all: ${total.tokens} tokens, ${dollars(total.cost_usd)}`);
    }
    return EXIT.ok;
  },
};

/** The price of some models is not known. */
const dollars = (usd: number | null): string => (usd === null ? 'unknown' : `$${usd.toFixed(4)}`);
