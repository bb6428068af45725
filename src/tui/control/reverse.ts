import { formatPatch, structuredPatch } from 'diff';
import type { KernelEvent } from '../../kernel/events.ts';
import { isObject } from '../../kernel/json.ts';
import { hunksOf } from '../diff/hunks.ts';
import { withoutHunks } from '../diff/without.ts';

/** Hunks of what one call changed in a file, numbered from 0 within that change. */
export interface Unwanted {
  readonly call: string;
  readonly hunks: readonly number[];
}

/**
 * A file's text with hunks of several calls taken back, in this order. Undefined where the text has no longer what one of
 * them made of it, in exactly one place; then nothing of it is to be changed. `isGone`: there was no such file before. Pure.
 */
export function textBefore(
  text: string,
  events: readonly KernelEvent[],
  path: string,
  unwanted: readonly Unwanted[],
): { readonly text: string; readonly isGone: boolean } | undefined {
  let now: string | undefined = text;
  let isGone = false;
  for (const { call, hunks } of unwanted) {
    const done = events.findLast((event) => event.type === 'tool.finished' && event.call === call && event.ok);
    const { diff: made = '', details } = done?.type === 'tool.finished' ? done : {};
    const all = hunksOf(made);
    const places = all.flatMap((hunk, place) => (hunk.path === path ? [place] : []));
    const rejected = hunks.map((nth) => places[nth] ?? all.length);
    now = now === undefined ? undefined : withoutHunks(now, made, rejected);
    // A file that was there and empty has the same diff as one that was not.
    isGone = now === '' && madeFile(details);
  }
  return now === undefined ? undefined : { text: now, isGone };
}

const madeFile = (details: unknown): boolean => isObject(details) && details.created === true;

export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly removes: boolean;
}

/**
 * The command that makes one text of another. Its hunks say where they belong, and nothing is guessed: when the file is
 * another one by the time it runs, it changes nothing. A hunk is put in or not; several are tried first, since patch would
 * put in those that fit.
 */
export function commandFor({ path, before, after, removes }: Change): string {
  const named = path.replace(/[\r\n]/gu, '?');
  const made = structuredPatch(named, named, before, after, undefined, undefined, { context: 3 });
  const patch = formatPatch(made).replace(/^(?:Index: .*\n)?=+\n/u, '');
  let end = 'END_OF_PATCH';
  while (patch.includes(end)) end += '_';
  const options = `--batch --forward --fuzz=0 --no-backup-if-mismatch --reject-file=-${removes ? ' --remove-empty-files' : ''}`;
  const rest = `${options} ${quoted(path)} <<'${end}'`;
  const once = `patch ${rest}\n${patch}${end}`;
  return made.hunks.length > 1 ? `patch --dry-run ${rest} &&\n${patch}${end}\n${once}` : once;
}

const quoted = (path: string): string => `'${(path.startsWith('-') ? `./${path}` : path).replaceAll("'", "'\\''")}'`;
