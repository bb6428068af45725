// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for

/**
 * What of a record (asciicast, version 2, in which the size changes where the program learnt of it) would not fit on the screen
 * it was written to: rows one below the other on a whole screen, or a way back to the top of a picture. Undefined: all fits.
 */
export function tooTall(cast: string): string | undefined {
  const [head = '{}', ...lines] = cast.trimEnd().split('\n');
  let rows: number = JSON.parse(head).height;
  // What is taken off the screen was painted for the size before.
  let before = rows;
  let isWhole = false;
  for (const line of lines) {
    const [, kind, text] = JSON.parse(line) as [number, string, string];
    if (kind === 'r') [before, rows] = [rows, Number(text.split('x')[1])];
    if (kind !== 'o') continue;
    const switched = text.lastIndexOf('\x1b[?1049');
    if (switched >= 0) isWhole = text[switched + 7] === 'h';
    if (isWhole && count(text, /\n|\x1b\[E/gu) >= rows) return `${rows} rows: ${JSON.stringify(text)}`;
    for (const part of text.split('\n')) if (spanIn(part) >= Math.max(rows, before)) return `${rows} rows, ${before} before: ${JSON.stringify(text)}`;
  }
  return undefined;
}

/** All that a record says was written, without what was echoed in between. */
export const writtenIn = (cast: string): string =>
  cast
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as [number, string, string])
    .map(([, kind, text]) => (kind === 'o' ? text : ''))
    .join('');

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/** Rows between the highest and the lowest one that the cursor is moved to without a line's end. */
function spanIn(text: string): number {
  let at = 0;
  const places = [...text.matchAll(/\x1b\[(\d*)([ABE])/gu)].map(([, by, way]) => {
    at += (way === 'A' ? -1 : 1) * Number(by || 1);
    return at;
  });
  return Math.max(0, ...places) - Math.min(0, ...places);
}
