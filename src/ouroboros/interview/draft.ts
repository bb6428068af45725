import { z } from 'zod';
import type { JsonObject } from '../../kernel/json.ts';
import { decided, deferred, type Interview } from '../view/interview.ts';
import { occurs, type Quote, type Sources } from './citations.ts';
import { QUOTES } from './quotes.ts';

const name = z.string().trim().min(1);
const CRITERION = z.object({
  id: z.string().default(''),
  description: name,
  quotes: QUOTES,
  verify_command: z.string().nullable().default(null),
  output_assertion: z.string().nullable().default(null),
  expected_artifacts: z.array(z.string()).default([]),
  verify_exemption_reason: z.string().nullable().default(null),
  depends_on: z.array(z.union([z.string(), z.number()])).default([]),
  timeout_s: z.number().positive().nullish(),
});

/** A specification as a model drafts it. */
export const DRAFT = z.object({
  goal: name,
  task_type: z.string().default('code'),
  constraints: z.array(z.object({ text: name, quotes: QUOTES })).default([]),
  criteria: z.array(CRITERION).min(1).max(40),
  ontology: z.object({
    name,
    description: name,
    fields: z.array(z.object({ name, type: name, description: name, required: z.boolean().default(true) })).default([]),
  }),
  principles: z.array(z.object({ name, description: name, weight: z.number().min(0).max(1).default(1) })).default([]),
  exit_conditions: z.array(z.object({ name, description: name, criteria: name })).default([]),
});
export type Draft = z.infer<typeof DRAFT>;
export type DraftCriterion = Draft['criteria'][number];

/** With an id for each criterion, and nothing that only stands for nothing. */
export function tidied(draft: Draft): Draft {
  const ids = new Set<string>();
  const criteria = draft.criteria.map((one, at) => {
    const wanted = one.id
      .trim()
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[-._]+|[-._]+$/gu, '')
      .slice(0, MAX_ID);
    const id = wanted === '' || ids.has(wanted) ? `ac${at + 1}` : wanted;
    ids.add(id);
    const command = blank(one.verify_command);
    const reason = blank(one.verify_exemption_reason);
    return {
      ...one,
      id,
      verify_command: command,
      output_assertion: command === null ? null : blank(one.output_assertion),
      // A reason beside a command excuses nothing.
      verify_exemption_reason: command === null ? reason : null,
    };
  });
  return { ...draft, criteria };
}
const MAX_ID = 60;

const blank = (text: string | null): string | null => (text === null || text.trim() === '' || /^(none|null|n\/a)$/iu.test(text.trim()) ? null : text.trim());

/** Criteria and constraints that nobody asked for. */
export function inventedIn(draft: Draft, sources: Sources): { readonly criteria: readonly string[]; readonly constraints: readonly string[] } {
  const isFounded = (quotes: readonly Quote[]): boolean => quotes.some((quote) => occurs(quote, sources));
  return {
    criteria: draft.criteria.flatMap((one) => (isFounded(one.quotes) ? [] : [one.id])),
    constraints: draft.constraints.flatMap((one) => (isFounded(one.quotes) ? [] : [one.text])),
  };
}

export interface Faults {
  readonly invented: ReturnType<typeof inventedIn>;
  /** By criterion: why its command is none. */
  readonly contracts: ReadonlyMap<string, string>;
}

/** What is left of a draft when nobody mends it: nothing that was made up, and no command that proves nothing. */
export function repaired(draft: Draft, { invented, contracts }: Faults): Draft {
  const seen = new Set<string>();
  const kept = draft.criteria.filter(({ id, description }) => !invented.criteria.includes(id) && !seen.has(description) && seen.add(description));
  const ids = new Set(kept.map((one) => one.id));
  const criteria = kept.map((one) => {
    const flaw = contracts.get(one.id);
    const depends_on = one.depends_on.filter((id) => ids.has(String(id)));
    if (flaw === undefined) return isProvable(one) ? { ...one, depends_on } : { ...one, depends_on, verify_exemption_reason: UNPROVED };
    return { ...one, depends_on, verify_command: null, output_assertion: null, verify_exemption_reason: `No command could be found that proves it: ${flaw}` };
  });
  return { ...draft, criteria, constraints: draft.constraints.filter(({ text }) => !invented.constraints.includes(text)) };
}

