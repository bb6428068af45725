import { openHome } from '../../drivers/store/home.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { Log } from '../../kernel/log.ts';
import type { Models } from '../../kernel/model.ts';
import { replay as play } from '../../kernel/replay/replay.ts';
import { createHost, portsOf, reading } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { onlyMatch } from './resume.ts';
import { type Command, flag, text } from './shared.ts';

export const replay: Command = {
  name: 'replay',
  usage: 'replay <run>',
  describe: 'Run a recorded run again from its log, without a model, and compare every event',
  examples: [['oxios replay r_m3x --diff', 'show the first event that differs']],
  options: (yargs) =>
    yargs
      .positional('run', { type: 'string', describe: 'id of the run', demandOption: true })
      .option('diff', { type: 'boolean', describe: 'show the first event that differs' }),
  async run(args) {
    const io = createIo(args);
    const home = openHome(homePath(args.home));
    const store = reading(home.path);
    const id = text(args.run) ?? '';
    const run = store.runs().find((one) => one.run === id) ?? onlyMatch(store.runs(), id);
    if (!run) throw new OxiosError('NOT_FOUND', `no run ${id}`, { hint: 'see the runs with oxios ps --all' });
    const recorded: KernelEvent[] = [];
    for await (const event of store.read({ run: run.run })) recorded.push(event);
    store.close();
    const { host, close } = createHost(home);
    const outcome = await play(recorded, portsOf({ home, store: { log: NO_LOG, nextPid: () => 0 as never }, host, models: NO_MODELS, maxRunning: MANY }));
    close();
    const { divergence } = outcome;
    if (io.json) io.out(JSON.stringify({ ok: !divergence, run: run.run, events: outcome.events, ...(divergence ? { diverged: divergence } : {}) }));
    else if (!divergence) io.out(`${outcome.events} events came out as they were recorded`);
    else {
      io.out(`event ${divergence.seq} differs: ${divergence.reason}`);
      if (flag(args.diff)) io.out(`- ${JSON.stringify(divergence.expected)}\n+ ${JSON.stringify(divergence.got)}`);
    }
    return divergence ? EXIT.rejected : EXIT.ok;
  },
};

/** A replay brings its own log; the home's is not touched. */
const NO_LOG: Log = {
  append: async () => [],
  async *read() {
    yield* [];
  },
  head: () => ({ size: 0, root: '' }),
  checkpoint: async () => '',
};

/** The recorded order decides, not the number of slots. */
const MANY = 10_000;

/** A replay asks no model. */
const NO_MODELS: Models = {
  defaultId: () => '',
  open: async (id) => {
    throw new OxiosError('REPLAY_DIVERGED', `the replay asked for the model ${id}`);
  },
};
