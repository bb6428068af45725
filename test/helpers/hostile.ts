// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
// biome-ignore-all lint/suspicious/noMisleadingCharacterClass: nor these

/** What a terminal would obey or a reader not see: each for itself. */
export const HOSTILE: readonly string[] = [
  '\x1b]0;owned\x07',
  '\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\',
  '\x1b]52;c;ZXZpbA==\x1b\\',
  '\x1b[2J\x1b[3J\x1b[H',
  '\x1b[31mred\x1b[0m',
  '\x1b[6n',
  '\x1b[?1049h',
  '\x1bP$qm\x1b\\',
  '\x1bc',
  '\x9d0;t\x9c',
  '\x9b2J',
  '\x90q\x9c',
  'a\rb',
  'a\bb\x7f',
  '\u202eevil\u202c',
  '\u2066x\u2069',
  'x\u200by\u2060z\ufeff',
  '\u{e0041}\u{e0001}',
  '\u2028\u2029',
  '\x1b',
  '\x1b[',
  '\x1b]8;;http',
  '\0\x01\x1f',
  '&#27;[2J',
  '&#x1b;]0;owned&#7;',
  '&#155;2J',
  '&#8238;evil',
  '\ud800',
  `e${'\u0301'.repeat(3000)}`,
];

const FORBIDDEN = /[\0-\x08\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\n]|[\u{e0000}-\u{e0fff}]/u;

/** What does not belong on a screen, in a row as it is written: all but the colours. Undefined when there is nothing. */
export function foreignIn(painted: string): string | undefined {
  const rest = painted.replace(/\x1b\[\d{1,3}(?:;\d{1,3})*m/gu, '');
  return FORBIDDEN.exec(rest)?.[0];
}
