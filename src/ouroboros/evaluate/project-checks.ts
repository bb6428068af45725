import type { JsonObject } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { CheckFacts, Evidence } from '../events.ts';
import type { Job } from '../job.ts';
import { programsOf } from '../seed/shell/judge.ts';
import type { State } from '../state.ts';
import type { ProjectCheck } from '../view/progress.ts';
import { runCheck } from './check.ts';
import type { Change } from './gaming.ts';
import { gistOf } from './gist.ts';
import { givenArtifacts } from './given.ts';
import { type OwnCheck, ownChecks } from './project.ts';
import { NOTHING_RESTORED, type Restoration, restoration } from './restore.ts';

export interface ProjectAt {
  readonly ctx: BodyContext;
  readonly job: Job;
  readonly state: State;
  readonly tree: string;
  readonly baseline: string;
  readonly changes: readonly Change[];
}

/** What the project's own checks say of the work as a whole; it lowers every criterion. */
export interface ProjectVerdict {
  readonly status: 'FAIL' | 'UNAVAILABLE' | undefined;
  readonly evidence: readonly Evidence[];
}

/** Runs the checks that the project had before the work, each once in the life of a run. */
export async function checkProject(at: ProjectAt): Promise<ProjectVerdict> {
  const read = async (path: string) => (await at.ctx.written(at.baseline, [path]))[0];
  for (const check of await ownChecks(read)) if (!at.state.now().project.has(check.name)) await runOwn(at, check);
  const judged = [...at.state.now().project.values()].map(verdictOn);
  const status = (['FAIL', 'UNAVAILABLE'] as const).find((one) => judged.some((verdict) => verdict.status === one));
  return { status, evidence: judged.flatMap((one) => one.evidence) };
}

async function runOwn({ ctx, job, state, tree, baseline, changes }: ProjectAt, check: OwnCheck): Promise<void> {
  const { name, command, timeout_ms, broken } = check;
  const contract = { command, assertion: null, artifacts: [], timeout_ms };
  const own = { command, artifacts: givenArtifacts(job, state) };
  const restored = await restoration(ctx, { from: baseline, to: tree }, changes, own);
  const run = (of: string, put: Restoration) => runCheck(ctx, contract, { tree: of, baseline, restored: put, without: [] });
  const facts = broken === undefined ? await run(tree, NOTHING_RESTORED) : { ...NOT_RUN, refused: broken };
  const again = restored.paths.length > 0 && holds(facts) ? await run(tree, restored) : undefined;
  const before = broken === undefined && !(holds(facts) && holds(again ?? facts)) ? await run(baseline, NOTHING_RESTORED) : undefined;
  await state.emit({
    type: 'evaluation.project',
    name,
    command,
    facts: facts as unknown as JsonObject,
    restored: [...restored.paths],
    ...(before ? { before: before as unknown as JsonObject } : {}),
    ...(again ? { with_restored: again as unknown as JsonObject } : {}),
  });
}

const NOT_RUN: CheckFacts = { exit_code: null, timed_out: false, assertion_found: null, artifacts: [], output_tail: '' };

const holds = (facts: CheckFacts): boolean => facts.exit_code === 0 && !facts.timed_out;

export function verdictOn({ command, before, facts, restored, with_restored }: ProjectCheck): ProjectVerdict {
  const say = (ok: boolean, text: string): readonly Evidence[] => [{ kind: 'project', ok, text }];
  const missing = facts.interpreter_missing;
  if (facts.refused !== undefined) return { status: 'UNAVAILABLE', evidence: say(false, facts.refused) };
  if (missing !== undefined && (programsOf(command).includes(missing) || before?.interpreter_missing === missing))
    return { status: 'UNAVAILABLE', evidence: say(false, `${missing} is not installed, so the project's own ${command} cannot be run`) };
  const [holdsNow, heldBefore] = [holds(facts), before !== undefined && holds(before)];
  if (holdsNow && (!with_restored || holds(with_restored))) return { status: undefined, evidence: say(true, `the project's own ${command} holds`) };
  const how = holdsNow ? ` with the original ${restored.join(', ')}` : '';
  if (!heldBefore) return { status: undefined, evidence: say(false, `the project's own ${command} fails${how}, as it did before the work`) };
  return {
    status: 'FAIL',
    evidence: say(
      false,
      `the project's own ${command} fails${how}, and did not before the work${gistOf((holdsNow ? with_restored : facts)?.output_tail ?? '')}`,
    ),
  };
}
