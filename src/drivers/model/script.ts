import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { errnoOf, faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import type { Part } from '../../kernel/message.ts';
import { type Model, type ModelDone, type ModelEvent, type ModelFacts, type ModelRequest, NO_USAGE, type Usage } from '../../kernel/model.ts';

const call = z.union([z.strictObject({ name: z.string(), input: z.json().default({}) }), z.strictObject({ name: z.string(), raw: z.string() })]);
const count = z.number().int().nonnegative();
const dollars = z.number().nonnegative();
const turn = z.strictObject({
  text: z.string().optional(),
  thinking: z.string().optional(),
  calls: z.array(call).optional(),
  delay_ms: z.number().int().nonnegative().optional(),
  /** Between the words of the text. */
  pace_ms: z.number().int().nonnegative().optional(),
  usage: z.strictObject({ input: count, output: count, cache_read: count, cache_write: count }).partial().optional(),
  /** The turn fails instead: an error code of Oxios and a message. */
  fault: z
    .strictObject({
      code: z.enum(['AUTH', 'PROVIDER', 'PROVIDER_UNAVAILABLE', 'PROVIDER_PROTOCOL', 'CONTEXT_FULL']),
      message: z.string().default('scripted fault'),
    })
    .optional(),
  stop: z.enum(['end', 'length', 'refusal']).optional(),
});

/** The file of a scripted model: one list of turns for everybody, or lists by agent name. */
export const SCRIPT = z.union([
  z.array(turn),
  z.strictObject({
    context_tokens: z.number().int().positive().default(200_000),
    max_output: z.number().int().positive().default(8_000),
    /** Dollars per million tokens; what goes through a cache costs as much as what does not, unless it is said. null: unknown. */
    price: z
      .strictObject({ input: dollars, output: dollars, cache_read: dollars.optional(), cache_write: dollars.optional() })
      .nullable()
      .default({ input: 0, output: 0 }),
    /** Turns by the agent's name, such as `worker ac1` (`helper#2`: the second of that name), or by its role, such as `judge`; `default` for the rest. */
    agents: z.record(z.string(), z.array(turn)),
  }),
]);

export type ScriptTurn = z.infer<typeof turn>;
type Script = Extract<z.infer<typeof SCRIPT>, { agents: unknown }>;

/**
 * A model that plays a file: for tests, demos and CI without a key. Its place in the script is the number of answers
 * the conversation has had, so that a resumed run goes on where it was.
 */
export async function openScript(file: string): Promise<Model> {
  const script = await load(file);
  const price = script.price && { cache_read: script.price.input, cache_write: script.price.input, ...defined(script.price) };
  const facts: ModelFacts = { id: `script:${file}`, context_tokens: script.context_tokens, max_output: script.max_output, images: true, price };
  return { facts, stream: (request, signal) => play(script, facts, request, signal) };
}

async function* play(script: Script, facts: ModelFacts, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
  const found = turnFor(script, request);
  const failed = (code: Extract<ModelDone, { ok: false }>['code'], message: string, hint?: string): ModelDone => ({
    type: 'done',
    ok: false,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    parts: [],
    usage: NO_USAGE,
    cost_usd: 0,
    model: facts.id,
    ms: 0,
  });
  if (typeof found === 'string') return yield failed('SCRIPT_EXHAUSTED', found, `add a turn to ${facts.id.slice('script:'.length)}`);
  if (found.delay_ms) await pause(found.delay_ms, signal);
  if (signal.aborted) return yield failed('ABORTED', 'aborted');
  if (found.fault) return yield failed(found.fault.code, found.fault.message);
  if (found.thinking) yield { type: 'thinking', text: found.thinking };
  for (const text of found.text?.match(/\s*\S+\s*/gu) ?? []) {
    if (found.pace_ms) await pause(found.pace_ms, signal);
    if (signal.aborted) return yield failed('ABORTED', 'aborted');
    yield { type: 'text', text };
  }
  yield answer(found, facts, request);
}

function answer(found: ScriptTurn, facts: ModelFacts, request: ModelRequest): ModelDone {
  const calls: Part[] = (found.calls ?? []).map((one, at) => {
    const id = `call_${request.number}_${at}`;
    return 'raw' in one
      ? { type: 'call', id, name: one.name, input: null, malformed: one.raw }
      : { type: 'call', id, name: one.name, input: one.input as Json };
  });
  const parts: Part[] = [
    ...(found.thinking ? [{ type: 'thinking', text: found.thinking } as const] : []),
    ...(found.text === undefined ? [] : [{ type: 'text', text: found.text } as const]),
    ...calls,
  ];
  const usage: Usage = { ...NO_USAGE, input: size(request.messages), output: size(parts), ...defined(found.usage ?? {}) };
  const cost_usd = costOf(facts, usage);
  return { type: 'done', ok: true, stop: found.stop ?? (calls.length > 0 ? 'tools' : 'end'), parts, usage, cost_usd, model: facts.id, ms: found.delay_ms ?? 0 };
}

const costOf = ({ price }: ModelFacts, usage: Usage): number | null =>
  price && (usage.input * price.input + usage.output * price.output + usage.cache_read * price.cache_read + usage.cache_write * price.cache_write) / 1e6;

/** Without the keys nothing was said for. */
const defined = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;

/** About four bytes a token. */
const size = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 4);

function turnFor(script: Script, request: ModelRequest): ScriptTurn | string {
  const { agent, nth, role } = request.labels ?? {};
  const names = [nth && agent && `${agent}#${nth}`, agent, role].filter((name): name is string => name !== undefined && name !== '');
  const name = [...names, 'default'].find((one) => script.agents[one]);
  const turns = name === undefined ? undefined : script.agents[name];
  if (!turns) return `the script has no turns for ${[...new Set(names)].join(' or ') || 'anyone'}`;
  return turns[request.answered] ?? `the script has ${turns.length} turns for ${name}, and turn ${request.answered + 1} was asked for`;
}

async function load(file: string): Promise<Script> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(read(file), { lineCounter: lines });
  const invalid = (line: number, what: string) =>
    new OxiosError('SCRIPT_INVALID', `${basename(file)}:${line}: ${what}`, { hint: 'see docs/script.md for the form of a script' });
  const [broken] = document.errors;
  if (broken) throw invalid(broken.linePos?.[0].line ?? 1, broken.message.split('\n')[0] ?? 'not YAML');
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const parsed = SCRIPT.safeParse(value);
  if (parsed.success) return Array.isArray(parsed.data) ? { ...PLAIN, agents: { default: parsed.data } } : parsed.data;
  const issue = issueOf(value);
  const node = document.getIn(issue.path as (string | number)[], true) as { range?: [number, number, number] } | undefined;
  throw invalid(node?.range ? lines.linePos(node.range[0]).line : 1, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
}

const PLAIN = { context_tokens: 200_000, max_output: 8_000, price: { input: 0, output: 0 } };

/** The first thing wrong, told for the form that was meant. */
function issueOf(value: unknown): { readonly path: readonly PropertyKey[]; readonly message: string } {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  const { error } = SCRIPT.options[isMapping ? 1 : 0].safeParse(value);
  return error?.issues[0] ?? { path: [], message: 'wrong form' };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const fault = faultOf(error);
    if (fault) throw fault;
    const missing = errnoOf(error) === 'ENOENT';
    throw new OxiosError(
      missing ? 'FILE_MISSING' : 'FILE_UNREADABLE',
      `the script ${file} ${missing ? 'does not exist' : `cannot be read: ${messageOf(error)}`}`,
      { hint: 'give a YAML file: --model script:FILE', cause: error },
    );
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
