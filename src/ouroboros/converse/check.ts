import type { EventOf, KernelEvent } from '../../kernel/events.ts';
import type { Json } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { type OwnCheck, ownChecks } from '../evaluate/project.ts';
import { verdictOn } from '../evaluate/project-checks.ts';
import { CHECK_FACTS, type CheckFacts } from '../events.ts';
import type { Work } from './course.ts';
import type { ChatCheck } from './events.ts';

/** Of a project's own checks on work that has been done; undefined when that changed no file. */
export interface Checked {
  readonly tree: string;
  readonly changed: readonly string[];
  readonly checks: readonly ChatCheck[];
}

/** Runs what the project had before the work, each check in a disposable copy. What a check came to in an earlier life is not asked again. */
export async function checkWork(ctx: BodyContext, { baseline }: Work, label: string): Promise<Checked | undefined> {
  const tree = await ctx.snapshot(label);
  const changed = (await ctx.changes(baseline, tree)).map((one) => one.path);
  if (changed.length === 0) return undefined;
  const own = await ownChecks(async (path) => (await ctx.written(baseline, [path]))[0]);
  const checks: ChatCheck[] = [];
  for (const one of own) checks.push(checks.some((before) => before.why === STOPPED) ? notRun(one, STOPPED) : await runOwn(ctx, one, { tree, baseline }));
  return { tree, changed, checks };
}

const STOPPED = 'interrupted by the user';

const notRun = ({ name, command }: OwnCheck, why: string): ChatCheck => ({ name, command, ok: false, how: 'not run', why });

interface Trees {
  readonly tree: string;
  readonly baseline: string;
}

async function runOwn(ctx: BodyContext, check: OwnCheck, { tree, baseline }: Trees): Promise<ChatCheck> {
  const { name, command } = check;
  if (check.broken !== undefined) return notRun(check, check.broken);
  const facts = await factsOf(ctx, check, { tree, baseline });
  if (facts === 'stopped') return notRun(check, STOPPED);
  const holds = facts.exit_code === 0 && !facts.timed_out;
  const before = holds || facts.refused !== undefined ? undefined : await factsOf(ctx, check, { tree: baseline, baseline });
  if (before === 'stopped') return notRun(check, STOPPED);
  const { status, evidence } = verdictOn({ command, facts, before, restored: [], with_restored: undefined });
  const why = evidence.map((one) => one.text).join('; ');
  if (status === 'UNAVAILABLE') return notRun(check, why);
  return { name, command, ok: holds, how: holds ? 'holds' : status === 'FAIL' ? 'broken' : 'before', why };
}

async function factsOf(ctx: BodyContext, { command, timeout_ms }: OwnCheck, { tree, baseline }: Trees): Promise<CheckFacts | 'stopped'> {
  const input = { tree, baseline, restore: [], texts: [], without: [], command, assertion: null, artifacts: [], timeout_ms };
  const { details, text, denied } = knownFrom(ctx.past, input) ?? (await ctx.invoke('check', input));
  if (details?.interrupted) return 'stopped';
  const facts = CHECK_FACTS.safeParse(details);
  return facts.success ? facts.data : { exit_code: null, timed_out: false, assertion_found: null, artifacts: [], output_tail: '', refused: denied ?? text };
}

/** The outcome of the same check of the same trees. */
function knownFrom(past: readonly KernelEvent[], input: Json): Pick<Awaited<ReturnType<BodyContext['invoke']>>, 'details' | 'text' | 'denied'> | undefined {
  const asked = JSON.stringify(input);
  const calls = new Set(
    past.flatMap((event) => (event.type === 'tool.intended' && event.tool === 'check' && sameJson(event.input as Json, asked) ? [event.call] : [])),
  );
  const isOf = (event: KernelEvent): event is EventOf<'tool.finished'> => event.type === 'tool.finished' && event.ok && calls.has(event.call);
  const found = calls.size === 0 ? undefined : past.find(isOf);
  return found && { text: found.text, details: found.details as never };
}

/** The log keeps keys in an order of its own. */
const sameJson = (one: Json, other: string): boolean => JSON.stringify(one) === other || sorted(one) === sorted(JSON.parse(other) as Json);

const sorted = (value: Json): string => JSON.stringify(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)));
