import stringWidth from 'string-width';

/**
 * Characters of one UTF-16 unit that stand for themselves, whatever is beside them: no mark, no joiner, no selector, no
 * half, no conjoining letter, nothing that emoji are made of. All else is taken apart by Unicode's own rules.
 */
const SIMPLE =
  /^[\x20-\x7e\xa0-\xa8\xaa-\xac\xaf-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ea\u1e00-\u200a\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u2070-\u20cf\u2190-\u2193\u219c-\u21a8\u2200-\u2319\u2500-\u25a9\u2713\u22ef\u3000-\u3029\u3031-\u303c\u3040-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]$/u;

const UNKNOWN = 127;
const COMPLEX = -1;
/** Columns of each unit, found when it is first seen. */
const cells = new Int8Array(65_536).fill(UNKNOWN);

/** Columns of the unit at `at`; -1 when what it is depends on its neighbours. */
export function cellAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const known = cells[code];
  if (known !== undefined && known !== UNKNOWN) return known;
  const char = String.fromCharCode(code);
  const columns = SIMPLE.test(char) ? stringWidth(char) : COMPLEX;
  cells[code] = columns;
  return columns;
}

/**
 * Behind the units from `at` on that have to be looked at together: between two simple ones there is always a border.
 */
export function complexEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && !(cellAt(text, end) >= 0 && cellAt(text, end - 1) >= 0)) end++;
  return end;
}

/** Whether the unit at `at` is a whole character for itself. */
export const standsAlone = (text: string, at: number): boolean => cellAt(text, at) >= 0 && (at + 1 >= text.length || cellAt(text, at + 1) >= 0);

/** Columns of clean text. */
export function measure(text: string): number {
  let columns = 0;
  for (let at = 0; at < text.length; ) {
    if (standsAlone(text, at)) columns += cellAt(text, at++);
    else {
      const end = complexEnd(text, at);
      columns += clusterWidth(text.slice(at, end));
      at = end;
    }
  }
  return columns;
}

/** Emoji come again and again. */
const kept = new Map<string, number>();
const MOST_KEPT = 4096;
const MOST_UNITS = 16;

function clusterWidth(text: string): number {
  if (text.length > MOST_UNITS) return stringWidth(text);
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const columns = stringWidth(text);
  kept.set(text, columns);
  return columns;
}
