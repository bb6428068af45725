const ESC = 0x1b;
/** Colours and switches, as far as they go from one place on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: looks for one
const LOOK = /\x1b\[[\d;]*m/uy;

/** From and to: printable ASCII, Latin letters, dashes and dots, lines and blocks, Braille. */
const SIMPLE = [
  [0x20, 0x7e],
  [0xb0, 0x2ff],
  [0x2010, 0x2027],
  [0x2500, 0x25a9],
  [0x2800, 0x28ff],
] as const;

/**
 * Columns of a text of signs of one column each, whatever stands beside them, and of colours, which have none; -1 when there
 * is anything else in it. It stands before `string-width`, which takes such text apart by Unicode's rules.
 */
export function simpleWidth(text: string): number {
  let columns = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (isSimple(code)) {
      columns++;
      at++;
    } else {
      const end = code === ESC ? lookEnd(text, at) : -1;
      if (end < 0) return -1;
      at = end;
    }
  }
  return columns;
}

const isSimple = (code: number): boolean => SIMPLE.some(([from, to]) => code >= from && code <= to);

function lookEnd(text: string, at: number): number {
  LOOK.lastIndex = at;
  return LOOK.test(text) ? LOOK.lastIndex : -1;
}
