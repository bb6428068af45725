import { KNOWN_MODELS } from '../drivers/model/prices.ts';
import type { Config } from '../kernel/config.ts';
import { usableProviders } from './providers.ts';

/** Models that are known by name, the configured one first, and whether each can be asked as things stand. */
export function knownModels(config: Config, env: NodeJS.ProcessEnv = process.env): readonly { readonly id: string; readonly usable: boolean }[] {
  const usable: readonly string[] = usableProviders(config, env);
  const named = [...(config.model ? [config.model] : []), ...Object.keys(KNOWN_MODELS), ...Object.keys(config.prices), ...Object.keys(config.models)];
  return [...new Set(named)].map((id) => ({ id, usable: id.startsWith('script:') || usable.includes(id.split('/')[0] ?? '') }));
}
