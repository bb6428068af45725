import { z } from 'zod';
import { bytesOf } from './net/address.ts';
import { ROLES } from './roles.ts';

const dollars = z.number().nonnegative();
const modelId = z.string().meta({ title: 'MODEL' });
const price = z.strictObject({
  input: dollars.describe('dollars per million tokens read'),
  output: dollars.describe('dollars per million tokens written'),
  cache_read: dollars.optional().describe('dollars per million tokens read from the cache; else as `input`'),
  cache_write: dollars.optional().describe('dollars per million tokens written to the cache; else as `input`'),
});
const address = z
  .url({ protocol: /^https?$/u, error: 'an http or https address, such as http://127.0.0.1:11434/v1' })
  .optional()
  .describe('address of the API; else the environment of the provider, else its own');
const key = z.string().optional().describe('key; else the environment. Never shown');
const headers = z.record(z.string().meta({ title: 'NAME' }), z.string().describe('a header sent with every request')).optional();
const api = z.enum(['chat', 'responses']).optional().describe('`chat` (the default): Chat Completions; `responses`: the Responses API');
const anthropic = z.strictObject({ api_key: key, base_url: address, headers });
const openai = z.strictObject({ api_key: key, base_url: address, api, headers });

/** An address and a port behind it if need be; IPv6 in brackets then. */
function isServer(text: string): boolean {
  const [, six, plain, port] = /^(?:\[([^\]]*)\]|([^[\]]*?))(?::(\d{1,5}))?$/u.exec(text) ?? [];
  return (bytesOf(text) ?? bytesOf(six ?? plain ?? '')) !== undefined && Number(port ?? 1) <= 65_535;
}

const server = z.string().refine(isServer, 'the address of a DNS server, such as 1.1.1.1, 127.0.0.1:5353 or [::1]:53');
const origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'an origin, such as https://example.com or http://127.0.0.1:8080');

/** The web for agents; providers are reached otherwise. */
const net = z.strictObject({
  dns_servers: z.array(server).default([]).describe("servers that are asked where a host is, for agents' requests; none: as the system does it"),
  timeout_s: z.number().positive().max(600).default(30).describe('the longest a request of an agent may take, with its redirects, seconds'),
  idle_timeout_s: z.number().positive().max(600).default(10).describe('a server that sends nothing for this long is given up, seconds'),
  ignore_robots: z.array(origin).default([]).describe('origins whose robots.txt does not bind agents'),
});

const thinking = z.enum(['off', 'low', 'medium', 'high']);

/** Each request carries it, and each costs: characters. */
const MAX_SYSTEM = 16_000;

/** A persona of one's own; a trusted project brings its own in the same form. */
export const OWN_PERSONAS = z.record(
  z
    .string()
    .regex(/^[\p{L}\p{N}_-]{1,40}$/u, 'the name of a persona: letters, digits, - and _')
    .meta({ title: 'NAME' }),
  z.strictObject({
    summary: z.string().min(1).max(200).optional().describe('one line for `oxios personas`; else the beginning of `system`'),
    system: z.string().trim().min(1).max(MAX_SYSTEM).describe('what an agent with this persona is told, beside its task'),
    model: z.string().min(1).optional().describe('used when no model is named on the command line'),
    tools: z.array(z.string()).min(1).optional().describe('the only tools it is offered; without `write` and `edit` its commands only read too. Unset: all'),
  }),
);

