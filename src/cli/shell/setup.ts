import { join } from 'node:path';
import { changeConfig } from '../../drivers/config/write.ts';
import { askModels } from '../../drivers/model/ask-models.ts';
import { createModels } from '../../drivers/model/models.ts';
import { DEFAULT_MODELS } from '../../drivers/model/prices.ts';
import { openHome } from '../../drivers/store/home.ts';
import { CONFIG } from '../../kernel/config.ts';
import { faultOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { issuesOf } from '../../kernel/issues.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import type { Setup, SetupChoice } from '../../tui/ports.ts';
import { readConfig } from '../config.ts';
import { packageRoot } from '../root.ts';

export interface SetupOptions {
  readonly home: AbsPath;
  /** The model that a conversation would begin with; '' where none is named. */
  named(): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Getting a model for the first time: it is asked whether it is there, and stored in `config.json`, which only its owner reads. */
export function createSetup({ home, named, env }: SetupOptions): Setup {
  return {
    async model() {
      const model = await named();
      if (model !== '') return model;
      try {
        return createModels({ config: readConfig(home), env }).defaultId();
      } catch (error) {
        if (error instanceof OxiosError && error.code === 'NO_MODEL') return undefined;
        throw error;
      }
    },
    async check(choice) {
      try {
        return await fault(choice, env);
      } catch (error) {
        const known = faultOf(error);
        if (!known) throw error;
        return known.hint === undefined ? known.detail : `${known.detail}: ${known.hint}`;
      }
    },
    async store(choice) {
      openHome(home);
      readConfig(home);
      await changeConfig(home, (before) => {
        const next = stored(before, choice);
        const checked = CONFIG.safeParse(next);
        if (!checked.success)
          throw new OxiosError('CONFIG_INVALID', issuesOf(checked.error, 'the configuration'), { hint: 'see the keys with oxios config keys' });
        return next;
      });
    },
  };
}

/** The script that comes with Oxios. */
export const demoModel = (): string => `script:${join(packageRoot(), 'examples', 'demo', 'chat.yaml')}`;

async function fault(choice: SetupChoice, env: SetupOptions['env']): Promise<string | undefined> {
  if (choice.is === 'demo') return undefined;
  const { provider, settings, model } = wanted(choice);
  if ('api_key' in settings && settings.api_key === '' && provider === 'anthropic') return 'the key is empty';
  const names = await askModels({ provider, settings, env });
  // A server that lists nothing may still have it: only the key and the address were to be tried then.
  if (model === undefined || names.length === 0 || names.includes(model)) return undefined;
  return `the server has no model ${model}; it has ${names.slice(0, MAX_NAMES).join(', ')}`;
}

/** Models that are named where another one was meant. */
const MAX_NAMES = 8;

type Provider = 'anthropic' | 'openai-compatible';

function wanted(choice: Extract<SetupChoice, { is: Provider }>): {
  readonly provider: Provider;
  readonly settings: Record<string, string>;
  readonly model: string | undefined;
} {
  if (choice.is === 'anthropic') return { provider: 'anthropic', settings: { api_key: choice.key.trim() }, model: undefined };
  const key = choice.key.trim();
  return { provider: 'openai-compatible', settings: { base_url: choice.base_url.trim(), ...(key === '' ? {} : { api_key: key }) }, model: choice.model.trim() };
}

function stored(before: Record<string, Json>, choice: SetupChoice): Record<string, Json> {
  if (choice.is === 'demo') return { ...before, model: demoModel() };
  const { provider, settings, model } = wanted(choice);
  const providers = isObject(before.providers ?? null) ? (before.providers as Record<string, Json>) : {};
  const known = isObject(providers[provider] ?? null) ? (providers[provider] as Record<string, Json>) : {};
  const id = model === undefined ? DEFAULT_MODELS.anthropic : `openai-compatible/${model}`;
  return { ...before, model: id, providers: { ...providers, [provider]: { ...known, ...settings } } };
}
