import type { KernelEvent } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';

/** How far a criterion is that is worked on in a copy. */
export interface BesideProgress {
  /** How often it was begun anew, from 1. */
  readonly round?: number;
  /** Absent once what was done there is in the workspace, or was given up. */
  readonly isolated?: Isolated | undefined;
  readonly merging?: { readonly ours: string; readonly theirs: string; readonly yields: readonly string[] } | undefined;
  /** Why it is begun anew. */
  readonly again?: string;
}

export interface Isolated {
  readonly name: string;
  readonly base: string;
  readonly copied: string;
  readonly root: string;
  readonly through: readonly string[];
}

/** What an event changes; `anew`: what was known of the work on the criterion does not hold any more. */
export function foldBeside(event: KernelEvent): { readonly change: BesideProgress; readonly anew: boolean } | undefined {
  const data = event as unknown as JsonObject;
  switch (event.type) {
    case 'ac.isolated':
      return { anew: false, change: { isolated: data as unknown as Isolated } };
    case 'ac.merging':
      return { anew: false, change: { merging: data as unknown as NonNullable<BesideProgress['merging']> } };
    case 'ac.merged':
      return data.again === true
        ? { anew: true, change: { round: Number(data.round) + 1, again: againSaid(data) } }
        : { anew: false, change: { isolated: undefined, merging: undefined } };
    default:
      return undefined;
  }
}

const againSaid = ({ conflicts, why }: JsonObject): string =>
  (conflicts as readonly string[]).length > 0 ? `others changed the same files: ${(conflicts as readonly string[]).join(', ')}` : String(why ?? 'it was lost');