const colour = z.union([z.string().regex(/^#[0-9a-f]{6}$/iu, '#rrggbb'), z.number().int().min(0).max(15)]);
const style = z.strictObject({
  fg: colour.optional().describe("`#rrggbb`, or the number of one of the terminal's own 16 colours"),
  bg: colour.optional().describe('the same, of what lies behind'),
  bold: z.boolean().optional().describe('bold'),
  dim: z.boolean().optional().describe('faint'),
  italic: z.boolean().optional().describe('italic'),
  underline: z.boolean().optional().describe('underlined'),
  inverse: z.boolean().optional().describe('with the two colours swapped'),
  strike: z.boolean().optional().describe('with a line through it'),
});

/** The shell's own look and habits. */
const shell = z.strictObject({
  layout: z
    .enum(['auto', 'inline', 'panes'])
    .default('auto')
    .describe('`inline`: the conversation in the scrollback of the terminal; `panes`: the whole screen; `auto`: panes from 100 columns on'),
  theme: z
    .string()
    .min(1)
    .default('auto')
    .describe('name of a theme, one of `shell.themes` or of those that come with Oxios; `auto`: by the background of the terminal'),
  themes: z
    .record(z.string().meta({ title: 'NAME' }), z.record(z.string().meta({ title: 'TONE' }), style))
    .default({})
    .describe('themes of your own: for each tone of text its style; what a theme does not say is as in the dark one'),
  notify: z
    .enum(['off', 'bell', 'desktop'])
    .default('off')
    .describe('how the shell tells that an agent asks or has ended: not, by the bell, or on the desktop (OSC 9)'),
  vim: z.boolean().default(false).describe('vim keys in the prompt'),
  mouse: z.boolean().default(true).describe('wheel and click in panes; off leaves selecting text to the terminal'),
});

/** `config.json` in the home. Every key is read somewhere; an unknown one is an error that names it. `docs/configuration.md` is generated from it. */
export const CONFIG = z.strictObject({
  model: z.string().min(1).optional().describe('`provider/model`, used when nothing else is said'),
  fallback: z.array(z.string()).default([]).describe('models that are tried in order when the first cannot answer'),
  judge: z.string().min(1).optional().describe('model that judges what others did; unset: the first of `fallback` that is another one and can be reached'),
  tiers: z
    .strictObject({
      frugal: z.string().min(1).optional().describe('model for workers on what is simple'),
      standard: z.string().min(1).optional().describe('model for workers on what is less so'),
      frontier: z.string().min(1).optional().describe('model for workers on what is hard, and on what others failed at'),
    })
    .prefault({})
    .describe('models of workers in `oxios run`, by how capable they are; unset: the model of the run. `--model` and the model of a seed are for all'),
  ballots: z
    .array(z.string().min(1))
    .default([])
    .describe('models that vote where one opinion does not do, in turn; none: the one that judges, and those of `fallback` that can be reached'),
  providers: z.strictObject({ anthropic: anthropic.optional(), openai: openai.optional(), 'openai-compatible': openai.optional() }).default({}),
  anchor_dir: z
    .string()
    .startsWith('/', 'an absolute path')
    .optional()
    .describe('folder out of the reach of agents, best on another machine, where each signed checkpoint is kept too; one for each home'),
  trusted: z
    .array(z.string())
    .default([])
    .describe('folders whose own AGENTS.md, configuration, programs, hooks and MCP servers count, with all below them; `oxios trust` sets it'),
  role: z.enum(ROLES).optional().describe('what agents may do without asking; unset: `standard` at a terminal, else `worker`'),
  approval_timeout_s: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('an approval or a question that nobody answers for this long is refused, seconds; null: it waits'),
  trusted_sources: z
    .array(z.string().regex(/^(?:net|mcp|program):./u, 'net:HOST, mcp:SERVER or program:NAME'))
    .default([])
    .describe('hosts, MCP servers and programs whose results are believed: they may name where an agent acts (`net:HOST`, `mcp:SERVER`, `program:NAME`)'),
  persona: z.string().min(1).optional().describe('how the shell and `oxios -p` go about it when `--persona` does not say: a name of `oxios personas`'),
  personas: OWN_PERSONAS.default({}),
  prices: z.record(modelId, price).default({}),
  models: z
    .record(
      modelId,
      z.strictObject({
        context_tokens: z.number().int().positive().optional().describe('size of its context window, tokens'),
        max_output: z.number().int().positive().optional().describe('the longest answer, tokens'),
        images: z.boolean().optional().describe('whether it takes images'),
        thinking: thinking.optional().describe('how much it thinks before it answers'),
      }),
    )
    .default({}),
  limits: z
    .strictObject({
      turns: z.number().int().positive().default(50).describe('turns an agent may take'),
      wall_minutes: z.number().positive().default(30).describe('minutes a run may be active'),
      tool_calls: z.number().int().positive().default(200).describe('tool calls that the agents of a run may make'),
      tokens: z.number().int().positive().nullable().default(null).describe('tokens of a run; null: no limit'),
      usd: z.number().positive().nullable().default(null).describe('dollars of a run; null: no limit'),
    })
    .prefault({}),
  net: net.prefault({}),
  shell: shell.prefault({}),
  max_running: z.number().int().positive().default(5).describe('processes that use a model or a tool at once'),
  idle_timeout_s: z.number().positive().default(60).describe('a provider that sends nothing for this long is given up, seconds'),
  thinking: thinking.optional().describe('how much models think before they answer; unset: what the provider does by itself'),
  breaker_pause_s: z.number().positive().default(30).describe('a model that failed five times in a row is left alone for this long, seconds'),
  retries: z.number().int().nonnegative().max(10).default(5).describe('attempts after the first, when a provider fails'),
});

export type Config = z.infer<typeof CONFIG>;
export type OwnPersonas = z.infer<typeof OWN_PERSONAS>;
export type NetSettings = Config['net'];
export type ProviderSettings = z.infer<typeof openai>;

export type ProviderName = keyof Config['providers'];
export const PROVIDER_NAMES: readonly ProviderName[] = ['anthropic', 'openai', 'openai-compatible'];
