import { createModels } from '../../../src/drivers/model/models.ts';
import { CONFIG, type Config } from '../../../src/kernel/config.ts';
import type { ModelDone, ModelEvent, ModelRequest } from '../../../src/kernel/model.ts';
import { type ProviderServer, providerServer, type Script } from '../../helpers/provider-server.ts';
import type { Api } from '../../helpers/provider-wire.ts';

export const APIS: readonly Api[] = ['anthropic', 'chat', 'responses'];

export const MODEL_OF: Readonly<Record<Api, string>> = { anthropic: 'anthropic/m', chat: 'openai/m', responses: 'openai/m' };

/** What config.json must say for this wire format. */
export const configOf = (api: Api): object => (api === 'responses' ? { providers: { openai: { api: 'responses' } } } : {});

export const REQUEST: ModelRequest = {
  system: 'be brief',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }],
  tools: [{ name: 'write', description: 'writes', schema: { type: 'object', properties: { path: { type: 'string' } } } }],
  max_output: 4000,
  session: 's/1',
  number: 0,
  answered: 0,
};

export interface Outcome {
  readonly events: readonly ModelEvent[];
  readonly done: ModelDone;
  readonly retries: readonly Extract<ModelEvent, { type: 'retry' }>[];
  readonly server: ProviderServer;
}

export interface Asking {
  readonly config?: object;
  readonly request?: Partial<ModelRequest>;
  readonly model?: string;
  readonly signal?: AbortSignal;
}

/** One request to a server that plays this script, and everything that came of it. */
export async function ask(
  api: Api,
  script: Script,
  { config = {}, request = {}, model = MODEL_OF[api], signal = new AbortController().signal }: Asking = {},
): Promise<Outcome> {
  const server = await providerServer(script);
  const all: Config = CONFIG.parse({ ...configOf(api), ...config });
  const opened = await createModels({ config: all, env: server.env }).open(model);
  const events: ModelEvent[] = [];
  for await (const event of opened.stream({ ...REQUEST, ...request }, signal)) events.push(event);
  await server.close();
  const ends = events.filter((event) => event.type === 'done');
  const [done] = ends;
  if (!done || ends.length !== 1 || events.at(-1) !== done) throw new Error(`a stream ends with one done: ${JSON.stringify(events)}`);
  return { events, done, retries: events.filter((event) => event.type === 'retry'), server };
}
