import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import { totalTokens } from '../../kernel/model.ts';
import { telling } from '../commands/interview.ts';
import { type Args, flag, numeric, text } from '../commands/shared.ts';
import type { Io } from '../io.ts';
import { pipedText } from '../run/piped.ts';
import { type Conducted, conduct, requestOf } from './session.ts';
import { checkFree, writeSeed } from './write.ts';

type Flags = Args<Record<string, unknown>>;

export type Written =
  | { readonly ok: false; readonly code: number }
  /** What is left for the run itself, and what its recording begins with. */
  | { readonly ok: true; readonly file: string; readonly args: Flags; readonly events: readonly KernelEvent[] };

/** `oxios run -p "request"`: the seed comes first, without a question. A request that is not clear enough is refused. */
export async function seedFirst(args: Flags, io: Io): Promise<Written> {
  const idea = text(args.prompt)?.trim() ?? '';
  if (text(args.seed) !== undefined)
    throw new OxiosError('USAGE', 'a seed and a request are two things to work on', { hint: 'name the seed, or say the request with -p' });
  if (idea === '') throw new OxiosError('USAGE', 'the request is empty', { hint: 'say what to do: oxios run -p "..."' });
  if (flag(args.dryRun))
    throw new OxiosError('USAGE', 'a dry run asks no model, and a request needs one', { hint: 'have the seed written first: oxios interview "..."' });
  const file = text(args.out) ?? 'seed.yaml';
  const force = flag(args.force);
  checkFree(file, force);
  const wish = { idea, piped: await pipedText(io.say), max_rounds: 0, unattended: true, forced: force, answered: false };
  const request = await requestOf(args, io, wish);
  const { beginOnce } = await import('../run/work.ts');
  const say = telling(io);
  const had = await conduct({
    io,
    // Reports are on the run that follows.
    args: { ...args, events: undefined, junit: undefined, sarif: undefined, failOn: undefined },
    begin: beginOnce(request, args.home),
    tell: (ended) => (ended.code === EXIT.ok ? undefined : say(ended)),
  });
  if (had.code !== EXIT.ok || had.state.yaml === undefined) return { ok: false, code: had.code };
  writeSeed(file, had.state.yaml, force);
  io.say(`wrote ${file} (ambiguity ${had.state.scores.at(-1)?.score ?? 1}); working on it`);
  return { ok: true, file, args: { ...args, ...left(args, had) }, events: had.events };
}

/** Limits said by flags hold for both together. Throws LIMIT where nothing is left. */
function left(args: Flags, { result }: Conducted): Record<string, number> {
  if (!result) return {};
  const used = { maxUsd: result.cost_usd ?? 0, maxTokens: totalTokens(result.usage) };
  return Object.fromEntries(
    Object.entries(used).flatMap(([name, amount]) => {
      const said = numeric(args[name]);
      if (said === undefined) return [];
      if (said - amount > 0) return [[name, said - amount]];
      throw new OxiosError('LIMIT', `the seed took all that was allowed: ${said}`, { hint: 'run it with a limit of its own: oxios run seed.yaml' });
    }),
  );
}
