import type { Price, Rates } from '../../kernel/model.ts';

/** What is known of models: window and longest answer in tokens, dollars per million tokens. A model that is not here has no known price. */
export interface KnownModel {
  readonly context_tokens: number;
  readonly max_output: number;
  readonly price: Price | null;
}

const price = (input: number, output: number, cache_read: number, cache_write: number): Rates => ({ input, output, cache_read, cache_write });

/** Anthropic's figures: platform.claude.com, models and pricing, October 2026; OpenAI's: developers.openai.com, pricing. */
export const KNOWN_MODELS: Readonly<Record<string, KnownModel>> = {
  'anthropic/claude-opus-5-5': { context_tokens: 1_000_000, max_output: 64_000, price: price(4, 20, 0.2, 5) },
  'anthropic/claude-sonnet-5-5': { context_tokens: 1_000_000, max_output: 64_000, price: price(2, 10, 0.1, 2.5) },
  'anthropic/claude-haiku-5-5': {
    context_tokens: 1_000_000,
    max_output: 64_000,
    price: { ...price(0.1, 0.5, 0.01, 0.125), long: { above: 100_000, ...price(0.5, 2.5, 0.05, 0.625) } },
  },
  'anthropic/claude-opus-4-5': { context_tokens: 200_000, max_output: 32_000, price: price(5, 25, 0.5, 6.25) },
  'anthropic/claude-sonnet-4-5': { context_tokens: 200_000, max_output: 32_000, price: price(3, 15, 0.3, 3.75) },
  'anthropic/claude-haiku-4-5': { context_tokens: 200_000, max_output: 32_000, price: price(1, 5, 0.1, 1.25) },
  'openai/gpt-5': { context_tokens: 400_000, max_output: 64_000, price: price(1.25, 10, 0.125, 1.25) },
  'openai/gpt-5-mini': { context_tokens: 400_000, max_output: 64_000, price: price(0.25, 2, 0.025, 0.25) },
  'openai/gpt-5-nano': { context_tokens: 400_000, max_output: 64_000, price: price(0.05, 0.4, 0.005, 0.05) },
};

/** Used when a key is there and no model was named. */
export const DEFAULT_MODELS = { anthropic: 'anthropic/claude-sonnet-5-5', openai: 'openai/gpt-5' } as const;

/** For models nobody told us about. */
export const UNKNOWN_MODEL: KnownModel = { context_tokens: 128_000, max_output: 16_000, price: null };
