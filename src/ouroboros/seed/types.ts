import type { z } from 'zod';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { OXIOS_SETTINGS } from './extension.ts';

/** What a seed asks of Oxios itself, its top-level key `oxios`. */
export type OxiosSettings = z.infer<typeof OXIOS_SETTINGS>;

/** The kinds of work that are known; a seed may name others, which are handled like code. */
export const TASK_TYPES = ['code', 'research', 'analysis', 'artifact', 'document', 'documentation', 'presentation'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

/** A specification, read and normalized. Immutable; its identity is its digest. Keys are those of the file. */
export interface Seed {
  readonly goal: string;
  readonly task_type: string;
  readonly brownfield_context: BrownfieldContext;
  readonly constraints: readonly string[];
  readonly acceptance_criteria: readonly Criterion[];
  readonly ontology_schema: Ontology;
  readonly evaluation_principles: readonly EvaluationPrinciple[];
  readonly exit_conditions: readonly ExitCondition[];
  readonly metadata: SeedMetadata;
  /** Empty when the file says nothing. */
  readonly oxios: OxiosSettings;
  /** Top-level keys that are not ours, kept as they are. */
  readonly extra: JsonObject;
}

export interface Criterion {
  /** Unique in the seed: the criterion's own id, or `ac1`, `ac2`, ... by its place. */
  readonly id: string;
  readonly description: string;
  /** The same for the same description and contract, in every file and generation. */
  readonly semantic_ac_key: string;
  /** A shell command that exits with 0 when the criterion holds. */
  readonly verify_command: string | null;
  /** POSIX paths inside the workspace that must exist afterwards. */
  readonly expected_artifacts: readonly string[];
  /** Literal text that stdout and stderr of `verify_command` hold. */
  readonly output_assertion: string | null;
  /** Why there can be no command; never together with one. */
  readonly verify_exemption_reason: string | null;
  readonly investment: Investment | null;
  /** Ids of criteria that come first. */
  readonly depends_on: readonly string[];
  /** Names of things (a port, a database) that two criteria must not use at once. */
  readonly resources: readonly string[];
  /** Limit of one run of `verify_command`, seconds. */
  readonly timeout_s?: number;
}

export type Level = 'low' | 'medium' | 'high';

export interface Investment {
  readonly difficulty: Level | null;
  readonly stakes: Level | null;
  readonly provenance: 'declared' | 'measured' | 'inferred' | 'absent';
  readonly confidence: Level;
}

export interface BrownfieldContext {
  readonly project_type: string;
  readonly context_references: readonly { readonly path: string; readonly role: string; readonly summary: string }[];
  readonly existing_patterns: readonly string[];
  readonly existing_dependencies: readonly string[];
}

export interface Ontology {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly OntologyField[];
}

export interface OntologyField {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
}

export interface EvaluationPrinciple {
  readonly name: string;
  readonly description: string;
  /** 0 to 1. */
  readonly weight: number;
}

export interface ExitCondition {
  readonly name: string;
  readonly description: string;
  readonly criteria: string;
}

export interface SeedMetadata {
  /** As written, or derived from the digest. */
  readonly seed_id: string;
  readonly version: string;
  /** ISO 8601 as written; null when the file does not say. */
  readonly created_at: string | null;
  /** 0 (clear) to 1. */
  readonly ambiguity_score: number;
  readonly interview_id: string | null;
  readonly parent_seed_id: string | null;
  readonly generation_mode: string;
  readonly degraded: boolean;
  readonly unresolved_slots: readonly string[];
  readonly recovery_reason: string | null;
  /** How many decisions came about in which way; only where the file has it. */
  readonly decision_provenance?: Readonly<Record<string, number>>;
}

/** Every key of the seed as JSON. */
export type SeedDocument = Readonly<Record<string, Json>>;

/** A file read: the seed, its digest and its lints, or everything that is wrong with it. */
export type SeedReading =
  | { readonly ok: true; readonly file: string; readonly seed: Seed; readonly digest: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly file: string; readonly diagnostics: readonly Diagnostic[] };
