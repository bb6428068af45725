import { formatPatch, parsePatch, reversePatch } from 'diff';
import type { KernelEvent } from '../../kernel/events.ts';

/**
 * The patch that puts hunks of a file back: they are numbered from 0 over all the diffs that tools made of it in a run, in
 * the order they were made. Undefined where there are no such hunks. Pure.
 */
export function patchBack(events: readonly KernelEvent[], path: string, hunks: readonly number[]): string | undefined {
  const wanted = new Set(hunks);
  const changes = events.flatMap((event) => (event.type === 'tool.finished' && event.ok && event.diff ? parsePatch(event.diff) : []));
  let at = 0;
  const parts = changes
    .filter((one) => one.newFileName === path)
    .map((one) => ({ ...one, hunks: one.hunks.filter(() => wanted.has(at++)) }))
    .filter((one) => one.hunks.length > 0);
  // What was done last is taken back first.
  return parts.length === 0
    ? undefined
    : parts
        .toReversed()
        .map((one) => formatPatch(reversePatch(one)))
        .join('');
}

/** The command that applies it: hunks are found also where lines above have come or gone since; what does not fit any more changes nothing. */
export function commandFor(patch: string): string {
  let end = 'END_OF_PATCH';
  while (patch.includes(end)) end += '_';
  return `patch --batch --forward --strip=0 --reject-file=- <<'${end}'\n${patch}${end}`;
}
