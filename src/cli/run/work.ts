import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import { newRunId, type RunId } from '../../kernel/ids.ts';
import type { Kernel, RunRequest } from '../../kernel/kernel-types.ts';
import { type Booted, boot, runIn } from '../boot.ts';
import { type Args, text } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import { errorText, type Io } from '../io.ts';
import { oneLine } from '../render/fit.ts';
import { coloured, plain } from '../render/paint.ts';
import { verdictTable } from '../render/verdict-table.ts';
import type { Begun, Result } from './course.ts';
import { createOutputs, type OutputFlags } from './outputs.ts';
import type { SeedFile } from './sarif.ts';
import { type Ended, runSession } from './session.ts';
import { watchSignals } from './signals.ts';
import { verdictsOf } from './verdicts.ts';

export interface Work {
  readonly io: Io;
  readonly args: Args<Record<string, unknown>>;
  begin(kernel: Kernel): Promise<Begun>;
  /** What reports point into. */
  readonly seed?: SeedFile;
  /** What a run that goes on has in the log already. */
  readonly before?: { readonly last_seq: number; readonly events: readonly KernelEvent[] };
  /** Who answers what is asked; omitted: the person at the terminal. */
  readonly answering?: OutputFlags['answering'];
  /** Says to a person how it ended. */
  tell(ended: Ended): void;
}

/** A kernel may end while it is asked to begin a run; then the next one is. */
const MAX_HANDOVERS = 20;

/** What `run`, `-p` and `resume` have in common: a kernel, a run in it, its outputs, its exit code. */
export async function work({ io, args, begin, tell, seed, before, answering }: Work): Promise<number> {
  const home = homePath(args.home);
  const outputs = createOutputs(io, {
    events: text(args.events),
    record: text(args.record),
    junit: text(args.junit),
    failOn: text(args.failOn),
    sarif: text(args.sarif),
    seed,
    before: before?.events,
    answering,
  });
  const interrupt = watchSignals(io.json);
  for (let handovers = 0; ; handovers++) {
    const booted = await boot(home);
    try {
      const ended = await runSession({ booted, home, interrupt, from: (before?.last_seq ?? -1) + 1, begin, onEvent: outputs.onEvent });
      interrupt.disarm();
      outputs.quiet();
      tell(ended);
      return await outputs.finish(ended);
    } catch (error) {
      if (isHandover(error, booted) && handovers < MAX_HANDOVERS) continue;
      interrupt.disarm();
      throw error;
    } finally {
      await booted.close();
    }
  }
}

const isHandover = (error: unknown, booted: Booted): boolean => !booted.local && error instanceof OxiosError && error.code === 'KERNEL_GONE';

/** Begins a run once, also when the answer to the first try was lost with the kernel that gave it. */
export function beginOnce(request: RunRequest, home: string | undefined): (kernel: Kernel) => Promise<Begun> {
  const named = { ...request, run: newRunId(Date.now()) };
  let tries = 0;
  return (kernel) => (tries++ > 0 && runIn(homePath(home), named.run) ? kernel.resume(named.run, { interactive: request.interactive }) : kernel.start(named));
}

/** The last words to a person; with --json the result itself is on stdout. `worked`: the run whose work it is about. */
export function conclude(io: Io, { run, result, exit, code }: Ended, worked: string = run): void {
  if (exit.how === 'failed' && code !== EXIT.ok) process.stderr.write(errorText(exit.code, exit.message.split('\n')[0] ?? '', exit.hint));
  if (!result) return;
  const verdicts = verdictsOf(result);
  const paint = io.live ? coloured : plain;
  if (verdicts.length > 0) io.say(verdictTable(verdicts, process.stderr.isTTY ? process.stderr.columns : undefined, paint));
  const cost = result.cost_usd === null ? '' : ` · $${result.cost_usd.toFixed(4)}`;
  const { size, root } = result.audit_head;
  const said = `${result.outcome} (exit ${code}) · ${oneLine(changesIn(result))}${cost} · run ${run} · log ${size}:${root.slice(0, 12)}`;
  io.say(paint(code === EXIT.ok ? 'good' : 'bad', said));
  for (const step of nextSteps(result, run, worked)) io.say(step);
}

/** What a person may want to do now. */
function nextSteps(result: Result, run: RunId, worked: string): readonly string[] {
  const wanted = result.exit_code === EXIT.blocked ? wantedRules(result) : [];
  const allow = wanted.length === 0 ? [] : [`if it may do what it was refused: ${wanted.map((rule) => `--allow ${rule}`).join(' ')}`];
  if (result.resumable) return [...allow, `go on with: oxios resume ${run}`];
  if (result.criteria.length === 0) return allow;
  return [
    ...allow,
    ...(result.exit_code === EXIT.ok ? [] : [`another generation with: oxios evolve ${worked}`]),
    ...((result.generations ?? 1) > 1 ? [`how it got there: oxios lineage ${worked}`] : []),
    ...(result.files_changed.length > 0 ? [`take it back with: oxios undo ${worked}`] : []),
  ];
}

function changesIn({ files_changed: files }: Result): string {
  if (files.length === 0) return 'no file changed';
  return `${files.length} changed: ${files.slice(0, MAX_FILES).join(', ')}${files.length > MAX_FILES ? ', ...' : ''}`;
}

/** Rules that nobody granted, each once; what was denied explicitly, or lies out of bounds, is not offered. */
const wantedRules = (result: Result): readonly string[] => {
  const denials = result.denials as unknown as readonly { readonly needs: readonly string[]; readonly reason: string }[];
  return [...new Set(denials.flatMap(({ needs, reason }) => needs.filter((rule) => reason.startsWith(`${rule} is not granted`))))];
};

const MAX_FILES = 8;
