import { factsOf } from '../../drivers/model/models.ts';
import { KNOWN_MODELS } from '../../drivers/model/prices.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { table } from '../render/table.ts';
import type { Command } from './shared.ts';

export const models: Command = {
  name: 'models',
  usage: 'models <action>',
  describe: 'List the models whose price and limits are known, and which can be used now',
  examples: [['oxios models list', 'with what a million tokens cost']],
  options: (yargs) => yargs.positional('action', { choices: ['list'] as const, demandOption: true }),
  async run(args) {
    const io = createIo(args);
    const config = readConfig(homePath(args.home));
    const { env } = process;
    const keys: Readonly<Record<string, boolean>> = {
      anthropic: Boolean(config.providers.anthropic?.api_key ?? env.ANTHROPIC_API_KEY ?? env.ANTHROPIC_AUTH_TOKEN),
      openai: Boolean(config.providers.openai?.api_key ?? env.OPENAI_API_KEY),
      'openai-compatible': Boolean(config.providers['openai-compatible']?.base_url ?? env.OPENAI_BASE_URL),
    };
    const ids = [
      ...new Set([...(config.model ? [config.model] : []), ...Object.keys(KNOWN_MODELS), ...Object.keys(config.prices), ...Object.keys(config.models)]),
    ];
    const rows = ids.map((id) => ({
      ...factsOf(id, config),
      usable: id.startsWith('script:') || keys[id.split('/')[0] ?? ''] === true,
      default: id === config.model,
    }));
    if (io.json) io.out(JSON.stringify(rows));
    else {
      io.out(
        table(
          [{ head: 'MODEL', whole: true }, 'CONTEXT', 'IN $/M', 'OUT $/M', 'USABLE'],
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
      io.say('any other model of a provider works too: --model provider/NAME');
    }
    return EXIT.ok;
  },
};
