import type { Evidence } from '../events.ts';
import type { Criterion, Seed } from '../seed/types.ts';

/** One generation: its seed, and what came of it. A fold of the run's events. */
export interface GenerationRecord {
  readonly generation: number;
  readonly digest: string;
  readonly seed: Seed;
  readonly parent_digest: string | null;
  /** What was asked before it was made. */
  readonly questions: readonly string[];
  /** The workspace that was evaluated; undefined before. */
  readonly tree: string | undefined;
  readonly judged: GenerationJudged | undefined;
}

export interface GenerationJudged {
  readonly outcome: string;
  readonly score: number | null;
  readonly similarity: number;
  readonly decision: 'converged' | 'exhausted' | 'stagnated' | 'continue' | 'stands';
  readonly reason: string;
  readonly results: readonly GenerationResult[];
}

export interface GenerationResult {
  readonly criterion: string;
  /** `semantic_ac_key` */
  readonly key: string;
  readonly status: string;
  /** Undefined where nobody looked. */
  readonly evidence?: readonly Evidence[];
}

/** The way from one generation to the next, as far as it was gone. */
export interface NextGeneration {
  readonly wondered?: { readonly questions: readonly string[]; readonly why_not: string | undefined };
  /** As it was answered; null with the reason why there is none. */
  readonly reflected?: { readonly reflection: unknown; readonly why_not: string | undefined };
  /** Whether what needs consensus and the user's word has both. */
  readonly applied?: boolean;
}

/** The same contract gives the same facts on the same workspace. */
export const contractKey = (one: Pick<Criterion, 'verify_command' | 'output_assertion' | 'expected_artifacts' | 'timeout_s'>): string =>
  JSON.stringify([one.verify_command, one.output_assertion, one.expected_artifacts, one.timeout_s ?? null]);
