import { z } from 'zod';
import type { JsonObject } from '../../kernel/json.ts';

export interface OntologyField {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
}

export interface Investment {
  readonly difficulty: 'low' | 'medium' | 'high';
  readonly stakes: 'low' | 'medium' | 'high';
  readonly provenance: string;
  readonly confidence: string;
}

export interface Criterion {
  /** Its own, or `ac1`, `ac2`, ... by place. */
  readonly id: string;
  readonly description: string;
  /** `ac_` and 16 hex digits over what it demands: the same demand keeps it through generations. */
  readonly semantic_ac_key: string;
  readonly verify_command: string | null;
  readonly output_assertion: string | null;
  readonly expected_artifacts: readonly string[];
  readonly verify_exemption_reason: string | null;
  readonly investment: Investment | null;
  /** Ids of criteria that come first. */
  readonly depends_on: readonly string[];
  readonly resources: readonly string[];
  readonly timeout_s?: number;
}

export interface SeedMetadata {
  readonly seed_id: string;
  readonly version: string;
  readonly created_at: string;
  readonly ambiguity_score: number;
  readonly interview_id: string | null;
  readonly parent_seed_id: string | null;
  readonly generation_mode: string;
  readonly degraded: boolean;
  readonly unresolved_slots: readonly string[];
  readonly recovery_reason: string | null;
  readonly decision_provenance?: JsonObject;
}

/** The keys of our own; another reader of the format ignores them. */
export const OXIOS_SETTINGS = z.strictObject({
  model: z.string().optional(),
  budget: z
    .strictObject({
      usd: z.number().positive().optional(),
      tokens: z.number().int().positive().optional(),
      minutes: z.number().positive().optional(),
      tool_calls: z.number().int().positive().optional(),
    })
    .optional(),
  max_generations: z.number().int().positive().max(30).optional(),
  capabilities: z.array(z.string()).optional(),
  isolation: z.enum(['auto', 'worktree', 'copy', 'none']).optional(),
  programs: z.array(z.string()).optional(),
  mcp: z.array(z.string()).optional(),
});
export type OxiosSettings = z.infer<typeof OXIOS_SETTINGS>;

/** A seed as everything behind the parser sees it. */
export interface Seed {
  readonly goal: string;
  readonly task_type: string;
  readonly constraints: readonly string[];
  readonly acceptance_criteria: readonly Criterion[];
  readonly ontology_schema: { readonly name: string; readonly description: string; readonly fields: readonly OntologyField[] };
  readonly evaluation_principles: readonly { readonly name: string; readonly description: string; readonly weight: number }[];
  readonly exit_conditions: readonly { readonly name: string; readonly description: string; readonly criteria: string }[];
  readonly brownfield_context: {
    readonly project_type: string;
    readonly context_references: readonly { readonly path: string; readonly role: string; readonly summary: string }[];
    readonly existing_patterns: readonly string[];
    readonly existing_dependencies: readonly string[];
  };
  readonly metadata: SeedMetadata;
  /** Unknown top-level keys, kept as they are. */
  readonly extra: JsonObject;
  readonly oxios: OxiosSettings;
  /** Whether the file itself gave an id, and a time of creation. */
  readonly given: { readonly seed_id: boolean };
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** `missing`, `string_type`, ...: the kinds of the reference implementation, and ours for lints. */
  readonly code: string;
  /** Dotted place in the document, such as `acceptance_criteria.0.description`. */
  readonly path: string;
  readonly line: number;
  readonly col: number;
  readonly message: string;
  readonly hint?: string;
}

export type SeedReading =
  | { readonly ok: true; readonly seed: Seed; readonly digest: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
