import { z } from 'zod';
import type { BodyFields } from '../kernel/events.ts';
import { CHAT_BODIES, CHAT_EVENTS } from './converse/events.ts';
import { CONSENSUS_BODIES, CONSENSUS_EVENTS } from './evaluate/events.ts';
import { LINEAGE_BODIES, LINEAGE_EVENTS } from './evolve/events.ts';
import { BESIDE_BODIES, BESIDE_EVENTS } from './execute/events.ts';
import { TIERS } from './execute/router.ts';
import { INTERVIEW_BODIES, INTERVIEW_EVENTS } from './interview/events.ts';

/** Facts the `check` tool found; it judges nothing. */
export const CHECK_FACTS = z.object({
  exit_code: z.number().nullable(),
  timed_out: z.boolean(),
  assertion_found: z.boolean().nullable(),
  artifacts: z.array(z.object({ path: z.string(), exists: z.boolean(), bytes: z.number(), same_as_baseline: z.boolean() })),
  output_tail: z.string(),
  interpreter_missing: z.string().optional(),
  /** One hash over what is installed beside the snapshot, such as node_modules. */
  installed: z.string().optional(),
  /** What the sandbox did not let the command do, as far as its output says so. */
  sandbox: z.string().optional(),
  /** The call itself was refused or failed: nothing is known. */
  refused: z.string().optional(),
});
export type CheckFacts = Readonly<z.infer<typeof CHECK_FACTS>>;

export const AC_STATUS = ['PASS', 'FAIL', 'UNVERIFIED', 'UNAVAILABLE', 'INVALID', 'BLOCKED'] as const;
export type AcStatus = (typeof AC_STATUS)[number];

/** One reason for a verdict. */
export const EVIDENCE = z.object({
  kind: z.enum(['contract', 'artifact', 'baseline', 'restored', 'semantic', 'consensus', 'worker', 'denial', 'project', 'workspace']),
  ok: z.boolean(),
  text: z.string(),
  at: z.array(z.string()).optional(),
});
export type Evidence = Readonly<z.infer<typeof EVIDENCE>>;

export const JUDGEMENT = z.object({
  compliance: z.boolean(),
  score: z.number().min(0).max(1),
  goal_alignment: z.number().min(0).max(1),
  drift: z.number().min(0).max(1),
  uncertainty: z.number().min(0).max(1),
  reward_hacking_risk: z.number().min(0).max(1),
  evidence: z.array(z.string()).min(1),
  reasons: z.string(),
});
export type Judgement = Readonly<z.infer<typeof JUDGEMENT>>;

const criterion = z.string();

