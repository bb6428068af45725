import type { Capability } from './capability.ts';
import type { Activity } from './clock.ts';
import type { Denial } from './denial.ts';
import type { KernelEvent, Limits } from './events.ts';
import type { AbsPath, Pid, RunId } from './ids.ts';
import type { RunRequest } from './kernel-types.ts';
import type { Usage } from './model.ts';
import type { Ledger } from './taint/ledger.ts';

/** One job while a kernel works on it. */
export interface Run {
  readonly id: RunId;
  readonly request: RunRequest;
  /** The model that judges what others did. */
  readonly second: string;
  /** Models that vote, by id; never empty. */
  readonly ballots: readonly string[];
  /** The time limit is what earlier lives left of it. */
  readonly limits: Limits;
  /** Time at work in earlier lives, and whether anybody is now. */
  readonly active_ms: number;
  readonly activity: Activity;
  /** Approved by a person, for the rest of the run or for its folder. */
  granted: readonly Capability[];
  /** Taken back since the run began. */
  revoked: readonly Capability[];
  readonly denials: Denial[];
  /** All events of earlier lives, empty for a new run. */
  readonly past: readonly KernelEvent[];
  /** What the processes of earlier lives had read; empty for a new run. */
  readonly ledgers: ReadonlyMap<Pid, Ledger>;
  /** The seed and other records that no agent may see. */
  readonly hidden: readonly AbsPath[];
  /** Answers the question the run stopped on. */
  answer: string | undefined;
  usage: Usage;
  cost_usd: number | null;
  /** Tree of the workspace before the first call that could write, and the newest one known. */
  firstTree: string | undefined;
  lastTree: string | undefined;
  /** The newest tree of each folder that processes see in the workspace's place, by where it is. */
  readonly mounts: Map<string, string>;
}
