import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Job } from '../job.ts';
import type { State } from '../state.ts';
import type { Isolated } from '../view/beside.ts';
import type { CriterionProgress } from '../view/progress.ts';
import { closeCopy, mergeCopy, openCopy } from './copy.ts';
import { generatedOnBoth } from './generated.ts';
import { type Installs, watchInstalls } from './installs.ts';
import { createPace } from './pace.ts';
import { inCopy, keyOf, type Place } from './place.ts';
import { work } from './worker.ts';

interface Beside {
  readonly ctx: BodyContext;
  readonly job: Job;
  readonly state: State;
  /** The workspace that all copies are made of. */
  readonly base: string;
  readonly installs: Installs;
  /** Copies that were seen in this life to be there. */
  readonly seen: Set<string>;
}

/**
 * Works on criteria side by side, each in a copy of its own, and brings what was done into the workspace, in the order they are given.
 * What is still open afterwards is to be worked on in the workspace. Each step is in the log before the next one begins.
 */
export async function workBeside(ctx: BodyContext, job: Job, ids: readonly string[], state: State): Promise<void> {
  const of = (id: string): CriterionProgress => state.now().criteria.get(id) ?? {};
  const begun = ids.filter((id) => of(id).isolated);
  // What was begun in the workspace, or goes on there after a merge, is none of them.
  const fresh = ids.filter((id) => of(id).isolated || ((of(id).round ?? 1) === 1 && !of(id).started));
  if (begun.length === 0 && !isWanted(ctx, job, fresh.length, fresh.length < ids.length)) return;
  if (!ctx.isolates)
    throw new OxiosError('SANDBOX_MISSING', `${begun.join(', ')} were begun in copies, and without bubblewrap agents cannot be shown one`, {
      hint: `install bubblewrap, and go on with: oxios resume ${ctx.run}`,
    });
  const base = of(begun[0] ?? '').isolated?.base ?? (await ctx.snapshot(`side by side (${keyOf(job, 1)} ${fresh[0]})`));
  const installs = watchInstalls(ctx);
  const beside: Beside = { ctx, job, state, base, installs, seen: new Set() };
  try {
    await workAll(
      beside,
      fresh.filter((id) => !of(id).over),
    );
    const done: string[] = [];
    for (const id of fresh) if (of(id).isolated) done.push(...(await bringIn(beside, id)));
    await Promise.all(done.map((name) => closeCopy(ctx, name)));
  } finally {
    installs.stop();
  }
}

/** What was begun in the workspace goes on there. */
const isWanted = (ctx: BodyContext, { workers, isolation }: Job, open: number, isBegun: boolean): boolean =>
  open > 1 && !isBegun && workers > 1 && isolation !== 'none' && ctx.isolates;

