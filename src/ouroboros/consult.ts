import type { ZodType } from 'zod';
import type { Capability } from '../kernel/capability.ts';
import type { BodyContext } from '../kernel/kernel-types.ts';
import type { Mount } from '../kernel/mount.ts';
import { pauseOn } from './pause.ts';

/** Somebody is asked for an opinion in a form: the protocol's way to a model's structured reply. */
export interface Consultation<T> {
  /** Of the process, such as `judge a`: a script finds its turns by it, or else by the role. */
  readonly name: string;
  readonly role: string;
  /** Tells consultations of one name apart; see `ForkRequest.key`. */
  readonly key: string;
  readonly system: string;
  readonly task: string;
  readonly schema: ZodType<T>;
  /** The reply is the object alone, a code fence aside; otherwise words around it are overlooked. */
  readonly strict?: boolean;
  /** What it may look with, and for how many turns; omitted: it only answers. */
  readonly tools?: readonly string[];
  readonly turns?: number;
  readonly grants?: readonly Capability[];
  readonly model?: string;
  /** Where the files lie that it sees in the workspace's place; absent: the workspace itself. */
  readonly mount?: Mount | undefined;
  readonly labels?: Readonly<Record<string, string>>;
  /** What is wrong with a reply that has the form; undefined: nothing. */
  readonly refuse?: (value: T) => string | undefined | Promise<string | undefined>;
}

export type Consulted<T> =
  | { readonly ok: true; readonly pid: number; readonly value: T }
  /** `absent`: nobody was there to be asked. `unusable`: nothing can be made of the answer. */
  | { readonly ok: false; readonly pid: number; readonly kind: 'absent' | 'unusable'; readonly why: string };

type Said<T> = Consulted<T> & { readonly malformed?: boolean };

/** Asks, and once more in a conversation of its own when the reply has not the form. Throws what stands in the way of every model (no key, no network). */
export async function consult<T>(ctx: BodyContext, asked: Consultation<T>): Promise<Consulted<T>> {
  const first = await ask(ctx, asked);
  if (first.ok || !first.malformed) return first;
  const again = `${asked.task}\n\nAn earlier answer could not be used: ${first.why}. Answer with the JSON object alone.`;
  const second = await ask(ctx, { ...asked, name: `${asked.name} again`, task: again });
  return second.ok || second.kind === 'unusable' ? second : first;
}

async function ask<T>(ctx: BodyContext, asked: Consultation<T>): Promise<Said<T>> {
  const { name, key, role, system, task, tools = [], turns = 2, grants = [], model, mount, labels } = asked;
  const pid = await ctx.fork({
    name,
    key,
    body: 'agent',
    args: { task, system, apart: true, tools: [...tools], labels: { role, ...labels } },
    grants,
    limits: { turns },
    ...(model === undefined ? {} : { model }),
    ...(mount ? { mount } : {}),
  });
  const exit = await ctx.wait(pid);
  const not = (kind: 'absent' | 'unusable', why: string, malformed = false): Said<T> => ({ ok: false, pid, kind, why, malformed });
  if (exit.how === 'killed') return not('unusable', `${name} was ended`);
  if (exit.how === 'failed') pauseOn(exit);
  // A script without a part for somebody has nobody there.
  if (exit.how === 'failed') return not(exit.code === 'SCRIPT_EXHAUSTED' ? 'absent' : 'unusable', `${name}: ${exit.code}: ${exit.message}`);
  const read = readReply(exit.text, asked.schema, asked.strict ?? false);
  if (!read.ok) return not('unusable', read.why, true);
  const refused = await asked.refuse?.(read.value);
  return refused === undefined ? { ok: true, pid, value: read.value } : not('unusable', refused, true);
}

/** A reply as a model gave it, in the form asked for; `why` says what is wrong with it. */
export function readReply<T>(text: string, schema: ZodType<T>, strict: boolean): { ok: true; value: T } | { ok: false; why: string } {
  const bare = text.trim().replace(/^```(?:json)?\s*\n([\s\S]*?)\n?```$/u, '$1');
  const object = parsed(bare) ?? (strict ? undefined : parsed(outermost(bare)));
  if (object === undefined) return { ok: false, why: bare.includes('{') ? 'it is no plain JSON' : 'it is no JSON' };
  const fits = schema.safeParse(object);
  if (fits.success) return { ok: true, value: fits.data };
  const wrong = fits.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  return { ok: false, why: `it does not have the form asked for: ${wrong.slice(0, MAX_WRONG).join('; ')}` };
}

const MAX_WRONG = 5;

/** From the first brace to the last. */
const outermost = (text: string): string => text.slice(Math.max(0, text.indexOf('{')), text.lastIndexOf('}') + 1);

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // Said by the caller.
    return undefined;
  }
}