/** The protocol's own events. Additive only. */
export const OUROBOROS_EVENTS = {
  ...INTERVIEW_EVENTS,
  'seed.loaded': z.object({ digest: z.string(), file: z.string(), seed: z.json() }),
  'plan.made': z.object({ levels: z.array(z.array(z.string())), edges: z.array(z.object({ from: z.string(), to: z.string(), why: z.string() })) }),
  /** The contract on the untouched workspace. */
  'ac.baseline': z.object({ criterion, tree: z.string(), facts: CHECK_FACTS }),
  /** A try begins. Numbers count within a generation; `round`: work that could not be merged is done anew. */
  'ac.started': z.object({
    criterion,
    title: z.string(),
    attempt: z.number(),
    generation: z.number().optional(),
    round: z.number().optional(),
    /** `semantic_ac_key` */
    key: z.string().optional(),
    /** Who goes about it in another way than before. */
    persona: z.string().optional(),
  }),
  /** The model of a try, by what the criterion asks of it. */
  'router.decided': z.object({
    criterion,
    attempt: z.number(),
    tier: z.enum(TIERS),
    model: z.string(),
    complexity: z.number(),
    why: z.string(),
  }),
  /** A criterion, or a part of one, was too big for one agent. */
  'ac.split': z.object({
    criterion,
    attempt: z.number(),
    part: z.string().optional(),
    evidence: z.string(),
    reason: z.string(),
    /** Who ran into it. */
    worker: z.number().optional(),
    parts: z.array(z.object({ id: z.string(), description: z.string(), artifacts: z.array(z.string()) })),
  }),
  /** The contract on what a try left, in a copy, and whether another try follows. The verdict comes later. */
  'ac.tried': z.object({
    criterion,
    attempt: z.number(),
    /** Null: there is nothing to check it by, or nothing was learned. */
    holds: z.boolean().nullable(),
    tree: z.string().optional(),
    facts: CHECK_FACTS.optional(),
    /** Of what the check said, without what differs each time. */
    signature: z.string(),
    /** Share of the contract that is not met. */
    unmet: z.number(),
    next: z.enum(['done', 'again', 'over']),
    /** In a copy beside others: what it lacks may be in theirs, and it is looked at once more when all are merged. */
    beside: z.boolean().optional(),
    why: z.string(),
  }),
  /** Tries that lead nowhere, also with another approach: none follows, in no generation, until the criterion changes. */
  'ac.stagnated': z.object({ criterion, key: z.string(), pattern: z.string(), personas: z.array(z.string()) }),
  /** How far the work went beyond what was asked for; null: not known. */
  'drift.measured': z.object({
    generation: z.number(),
    score: z.number().nullable(),
    goal: z.number().nullable(),
    constraint: z.number(),
    ontology: z.number().nullable(),
    /** Changed files that no criterion speaks of. */
    outside: z.array(z.string()),
    violations: z.array(z.string()),
  }),
  /** A worker ended. Its words are kept, and are never evidence. */
  'ac.worked': z.object({
    criterion,
    attempt: z.number(),
    worker: z.number(),
    how: z.string(),
    denials: z.array(z.string()),
    claim: z.string(),
    code: z.string().optional(),
    /** It was refused something it may have needed. */
    blocked: z.boolean().optional(),
    /** Of a criterion that was split; the whole follows when all parts have ended. */
    part: z.string().optional(),
  }),
  ...BESIDE_EVENTS,
  'evaluation.started': z.object({ tree: z.string(), baseline: z.string(), changed: z.array(z.string()) }),
  /** The project's own check, which was there before the work; the first facts are of the untouched workspace. */
  'evaluation.project': z.object({
    name: z.string(),
    command: z.string(),
    before: CHECK_FACTS.optional(),
    facts: CHECK_FACTS,
    restored: z.array(z.string()),
    with_restored: CHECK_FACTS.optional(),
  }),
  'evaluation.checked': z.object({
    criterion,
    facts: CHECK_FACTS,
    restored: z.array(z.string()),
    with_restored: CHECK_FACTS.optional(),
    /** Added files that may decide how the check goes, and the facts without them. */
    left_out: z.array(z.string()).optional(),
    without_added: CHECK_FACTS.optional(),
  }),
  'evaluation.judged': z.object({
    criterion,
    judge: z.number(),
    judgement: JUDGEMENT.nullable(),
    why_not: z.string().optional(),
    /** Places it cited that do not exist: they were dropped. */
    dropped: z.array(z.string()).optional(),
    /** A judge was asked, and nothing can be made of its answer. */
    unusable: z.boolean().optional(),
  }),
  ...CONSENSUS_EVENTS,
  'ac.judged': z.object({ criterion, status: z.enum(AC_STATUS), evidence: z.array(EVIDENCE) }),
  /** The workspace is no longer the one that was evaluated. */
  'evaluation.outdated': z.object({ tree: z.string(), now: z.string(), changed: z.array(z.string()) }),
  /** Of one generation. */
  'evaluation.finished': z.object({ outcome: z.string(), exit_code: z.number() }),
  ...LINEAGE_EVENTS,
  ...CHAT_EVENTS,
} as const;

export const OUROBOROS_BODIES: BodyFields = {
  ...INTERVIEW_BODIES,
  'seed.loaded': ['seed'],
  'ac.baseline': ['facts'],
  'ac.started': ['title'],
  'ac.worked': ['claim', 'denials'],
  ...BESIDE_BODIES,
  'ac.split': ['reason', 'parts'],
  'ac.tried': ['facts'],
  'drift.measured': ['violations'],
  'evaluation.project': ['before', 'facts', 'with_restored'],
  'evaluation.checked': ['facts', 'with_restored', 'without_added'],
  'evaluation.judged': ['judgement', 'why_not', 'dropped'],
  ...CONSENSUS_BODIES,
  'ac.judged': ['evidence'],
  ...LINEAGE_BODIES,
  ...CHAT_BODIES,
};