/** As many at once as the pace allows, and never two that share a resource. A fault of one is thrown when the others under way have ended. */
async function workAll(beside: Beside, ids: readonly string[]): Promise<void> {
  const { ctx, job, state } = beside;
  const pace = createPace(ctx, state, job.workers);
  const waiting = [...ids];
  const running = new Map<string, Promise<void>>();
  const faults: unknown[] = [];
  // One after the other, so that they begin in their order.
  const begin = async (id: string): Promise<void> => {
    const place = await placeOf(beside, id);
    const ended = workIn(beside, id, place)
      .then(() => pace.ended(state.now().criteria.get(id)?.worked?.how === 'done'))
      .catch((fault: unknown) => void faults.push(fault))
      .finally(() => running.delete(id));
    running.set(id, ended);
  };
  for (;;) {
    while (faults.length === 0 && running.size < pace.limit()) {
      const at = waiting.findIndex((id) => [...running.keys()].every((other) => !share(job, id, other)));
      if (at < 0) break;
      const id = waiting.splice(at, 1)[0] ?? '';
      await begin(id).catch((fault: unknown) => void faults.push(fault));
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  await pace.stop();
  if (faults.length > 0) throw faults[0];
}

function share({ criteria }: Job, one: string, other: string): boolean {
  const held = criteria.get(other)?.criterion.resources ?? [];
  return (criteria.get(one)?.criterion.resources ?? []).some((name) => held.includes(name));
}

async function workIn({ ctx, job, state }: Beside, id: string, place: Place | undefined): Promise<void> {
  const item = job.criteria.get(id);
  if (item && place) await work(ctx, job, item, state, place);
}

/** The copy for a criterion. Undefined: the one in which it was begun is gone, and it begins anew. */
async function placeOf(beside: Beside, id: string): Promise<Place | undefined> {
  const { ctx, job, state, base } = beside;
  const isolated = state.now().criteria.get(id)?.isolated;
  if (isolated) return (await isThere(beside, id, isolated)) ? inCopy(ctx, job, id, { ...isolated, root: isolated.root as AbsPath }) : undefined;
  const name = `${keyOf(job, 1)}.${[...job.criteria.keys()].indexOf(id) + 1}`;
  const copy = await freshCopy(beside, name);
  beside.seen.add(id);
  await state.emit({ type: 'ac.isolated', criterion: id, round: 1, name, base, copied: copy.tree, root: copy.root, through: [...copy.through] });
  return inCopy(ctx, job, id, copy);
}

/** Nobody has worked in one that the log does not know: what it was made of may be another workspace by now. */
async function freshCopy({ ctx, job, base }: Beside, name: string): ReturnType<typeof openCopy> {
  const open = () => openCopy(ctx, name, base, job.isolation !== 'copy');
  const copy = await open();
  if (copy.made) return copy;
  await closeCopy(ctx, name);
  return open();
}

/** A copy outlives the kernel that made it, but not everything. */
async function isThere(beside: Beside, id: string, { name, base }: Isolated): Promise<boolean> {
  if (beside.seen.has(id)) return true;
  const { made, tree } = await openCopy(beside.ctx, name, base, beside.job.isolation !== 'copy');
  beside.seen.add(id);
  if (made) await anew(beside, id, { tree, conflicts: [], why: 'the copy it was worked on in is gone' });
  return !made;
}

/** What was done in the copy of a criterion goes into the workspace, or the criterion is worked on anew there. Returns copies that nobody needs any more. */
async function bringIn(beside: Beside, id: string): Promise<readonly string[]> {
  const { ctx, state } = beside;
  const isolated = state.now().criteria.get(id)?.isolated;
  if (!isolated || !(await isThere(beside, id, isolated))) return [];
  const { name, base, copied, root, through } = isolated;
  const met = beside.installs.met(root);
  if (met === undefined) {
    const { ours, theirs, yields } = await merging(beside, id, isolated);
    const input = { what: id, copy: root, base, copied, ours, theirs, yields: [...yields], through: [...through] };
    const { installed, conflicts, changed, tree } = await mergeCopy(ctx, input);
    if (installed.length > 0) await anew(beside, id, { tree, conflicts: [], why: installs(installed.join(', ')) });
    else if (conflicts.length > 0) await anew(beside, id, { tree, conflicts, why: undefined });
    else await state.emit({ type: 'ac.merged', criterion: id, round: 1, changed, conflicts, again: false, tree });
  } else await anew(beside, id, { tree: base, conflicts: [], why: installs(met) });
  return [name];
}

const installs = (folders: string): string => `it installs something: ${folders}`;

/** Both sides as they are merged, in the log before anything is done. */
async function merging({ ctx, job, state }: Beside, id: string, { base, copied, root }: Isolated): Promise<NonNullable<CriterionProgress['merging']>> {
  const known = state.now().criteria.get(id)?.merging;
  if (known) return known;
  const ours = await ctx.snapshot(`merge of ${id} (${keyOf(job, 1)})`);
  const theirs = await ctx.snapshot(`work on ${id} (${keyOf(job, 1)})`, root as AbsPath);
  const yields = await generatedOnBoth(ctx, job, [base, ours], [copied, theirs]);
  await state.emit({ type: 'ac.merging', criterion: id, round: 1, ours, theirs, yields });
  return { ours, theirs, yields };
}

async function anew(
  { state }: Beside,
  id: string,
  { tree, conflicts, why }: { readonly tree: string; readonly conflicts: readonly string[]; readonly why: string | undefined },
): Promise<void> {
  await state.emit({
    ...{ type: 'ac.merged', criterion: id, round: 1, changed: [], conflicts: [...conflicts], again: true, tree },
    ...(why === undefined ? {} : { why }),
  } as Parameters<State['emit']>[0]);
}
