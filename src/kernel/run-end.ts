import { ERROR_CODES, type ErrorCode, EXIT } from './error-codes.ts';
import { exitOf, faultOf } from './errors.ts';
import type { Exit, PayloadOf } from './events.ts';
import { isObject, type Json } from './json.ts';
import type { LogHead } from './log.ts';
import type { Run } from './run.ts';

type Result = PayloadOf<'run.result'>;

/** A protocol's own verdict, carried in the `data` of its root's exit. */
interface Verdict {
  readonly outcome: string;
  readonly exit_code: number;
  readonly criteria: readonly Json[];
  readonly files_changed?: readonly string[];
  readonly text?: string;
  readonly lineage?: { readonly generations: number; readonly lineage: string };
}

/** The last event of a run, from how its root process ended. Shape: ouroboros.md section 6. */
export function resultOf(run: Run, exit: Exit, filesChanged: readonly string[], head: LogHead): Result {
  const verdict = verdictOf(exit);
  const { outcome, exit_code } = verdict ?? outcomeOf(exit);
  const error = errorOf(exit);
  const text = verdict ? verdict.text : exit.how === 'done' ? exit.text : undefined;
  return {
    type: 'run.result',
    outcome,
    exit_code,
    ...(text === undefined ? {} : { text }),
    criteria: [...(verdict?.criteria ?? [])] as never,
    denials: run.denials.map((denial) => ({ ...denial })) as never,
    usage: run.usage,
    cost_usd: run.cost_usd,
    files_changed: [...(verdict?.files_changed ?? filesChanged)],
    audit_head: head,
    ...(error ? { error } : {}),
    ...(isResumable(exit) ? { resumable: true } : {}),
    ...verdict?.lineage,
  };
}

function errorOf(exit: Exit): Result['error'] {
  if (exit.how !== 'failed') return undefined;
  return { code: exit.code, message: firstLine(exit.message), ...(exit.hint === undefined ? {} : { hint: exit.hint }) };
}

export const isResumable = (exit: Exit): boolean =>
  exit.how === 'killed' || (exit.how === 'failed' && (RESUMABLE_EXITS as readonly number[]).includes(exitOf(codeOf(exit.code))));

/** How a process ends that met this error; an unknown one is a defect and carries its stack into the log. */
export function failureOf(error: unknown): Exit {
  const known = faultOf(error);
  if (!known) return { how: 'failed', code: 'INTERNAL', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  return { how: 'failed', code: known.code, message: known.detail, ...(known.hint === undefined ? {} : { hint: known.hint }) };
}

/** Blocked, out of a provider, over a limit: what was done stays, and the run can go on. */
const RESUMABLE_EXITS = [EXIT.blocked, EXIT.environment, EXIT.limit] as const;

function outcomeOf(exit: Exit): { outcome: string; exit_code: number } {
  if (exit.how === 'done') return { outcome: 'DONE', exit_code: EXIT.ok };
  if (exit.how === 'killed') return { outcome: 'CANCELLED', exit_code: exit.signal === 'TERM' ? EXIT.terminated : EXIT.interrupted };
  const exit_code = exitOf(codeOf(exit.code));
  if (exit_code === EXIT.limit) return { outcome: CIRCLES.has(exit.code) ? 'STAGNATED' : 'EXHAUSTED', exit_code };
  return { outcome: exit_code === EXIT.blocked ? 'UNVERIFIED' : 'ERROR', exit_code };
}

/** Going on as before would lead nowhere, whatever the limits. */
const CIRCLES: ReadonlySet<string> = new Set<ErrorCode>(['STAGNATED', 'LOOP']);

const codeOf = (code: string): ErrorCode => (code in ERROR_CODES ? (code as ErrorCode) : 'INTERNAL');

/** An internal error carries its stack in the log; people see the first line. */
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;

function verdictOf(exit: Exit): Verdict | undefined {
  if (exit.how !== 'done' || !isObject(exit.data as Json)) return undefined;
  const data = exit.data as unknown as Partial<Verdict>;
  if (typeof data.outcome !== 'string' || typeof data.exit_code !== 'number') return undefined;
  return {
    outcome: data.outcome,
    exit_code: data.exit_code,
    criteria: data.criteria ?? [],
    ...(data.files_changed ? { files_changed: data.files_changed } : {}),
    ...(data.text ? { text: data.text } : {}),
    ...(data.lineage ? { lineage: data.lineage } : {}),
  };
}
