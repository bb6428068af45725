import type { Config } from '../../kernel/config.ts';
import { TIERS, type Tier } from '../../ouroboros/execute/router.ts';
import type { Seed } from '../../ouroboros/seed/types.ts';
import { absoluteScript } from './flags.ts';

/** Models of workers as they are configured; none where a model was named for all, by the flag or by the seed. */
export function tiersIn(flag: string | undefined, seed: Seed, { tiers }: Config): Readonly<Partial<Record<Tier, string>>> {
  if (flag !== undefined || seed.oxios.model !== undefined) return {};
  return Object.fromEntries(TIERS.flatMap((tier) => (tiers[tier] === undefined ? [] : [[tier, absoluteScript(tiers[tier])]])));
}
