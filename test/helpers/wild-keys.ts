import { type Random, random } from './random.ts';

const ESC = '\x1b';

/** What a person never means, all the same comes from keyboards, mice, terminals and clipboards. What leaves the shell is left out: Ctrl-D, Ctrl-Z, and what a terminal in its usual mode takes for a signal. */
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
  '\xff\xfe',
];

const CHARS: readonly string[] = [
  ...'abcdefghijklmnoprstuvwxyz GNY0123456789?/!@#.,-',
  ...['漢', '한', 'é', 'e\u0301', '👩‍👩‍👧', '🎉', '\u202e', '\u200b', 'ﷺ', '🇩🇪'],
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
  ...['!echo one', '!printf "\\033[2Jtwo"', '@notes', '/export fuzz.md', '/interview an idea', '/kill assistant', '/etc/hosts is broken'],
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
function wild(by: Random, columns: number, rows: number): string {
  const what = by.int(100);
  if (what < 45) return by.pick(KEYS);
  if (what < 75) return by.pick(CHARS);
  if (what < 79) return by.pick(LINES);
  if (what < 82) return by.pick(PASTES);
  if (what < 88) return ESC;
  const place = `${1 + by.int(columns + 3)};${1 + by.int(rows + 3)}`;
  return `${ESC}[<${by.pick([0, 0, 64, 65, 64, 65, 2, 35, 4])};${place}${by.pick(['M', 'm'])}`;
}

/** The same ones for the same seed. */
export function wildKeys(seed: number): (count: number, columns: number, rows: number) => readonly string[] {
  const by = random(seed);
  return (count, columns, rows) => Array.from({ length: count }, () => wild(by, columns, rows));
}
