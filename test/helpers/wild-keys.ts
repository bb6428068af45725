import { IDEA } from './interview.ts';
import { type Random, random } from './random.ts';

const ESC = '\x1b';

/** What a person never means, all the same comes from keyboards, mice, terminals and clipboards. Ctrl-\\ is left out: a terminal in its usual mode, as an editor has it, takes it for a signal that ends everything. */
const KEYS: readonly string[] = [
  ...'\x01\x02\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x12\x14\x15\x16\x17\x18\x19\x1d\x1e\x1f\x7f\x00',
  ...['A', 'B', 'C', 'D', 'F', 'H', 'Z', 'I', 'O'].map((one) => `${ESC}[${one}`),
  ...['A', 'B', 'C', 'D', 'F', 'H', 'P', 'Q', 'R', 'S'].map((one) => `${ESC}O${one}`),
  ...[
    '1;5C',
    '1;5D',
    '1;3C',
    '1;3D',
    '1;2A',
    '2~',
    '3~',
    '5~',
    '6~',
    '5~',
    '6~',
    '15~',
    '24~',
    '3;5~',
    '13;2u',
    '13;3u',
    '27u',
    '97;5u',
    '57399u',
    '999u',
    '?1;2c',
    '24;80R',
  ].map((one) => `${ESC}[${one}`),
  ...[...'12345apbdfkzq.<\r\x7f\x0b'].map((one) => `${ESC}${one}`),
  `${ESC}${ESC}`,
  `${ESC}[999;`,
  `${ESC}]11;rgb:0000/0000/0000${ESC}\\`,
  `${ESC}P1$r0m${ESC}\\`,
  '\x9b',
];

/** What may leave the shell, or stops it. */
const ENDS: readonly string[] = ['\x03', '\x03', '\x04', '\x1a'];

/** Bytes that are no UTF-8: cut short, too long, half a pair, beyond the last one, of no character. */
const BROKEN: readonly Uint8Array[] = [
  [0xe6, 0xbc],
  [0xf0, 0x9f, 0x91],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xff, 0xfe],
  [0x80],
  [0x9b, 0x41],
].map((bytes) => Uint8Array.from(bytes));

const CHARS: readonly string[] = [
  ...'abcdefghijklmnoprstuvwxyz GNY0123456789?/!@#.,-',
  ...['漢', '한', 'é', 'e\u0301', '👩‍👩‍👧', '🎉', '\u202e', '\u200b', 'ﷺ', '🇩🇪'],
];

/** Closes what is open and takes out what is typed: what follows is a line of its own. */
const EMPTY = `${ESC}[27u\x05\x15`;

/** Opens what lies over the rest: all commands, what waits for an answer, help, another layout, and forms in which something is written. */
const OPENS: readonly string[] = [
  '\x0b',
  `${ESC}a`,
  `${ESC}a`,
  `${EMPTY}?`,
  `${ESC}p`,
  `${ESC}aw`,
  `${EMPTY}/sessions\r/`,
  // Which of them is met is chance; those that take most keys are tried most.
  ...Array<string>(3).fill(`${EMPTY}/sessions\re`),
  `${ESC}1m`,
  `${ESC}1n`,
  `${ESC}5/`,
  `${ESC}2v`,
];

/** Lines that do something, with their Enter. */
const LINES: readonly string[] = [
  ...[
    'hello',
    'tell me more',
    '# heading',
    'a\u0301 漢字 🎉',
    '/help',
    '/new',
    '/agents',
    '/audit tool.',
    '/sessions',
    '/sessions hear',
    '/cost',
    '/theme dark',
  ],
  ...[
    '/theme',
    '/model',
    '/layout inline',
    '/layout panes',
    '/approvals',
    '/verify',
    '/diff',
    '/undo',
    '/redo',
    '/seed',
    '/resume',
    '/fork',
    '/compact',
    '/nothing',
    '//',
    '!',
  ],
  ...['!echo one', '!printf "\\033[2Jtwo"', '@notes', '/export fuzz.md', `/interview ${IDEA}`, `/interview ${IDEA}`, '/kill assistant', '/etc/hosts is broken'],
].map((line) => `${line}\r`);

const HOSTILE = `${ESC}[2J${ESC}]52;c;eA==\x07${ESC}[?1049l${ESC}c\x9b3J\u202eabc\x00\r\n`;

const paste = (text: string): string => `${ESC}[200~${text}${ESC}[201~`;

const PASTES: readonly string[] = [
  ...[
    paste('short'),
    paste('two\rlines'),
    paste('line\n'.repeat(60)),
    paste('w'.repeat(3000)),
    paste(HOSTILE),
    paste('漢字 '.repeat(200)),
    paste(''),
    paste('\t\t'),
  ],
  `${ESC}[200~never ended`,
];

/** One sequence of a keyboard, a mouse or a clipboard, at a screen of this size. */
function wild(by: Random, columns: number, rows: number): string | Uint8Array {
  const what = by.int(1000);
  if (what < 440) return by.pick(KEYS);
  if (what < 740) return by.pick(CHARS);
  if (what < 790) return `${by.pick(['', EMPTY, EMPTY])}${by.pick(LINES)}`;
  if (what < 815) return by.pick(PASTES);
  if (what < 830) return by.pick(BROKEN);
  if (what < 860) return ESC;
  if (what < 910) return by.pick(OPENS);
  if (what < 913) return by.pick(ENDS);
  const place = `${1 + by.int(columns + 3)};${1 + by.int(rows + 3)}`;
  return `${ESC}[<${by.pick([0, 0, 64, 65, 64, 65, 2, 35, 4])};${place}${by.pick(['M', 'm'])}`;
}

/** The same ones for the same seed, as they arrive: some together, some cut in two, also within a sequence and within a character. */
export function wildKeys(seed: number): (count: number, columns: number, rows: number) => readonly Uint8Array[] {
  const by = random(seed);
  return (count, columns, rows) => {
    const pieces: Uint8Array[] = [];
    for (let left = count; left > 0; ) {
      const together = Math.min(left, by.pick([1, 1, 2, 4, 8]));
      const all = Buffer.concat(Array.from({ length: together }, () => Buffer.from(wild(by, columns, rows))));
      const cut = by.int(3) === 0 ? by.int(all.length) : 0;
      pieces.push(...(cut > 0 ? [all.subarray(0, cut)] : []), all.subarray(cut));
      left -= together;
    }
    return pieces;
  };
}
