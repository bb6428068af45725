import type { Json } from '../../kernel/json.ts';
import { createMask } from '../execute/mask.ts';
import { judgeCommand } from '../seed/shell/judge.ts';
import type { Criterion, Seed } from '../seed/types.ts';
import type { CriterionChange, Reflection } from './reflection.ts';

export interface Family {
  readonly parent: Seed;
  /** Ids of criteria that hold: they are kept to the letter. */
  readonly frozen: ReadonlySet<string>;
  /** Changes of goal, constraints and contracts have consensus and the user's word. */
  readonly applied: boolean;
}

/** One change that needs consensus and the user's word. */
export interface Proposed {
  readonly what: 'goal' | 'constraints' | 'verify_command' | 'output_assertion';
  readonly criterion?: string;
  readonly from: Json;
  readonly to: Json;
}

/** What of a reflection needs consensus and the user's word; what says the same again, or is frozen, does not. */
export function proposedIn({ criteria, goal, constraints }: Reflection, { parent, frozen }: Omit<Family, 'applied'>): readonly Proposed[] {
  const whole: Proposed[] = [];
  if (goal !== undefined && goal !== parent.goal) whole.push({ what: 'goal', from: parent.goal, to: goal });
  if (constraints && !isSame(constraints, parent.constraints)) whole.push({ what: 'constraints', from: parent.constraints, to: constraints });
  const contracts = criteria.flatMap((change): Proposed[] => {
    const one = change.action === 'revise' && !frozen.has(change.id) ? parent.acceptance_criteria.find(({ id }) => id === change.id) : undefined;
    if (change.action !== 'revise' || !one) return [];
    return CONTRACT.flatMap((what) => (isOther(change[what], one[what]) ? [{ what, criterion: one.id, from: one[what], to: change[what] ?? null }] : []));
  });
  return [...whole, ...contracts];
}

const CONTRACT = ['verify_command', 'output_assertion'] as const;

const isOther = (to: string | undefined, from: string | null): boolean => to !== undefined && to !== from;

export const touchesContract = (change: CriterionChange & { action: 'revise' }, one: Criterion): boolean =>
  CONTRACT.some((what) => isOther(change[what], one[what]));

/** What a reflection speaks of and the seed does not have, or has already. */
export function inventionIn({ criteria, ontology = {} }: Reflection, parent: Seed): string | undefined {
  const ids = new Set(parent.acceptance_criteria.map((one) => one.id));
  const named = criteria.flatMap((one) => (one.action === 'add' ? (one.depends_on ?? []) : [one.id]));
  const unknown = named.find((id) => !ids.has(id));
  if (unknown !== undefined) return `there is no criterion ${unknown}; there are ${[...ids].join(', ')}`;
  const twice = criteria.find(
    (one, at) => one.action !== 'add' && criteria.some((other, place) => place < at && other.action !== 'add' && other.id === one.id),
  );
  if (twice && twice.action !== 'add') return `${twice.id} is named twice`;
  const again = criteria.find((one) => one.action === 'add' && parent.acceptance_criteria.some((other) => other.description === one.description));
  if (again) return 'a criterion that is added is there already';
  const fields = new Set(parent.ontology_schema.fields.map((one) => one.name));
  const missing = [...(ontology.modify ?? []).map((one) => one.name), ...(ontology.remove ?? [])].find((name) => !fields.has(name));
  if (missing !== undefined) return `the ontology has no field ${missing}`;
  const taken = (ontology.add ?? []).find((one) => fields.has(one.name));
  return taken && `the ontology has a field ${taken.name} already`;
}

/** Workers are told goal, constraints and descriptions: how criteria are checked may not get in there. */
export function leakIn({ criteria, goal, constraints = [] }: Reflection, parent: Seed): string | undefined {
  const said = [parent.goal, ...parent.constraints, ...parent.acceptance_criteria.map((one) => one.description)].join('\n');
  const contracts = [...parent.acceptance_criteria, ...criteria.filter((one) => one.action !== 'keep')].flatMap((one) => [
    one.verify_command,
    one.output_assertion,
  ]);
  const mask = createMask(contracts.map((one) => (one !== undefined && one !== null && !said.includes(one.trim()) ? one : null)));
  const texts = [goal ?? '', ...constraints, ...criteria.flatMap((one) => (one.action === 'keep' ? [] : [one.description ?? '']))];
  return texts.some((text) => mask(text) !== text) ? 'a text that workers are told holds how a criterion is checked' : undefined;
}

/** What a seed has dropped or weakened of its parent; a contract may only become another one where that is applied. */
export function contractFault(seed: Seed, { parent, frozen, applied }: Family): string | undefined {
  const faults = parent.acceptance_criteria.map((before) => {
    const now = seed.acceptance_criteria.find((one) => one.id === before.id);
    if (!now) return `${before.id} is gone`;
    if (frozen.has(before.id)) return isSame(now, before) ? undefined : `${before.id} holds, and is kept to the letter`;
    return weakened(before, now, applied);
  });
  const fresh = seed.acceptance_criteria.filter((one) => parent.acceptance_criteria.find(({ id }) => id === one.id)?.verify_command !== one.verify_command);
  return [...faults, ...fresh.map(emptyIn)].find((fault) => fault !== undefined);
}

function emptyIn({ id, verify_command }: Criterion): string | undefined {
  const verdict = verify_command === null ? undefined : judgeCommand(verify_command);
  return verdict?.proves === 'nothing' || verdict?.proves === 'masked' ? `the command of ${id} proves nothing: ${verdict.why}` : undefined;
}

function weakened(before: Criterion, now: Criterion, applied: boolean): string | undefined {
  for (const what of CONTRACT) {
    if (before[what] !== null && now[what] === null) return `${before.id} has lost its ${what}`;
    if (before[what] !== now[what] && !applied) return `${before.id} has another ${what}, which nobody has agreed to`;
  }
  const lost = before.expected_artifacts.find((path) => !now.expected_artifacts.includes(path));
  if (lost !== undefined) return `${before.id} does not expect ${lost} any more`;
  return before.depends_on.every((id) => now.depends_on.includes(id)) ? undefined : `${before.id} does not depend any more on what it did`;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
