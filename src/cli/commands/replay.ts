import { homeAt } from '../../drivers/store/home.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { Log } from '../../kernel/log.ts';
import type { Models } from '../../kernel/model.ts';
import { redactedEvent } from '../../kernel/redacted.ts';
import { replay as play, type ReplayOutcome } from '../../kernel/replay/replay.ts';
import { escaped } from '../../kernel/text/sanitize.ts';
import { isUndo } from '../../kernel/undo/history.ts';
import { createHost, portsOf, reading } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { runNamed } from '../run/named.ts';
import { knownSecrets } from '../secrets.ts';
import { type Command, flag, text } from './shared.ts';

export const replay: Command = {
  name: 'replay',
  usage: 'replay <run>',
  describe: 'Run a recorded run again from its log, without a model, and compare every event',
  examples: [['oxios replay r_m3x --diff', 'show the first event that differs']],
  options: (yargs) =>
    yargs
      .positional('run', { type: 'string', describe: 'id of the run, or the beginning of one', demandOption: true })
      .option('diff', { type: 'boolean', describe: 'show the first event that differs' }),
  async run(args) {
    const io = createIo(args);
    const path = homePath(args.home);
    const store = reading(path);
    const recorded: KernelEvent[] = [];
    // Keys that were configured since are not shown either.
    const redactor = knownSecrets(path);
    try {
      const { run } = runNamed(store.runs(), text(args.run) ?? '');
      for await (const event of store.read({ run })) recorded.push(redactedEvent(redactor, event));
    } finally {
      store.close();
    }
    const gone = recorded.find((event) => event.redacted);
    if (gone)
      throw new OxiosError('REDACTED', `entry ${gone.leaf} of the run was redacted: it cannot be played again`, {
        hint: 'its proofs hold: oxios audit verify',
      });
    const home = homeAt(path);
    const { host, close } = createHost(home, redactor);
    const outcome = await play(
      recorded,
      portsOf({ home, store: { log: NO_LOG, nextPid: () => 0 as never, runs: () => [] }, host, models: NO_MODELS, redactor, maxRunning: MANY }),
    );
    close();
    tell(io, recorded, outcome, flag(args.diff));
    return outcome.divergence ? EXIT.rejected : EXIT.ok;
  },
};

function tell(io: Io, recorded: readonly KernelEvent[], { events, divergence }: ReplayOutcome, diff: boolean): void {
  if (io.json) {
    io.out(JSON.stringify({ ok: !divergence, run: recorded[0]?.run, events, ...(divergence ? { diverged: divergence } : {}) }));
    return;
  }
  if (!divergence) {
    const end = recorded.findLast((event) => !isUndo(event))?.type === 'run.result' ? '' : '; there the log of the run ends, without a result';
    io.out(`${events} events came out as they were recorded${end}`);
    return;
  }
  io.out(`event ${divergence.seq} differs: ${divergence.reason}`);
  if (diff) io.out(escaped(`- ${JSON.stringify(divergence.expected)}\n+ ${JSON.stringify(divergence.got)}`));
  else io.say('see both with --diff');
}

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
  secondId: (id) => id,
  ballotIds: (_id, second) => [second],
  open: async (id) => {
    throw new OxiosError('REPLAY_DIVERGED', `the replay asked for the model ${id}`);
  },
};
