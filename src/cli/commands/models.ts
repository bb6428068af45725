import { createModels, factsOf, NO_DEFAULT } from '../../drivers/model/models.ts';
import type { Config } from '../../kernel/config.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { knownModels } from '../models.ts';
import { type Column, table } from '../render/table.ts';
import type { Command } from './shared.ts';

const right = (head: string, spare: number): Column => ({ head, align: 'right', whole: true, spare });

const COLUMNS: readonly Column[] = [
  { head: 'MODEL', whole: true },
  right('CONTEXT', 1),
  right('IN $/M', 2),
  right('OUT $/M', 3),
  { head: 'USABLE', whole: true },
];

export const models: Command = {
  name: 'models',
  usage: 'models <action>',
  describe: 'List the models whose price and limits are known, and which can be used now',
  examples: [['oxios models list', 'with what a million tokens cost']],
  options: (yargs) => yargs.positional('action', { choices: ['list'] as const, demandOption: true }),
  async run(args) {
    const io = createIo(args);
    const config = readConfig(homePath(args.home));
    const byDefault = defaultIn(config, process.env);
    const rows = knownModels(config).map(({ id, usable }) => ({ ...factsOf(id, config), usable, default: id === byDefault }));
    if (io.json) io.out(JSON.stringify(rows));
    else {
      io.out(
        table(
          COLUMNS,
          rows.map((one) => [
            `${one.id}${one.default ? ' (default)' : ''}`,
            String(one.context_tokens),
            one.price ? String(one.price.input) : '?',
            one.price ? String(one.price.output) : '?',
            one.usable ? 'yes' : 'no key',
          ]),
          process.stdout.columns,
        ),
      );
      const others =
        'any other model of a provider works too: --model provider/NAME; a price is set with: oxios config set prices.ID \'{"input": 1, "output": 2}\'';
      const none = byDefault === undefined ? [`no model is chosen when nothing is said: ${NO_DEFAULT}`] : [];
      io.say([others, ...none].join('\n'));
    }
    return EXIT.ok;
  },
};

function defaultIn(config: Config, env: NodeJS.ProcessEnv): string | undefined {
  try {
    return createModels({ config, env }).defaultId();
  } catch (error) {
    if (error instanceof OxiosError && error.code === 'NO_MODEL') return undefined;
    throw error;
  }
}
