import { createTwoFilesPatch } from 'diff';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Change } from './gaming.ts';

/** As much of a difference as a judge is sent, characters: of one file, and of all. It can read the files themselves. */
const MAX_FILE = 8_000;
const MAX_ALL = 40_000;

/** What was changed, as unified differences; bounded. */
export async function diffOf(ctx: BodyContext, trees: { readonly from: string; readonly to: string }, changes: readonly Change[]): Promise<string> {
  const parts: string[] = [];
  let left = MAX_ALL;
  for (const [at, { path, change }] of changes.entries()) {
    if (left <= 0) return [...parts, `[and ${changes.length - at} more files]`].join('\n');
    const [before = ''] = change === 'added' ? [] : await ctx.written(trees.from, [path]);
    const [after = ''] = change === 'removed' ? [] : await ctx.written(trees.to, [path]);
    const part = differenceOf(path, change, before, after).slice(0, Math.min(MAX_FILE, left));
    left -= part.length;
    parts.push(part);
  }
  return parts.join('\n');
}

function differenceOf(path: string, change: Change['change'], before: string, after: string): string {
  if (before.includes('\0') || after.includes('\0')) return `${path}: binary, ${change}`;
  if (before.length + after.length > MAX_ALL * 4) return `${path}: ${change}, ${after.length} characters now`;
  const [from, to] = [change === 'added' ? '/dev/null' : path, change === 'removed' ? '/dev/null' : path];
  return createTwoFilesPatch(from, to, before, after, undefined, undefined, { context: 3 }).replace(/^=+\n/u, '');
}