const UNPROVED = 'Nothing was named that could prove it by itself: a judge looks at the files';
const isProvable = (one: DraftCriterion): boolean => one.verify_command !== null || one.expected_artifacts.length > 0 || one.verify_exemption_reason !== null;

/** The draft as a seed document, with where it comes from. `run`: the interview's id. */
export function documentOf(draft: Draft, state: Interview, run: string): JsonObject {
  const { goal, task_type, constraints, criteria, ontology, principles, exit_conditions } = draft;
  return {
    goal,
    task_type,
    constraints: [...new Set(constraints.map((one) => one.text))],
    acceptance_criteria: criteria.map(criterionOf),
    ontology_schema: ontology,
    evaluation_principles: principles,
    exit_conditions,
    brownfield_context: contextOf(state),
    metadata: metadataOf(state, run),
  } as unknown as JsonObject;
}

function criterionOf({
  id,
  description,
  verify_command,
  output_assertion,
  expected_artifacts,
  verify_exemption_reason,
  depends_on,
  timeout_s,
}: DraftCriterion) {
  return {
    id,
    description,
    ...(verify_command === null ? {} : { verify_command }),
    ...(output_assertion === null ? {} : { output_assertion }),
    ...(expected_artifacts.length === 0 ? {} : { expected_artifacts }),
    ...(verify_exemption_reason === null ? {} : { verify_exemption_reason }),
    ...(depends_on.length === 0 ? {} : { depends_on }),
    ...(timeout_s ? { timeout_s } : {}),
  };
}

/** The user's own words go with the specification, to whoever works on it. */
function contextOf({ request, project }: Interview): JsonObject {
  const seen = Map.groupBy(project.observations, ({ at }) => at.slice(0, at.lastIndexOf(':')));
  return {
    project_type: project.brownfield ? 'brownfield' : 'greenfield',
    context_references: [
      { path: '.', role: REQUEST, summary: request },
      ...[...seen]
        .slice(0, MAX_REFERENCES)
        .map(([path, found]) => ({ path, role: 'reference', summary: found.map(({ at, text }) => `${at} ${text}`).join('; ') })),
    ],
    existing_patterns: project.patterns,
    existing_dependencies: project.dependencies,
  } as unknown as JsonObject;
}

/** The role of the reference that holds what the user asked for, word for word. */
export const REQUEST = 'request';
const MAX_REFERENCES = 12;

function metadataOf(state: Interview, run: string): JsonObject {
  const later = deferred(state).length;
  return {
    version: '1.0.0',
    created_at: new Date(state.begunAt).toISOString(),
    ambiguity_score: state.scores.at(-1)?.score ?? 1,
    interview_id: run,
    ...unresolved(state),
    decision_provenance: { ...decisions(state), ...(later > 0 ? { deferred: later } : {}), observed: state.project.observations.length },
  };
}

/** What is open, and how it came to be written all the same. */
function unresolved(state: Interview): JsonObject {
  const { degraded, scores } = state;
  const later = deferred(state).map(({ text }) => `to be decided: ${text}`);
  if (!degraded && later.length === 0) return {};
  const last = scores.at(-1);
  const open = degraded && last ? [...last.floor_failures, ...last.missing] : [];
  const how = degraded ? { generation_mode: 'forced', recovery_reason: reasonOf(state) } : { generation_mode: 'deferred' };
  return { ...how, degraded: true, unresolved_slots: [...new Set([...later, ...open])] };
}

/** The request itself is a decision. */
function decisions(state: Interview): { readonly user: number; readonly auto: number } {
  const by = { user: 1 + state.corrections.length, auto: 0 };
  for (const { answer } of decided(state)) by[answer.provenance === 'auto' ? 'auto' : 'user'] += 1;
  return by;
}

function reasonOf({ scores, rules }: Interview): string {
  const last = scores.at(-1);
  const failed = last && last.floor_failures.length > 0 ? `; ${last.floor_failures.join('; ')}` : '';
  return `written ${rules.forced ? 'with --force' : 'as the user wished'} at ambiguity ${last?.score ?? 1}${failed}`;
}
