import { type Config, PROVIDER_NAMES, type ProviderName } from '../kernel/config.ts';

/** The providers that can be asked as things stand: a key, or, where none is needed, an address. */
export function usableProviders({ providers }: Config, env: NodeJS.ProcessEnv = process.env): readonly ProviderName[] {
  const usable: Readonly<Record<ProviderName, string | undefined>> = {
    anthropic: providers.anthropic?.api_key ?? (env.ANTHROPIC_API_KEY || env.ANTHROPIC_AUTH_TOKEN),
    openai: providers.openai?.api_key ?? env.OPENAI_API_KEY,
    'openai-compatible': providers['openai-compatible']?.base_url ?? env.OPENAI_BASE_URL,
  };
  return PROVIDER_NAMES.filter((name) => usable[name]);
}
