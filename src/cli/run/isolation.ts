import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { OxiosSettings } from '../../ouroboros/seed/types.ts';
import { isInRepository } from './hidden.ts';

/** What the seed says of where criteria are worked on side by side can be done here. Throws SEED_INVALID. */
export function checkIsolation(cwd: AbsPath, { isolation }: OxiosSettings): void {
  if (isolation !== 'worktree' || isInRepository(cwd)) return;
  throw new OxiosError('SEED_INVALID', `oxios.isolation is worktree, and ${cwd} is no work tree of Git`, {
    hint: 'say oxios.isolation: copy, or auto; or name another folder with --project-dir',
  });
}
