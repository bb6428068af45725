// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour text
const COLOUR = /\u001b\[[\d;]*m/gu;

/**
 * Lines of a terminal of this width, broken between words, the rest further in; a word that is too long stays whole, to
 * be copied. Without a width (no terminal) nothing is broken.
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
  for (const word of line.slice(indent.length).split(' ')) {
    const start = lines.length === 0 ? indent : further;
    const longer = at === '' ? `${start}${word}` : `${at} ${word}`;
    if (at === '' || columnsOf(longer) <= width) at = longer;
    else {
      lines.push(at);
      at = `${further}${word}`;
    }
  }
  return [...lines, at].join('\n');
}

/** From here on characters may take two columns: at worst a line is broken early. */
const WIDE = 0x1100;

function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text.replace(COLOUR, '')) columns += (char.codePointAt(0) ?? 0) >= WIDE && !/\p{P}/u.test(char) ? 2 : 1;
  return columns;
}
