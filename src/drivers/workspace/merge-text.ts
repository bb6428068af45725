import { diffArrays } from 'diff';

/** Lines of the base that one side replaced: from, up to and without `to`. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** More differences than this are no merge any more, and comparing would take long. */
const MAX_EDITS = 5000;

/**
 * Three texts to one, where both sides changed different lines. What both put in at the same place is kept, the earlier side's first.
 * Undefined where they changed the same lines to different ones, and where one of them is no text.
 */
export function mergedText(base: string | undefined, ours: string | undefined, theirs: string | undefined): string | undefined {
  if (base === undefined || ours === undefined || theirs === undefined) return undefined;
  const lines = linesOf(base);
  const mine = hunksOf(lines, linesOf(ours));
  const other = hunksOf(lines, linesOf(theirs));
  if (!mine || !other) return undefined;
  const added = other.filter((hunk) => !mine.some((one) => isSame(one, hunk)));
  if (added.some((hunk) => mine.some((one) => clash(one, hunk)))) return undefined;
  const text = applied(lines, [...mine, ...added]).join('');
  return isOpen(ours) && isOpen(theirs) ? text.replace(/\n$/u, '') : text;
}

const isOpen = (text: string): boolean => text !== '' && !text.endsWith('\n');

/** Each with its end; a last line that has none is given one. */
const linesOf = (text: string): readonly string[] => (isOpen(text) ? `${text}\n` : text).match(/[^\n]*\n/gu) ?? [];

function hunksOf(base: readonly string[], now: readonly string[]): readonly Hunk[] | undefined {
  const parts = diffArrays([...base], [...now], { maxEditLength: MAX_EDITS });
  if (!parts) return undefined;
  const hunks: Growing[] = [];
  let at = 0;
  let open: Growing | undefined;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      open = undefined;
      at += value.length;
      continue;
    }
    open ??= begun(hunks, at);
    if (added) open.lines.push(...value);
    else {
      at += value.length;
      open.to = at;
    }
  }
  return hunks;
}

interface Growing extends Hunk {
  to: number;
  readonly lines: string[];
}

function begun(hunks: Growing[], at: number): Growing {
  const hunk: Growing = { from: at, to: at, lines: [] };
  hunks.push(hunk);
  return hunk;
}

const isSame = (a: Hunk, b: Hunk): boolean => a.from === b.from && a.to === b.to && a.lines.join('') === b.lines.join('');

/** Nothing replaced twice; what is only put in clashes with a replacement around it. */
const clash = (a: Hunk, b: Hunk): boolean => a.from < b.to && b.from < a.to;

/** Those of the earlier side come first where both begin at one place and one of them replaces nothing. */
function applied(base: readonly string[], hunks: readonly Hunk[]): readonly string[] {
  const out: string[] = [];
  let at = 0;
  for (const { from, to, lines } of [...hunks].sort((a, b) => a.from - b.from || a.to - b.to)) {
    out.push(...base.slice(at, from), ...lines);
    at = to;
  }
  return [...out, ...base.slice(at)];
}
