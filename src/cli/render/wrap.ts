// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour text
const COLOUR = /\u001b\[[\d;]*m/gu;

/**
 * Lines of a terminal of this width, broken between words, or between characters of a script that has no spaces, the rest
 * further in; a word that is too long stays whole, to be copied. Without a width (no terminal) nothing is broken.
 */
export const wrap = (text: string, width: number | undefined, further = 2): string =>
  width === undefined
    ? text
    : text
        .split('\n')
        .map((line) => (columnsOf(line) <= width ? line : wrapLine(line, width, ' '.repeat(further))))
        .join('\n');

function wrapLine(line: string, width: number, step: string): string {
  const indent = /^ */u.exec(line)?.[0] ?? '';
  const further = indent + step;
  const lines: string[] = [];
  let at = '';
  for (const { glue, text } of piecesOf(line.slice(indent.length))) {
    const start = lines.length === 0 ? indent : further;
    const longer = at === '' ? `${start}${text}` : `${at}${glue}${text}`;
    if (at === '' || columnsOf(longer) <= width) at = longer;
    else {
      lines.push(at);
      at = `${further}${text}`;
    }
  }
  return [...lines, at].join('\n');
}

/** Where a line may be broken, and what stands there if it is not. */
const piecesOf = (line: string): readonly { readonly glue: string; readonly text: string }[] =>
  line.split(' ').flatMap((word) => word.split(BETWEEN).map((text, at) => ({ glue: at === 0 ? ' ' : '', text })));

/** After a character of a script without spaces; what ends a clause stays with it. */
const BETWEEN = /(?<=[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60])(?!\p{P}|$)/u;

/** Punctuation of those scripts. */
const WIDE_MARKS = /[\u3000-\u303f\uff00-\uff60]/u;

/** From here on characters may take two columns: at worst a line is broken early. */
const WIDE = 0x1100;

function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text.replace(COLOUR, '')) columns += (char.codePointAt(0) ?? 0) >= WIDE && (!/\p{P}/u.test(char) || WIDE_MARKS.test(char)) ? 2 : 1;
  return columns;
}
