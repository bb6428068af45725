import { z } from 'zod';

const price = z.strictObject({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cache_read: z.number().nonnegative().optional(),
  cache_write: z.number().nonnegative().optional(),
});
const provider = z.strictObject({
  api_key: z.string().optional(),
  base_url: z.url({ protocol: /^https?$/u, error: 'an http or https address, such as http://127.0.0.1:11434/v1' }).optional(),
  /** `chat`: Chat Completions; `responses`: the Responses API. */
  api: z.enum(['chat', 'responses']).optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

const thinking = z.enum(['off', 'low', 'medium', 'high']);

/** `config.json` in the home. Every key is read somewhere; an unknown one is an error that names it. */
export const CONFIG = z.strictObject({
  /** `provider/model`, used when nothing else is said. */
  model: z.string().optional(),
  /** Tried in order when a model cannot answer. */
  fallback: z.array(z.string()).default([]),
  providers: z.strictObject({ anthropic: provider.optional(), openai: provider.optional(), 'openai-compatible': provider.optional() }).default({}),
  /** By model id; dollars per million tokens. */
  prices: z.record(z.string(), price).default({}),
  /** By model id. */
  models: z
    .record(
      z.string(),
      z.strictObject({
        context_tokens: z.number().int().positive().optional(),
        max_output: z.number().int().positive().optional(),
        /** Whether it takes images. */
        images: z.boolean().optional(),
        thinking: thinking.optional(),
      }),
    )
    .default({}),
  limits: z
    .strictObject({
      turns: z.number().int().positive().default(50),
      wall_minutes: z.number().positive().default(30),
      tool_calls: z.number().int().positive().default(200),
      tokens: z.number().int().positive().nullable().default(null),
      usd: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  /** Processes that use a model or a tool at once. */
  max_running: z.number().int().positive().default(5),
  /** A provider that sends nothing for this long is given up, seconds. */
  idle_timeout_s: z.number().positive().default(60),
  /** How much a model thinks before it answers; omitted: what the provider does by itself. */
  thinking: thinking.optional(),
  /** How long a model that failed five times in a row is left alone, seconds. */
  breaker_pause_s: z.number().positive().default(30),
  /** Attempts after the first. */
  retries: z.number().int().nonnegative().max(10).default(5),
});

export type Config = z.infer<typeof CONFIG>;
