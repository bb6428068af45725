import { formatPatch, parsePatch, reversePatch } from 'diff';
import type { KernelEvent } from '../../kernel/events.ts';

/** Hunks of what one call changed in a file, numbered from 0 within that change. */
export interface Unwanted {
  readonly path: string;
  readonly call: string;
  readonly hunks: readonly number[];
}

/** The patch that puts them back; undefined where there are no such hunks. Pure. */
export function patchBack(events: readonly KernelEvent[], { path, call, hunks }: Unwanted): string | undefined {
  const changes = events.flatMap((event) => (event.type === 'tool.finished' && event.call === call && event.ok && event.diff ? parsePatch(event.diff) : []));
  const change = changes.find((one) => one.newFileName === path);
  const unwanted = change?.hunks.filter((_, at) => hunks.includes(at)) ?? [];
  return change && unwanted.length > 0 ? formatPatch(reversePatch({ ...change, hunks: unwanted })) : undefined;
}

/** The command that applies it: hunks are found also where lines above have come or gone since; what does not fit any more changes nothing. */
export function commandFor(patch: string): string {
  let end = 'END_OF_PATCH';
  while (patch.includes(end)) end += '_';
  return `patch --batch --forward --strip=0 --reject-file=- <<'${end}'\n${patch}${end}`;
}
