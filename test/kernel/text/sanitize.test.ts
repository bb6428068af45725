// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
// biome-ignore-all lint/suspicious/noMisleadingCharacterClass: nor these
import { describe, expect, test } from 'vitest';
import { createSanitizer, reveal, sanitize } from '../../../src/kernel/text/sanitize.ts';

const ESC = '\u001b';
const BEL = '\u0007';
const ST = `${ESC}\\`;

/** What a person reads, by what was sent. */
const CASES: readonly (readonly [name: string, text: string, shown: string])[] = [
  ['plain text, newlines and tabs', 'a\tb\nc\r\nd', 'a\tb\nc\nd'],
  ['colours', `${ESC}[1;31mred${ESC}[0m ${ESC}[38:2:1:2:3mx${ESC}[m`, 'red x'],
  ['cursor movement, clearing, private modes', `${ESC}[2J${ESC}[H${ESC}[?1049h${ESC}[10;5Hx${ESC}[0 q`, 'x'],
  ['questions a terminal answers', `${ESC}[c${ESC}[6n${ESC}[>0q${ESC}Zx`, 'x'],
  ['a title', `${ESC}]0;evil${BEL}x${ESC}]2;evil${ST}y`, 'xy'],
  ['a link keeps its text', `${ESC}]8;;http://evil${ST}text${ESC}]8;;${ST}`, 'text'],
  ['the clipboard', `${ESC}]52;c;ZXZpbA==${BEL}x`, 'x'],
  ['DCS, APC, PM and SOS', `${ESC}P$qm${ST}a${ESC}_Gq${ST}b${ESC}^p${ST}c${ESC}Xs${ST}d`, 'abcd'],
  ['charset, keypad, reset', `${ESC}(0a${ESC}=b${ESC}cc${ESC}#8d${ESC}7e`, 'abcde'],
  ['the 8-bit forms', '\u009b31mx\u009d0;t\u009cy\u0090q\u009cz\u009fg\u009c.', 'xyz.'],
  ['an unfinished CSI is shown', `a${ESC}[31`, 'a␛[31'],
  ['a broken CSI is shown', `a${ESC}[31\u0008m`, 'a␛[31␈m'],
  ['an unfinished title hides nothing behind it', `a${ESC}]0;rm -rf /`, 'a␛]0;rm -rf /'],
  ['a title that never ends before the line does hides nothing', `a${ESC}]0;rm\nrm -rf /`, 'a␛]0;rm\nrm -rf /'],
  ['a title cut by another sequence is shown', `${ESC}]0;t${ESC}[31mx`, '␛]0;tx'],
  ['ESC before ESC, before a letter of another alphabet, at the end', `${ESC}${ESC}[mx${ESC}é${ESC}`, '␛x␛é␛'],
  ['ESC at the end of an unfinished title', `${ESC}]0;t${ESC}`, '␛]0;t␛'],
  ['BEL ends a title only', `${ESC}P1${BEL}x`, '␛P1␇x'],
  ['an 8-bit title that never ends', 'a\u009d0;t', 'a<U+009D>0;t'],
  ['controls', 'a\0b\bc\u0007d\u000be\u000cf\u000eg\u007fh\u0085i', 'a␀b␈c␇d␋e␌f␎g␡h<U+0085>i'],
  ['a carriage return overwrites nothing', 'safe\rrm\r\r\nx', 'safe␍rm␍\nx'],
  ['a carriage return at the end', 'safe\r', 'safe␍'],
  ['direction marks', 'a\u202eb\u2066c\u200fd\u061ce', 'a<U+202E>b<U+2066>c<U+200F>d<U+061C>e'],
  ['line separators and annotations', 'a\u2028b\u2029c\ufff9d', 'a<U+2028>b<U+2029>c<U+FFF9>d'],
  ['invisible fillers', 'a\u3164b\uffa0c', 'a<U+3164>b<U+FFA0>c'],
  ['zero width', 'p\u200ba\u2060s\ufeffs\u00adw\u034fo\u180er\u2063d', 'password'],
  ['tags and plane 14', 'x\u{e0041}\u{e0001}\u{e0100}y', 'xy'],
  ['a sequence cannot be built from what is taken away', `${ESC}\u200b[31mx`, '␛[31mx'],
  ['joiners between Latin letters', 'ab\u200dcd\u200cef', 'abcdef'],
  ['joiners where the script needs them', 'نمی\u200cخواهم क्\u200dष', 'نمی\u200cخواهم क्\u200dष'],
  ['emoji, flags, keycaps', '👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 🇫🇷 1\ufe0f⃣ 👨\u200d👩\u200d👧', '👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 🇫🇷 1\ufe0f⃣ 👨\u200d👩\u200d👧'],
  ['data hidden in variation selectors', 'x\ufe0f\ufe00\ufe01😀\ufe0f\ufe0f\ufe00\u200d\u200d', 'x😀\ufe0f\u200d'],
  ['CJK, Arabic, combining marks, astral', '漢字 한국어 العربية e\u0301 𝒳', '漢字 한국어 العربية e\u0301 𝒳'],
  ['halves of characters', 'a\ud83db\ude00c\ud83d', 'a\ufffdb\ufffdc\ufffd'],
];

/** Nothing a terminal acts on and nothing unseen, joiners and emoji presentation apart. */
const FORBIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0d\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Cs}/u;

const pieces = (...parts: readonly string[]): string => {
  const sanitizer = createSanitizer();
  return parts.map((part) => sanitizer.push(part)).join('') + sanitizer.end();
};

describe('what reaches a terminal', () => {
  test.each(CASES)('%s', (_, text, shown) => expect(sanitize(text)).toBe(shown));

  test('is the same at whatever place the text is split, in two, in three, or in single units', () => {
    for (const [name, text] of CASES) {
      const shown = sanitize(text);
      expect(pieces(...text.split('')), name).toBe(shown);
      for (let one = 0; one <= text.length; one++)
        for (let two = one; two <= text.length; two++)
          expect(pieces(text.slice(0, one), text.slice(one, two), text.slice(two)), `${name} at ${one}, ${two}`).toBe(shown);
    }
  });

  test('of all cases run together, split at every place, holds nothing that acts', () => {
    const text = CASES.map(([, one]) => one).join('|');
    const shown = sanitize(text);
    expect(shown).not.toMatch(FORBIDDEN);
    for (let at = 0; at <= text.length; at++) expect(pieces(text.slice(0, at), text.slice(at)), String(at)).toBe(shown);
  });

  test('of 20,000 random texts from hostile parts holds nothing that acts, once and twice cleaned', () => {
    const parts = [
      ESC,
      '[',
      ']',
      '0;',
      'm',
      BEL,
      ST,
      '\\',
      'P',
      '\u009b',
      '\u009d',
      '\u009c',
      '\r',
      '\n',
      '\u200d',
      '\ufe0f',
      '❤',
      '\ud83d',
      '\ude00',
      '\u202e',
      '\u{e0041}',
      'a',
      '漢',
      '\0',
      ' ',
    ];
    let seed = 7;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + next(12) }, () => parts[next(parts.length)]).join('');
      const shown = sanitize(text);
      expect(shown).not.toMatch(FORBIDDEN);
      expect(sanitize(shown)).toBe(shown);
      const at = next(text.length + 1);
      expect(pieces(text.slice(0, at), text.slice(at))).toBe(shown);
    }
  });

  test('a sequence longer than any real one shows itself, and what is held stays bounded', () => {
    const sanitizer = createSanitizer();
    let shown = sanitizer.push(`${ESC}]0;`);
    for (let n = 0; n < 100; n++) shown += sanitizer.push('x'.repeat(10_000));
    expect(shown.length).toBeGreaterThan(900_000);
    shown += sanitizer.end();
    expect(shown).toBe(`␛]0;${'x'.repeat(1_000_000)}`);
    expect(sanitize(`${ESC}[${'1;'.repeat(200)}m`)).toBe(`␛[${'1;'.repeat(200)}m`);
  });

  test.each([
    ['emoji', '👩🏽\u200d🚀 ❤\ufe0f '],
    ['titles that never end', `${ESC}]0;x\n`],
    ['8-bit openings', '\u009d\u0090'],
    ['escapes', ESC],
    ['joiners', '\u200d'],
  ])('takes work that grows with the text and no faster: %s', (_, part) => {
    const cost = (times: number): number => {
      const text = Buffer.from(part.repeat(times)).toString();
      return Math.min(
        ...Array.from({ length: 5 }, () => {
          const before = process.cpuUsage();
          sanitize(text);
          const { user, system } = process.cpuUsage(before);
          return user + system;
        }),
      );
    };
    cost(10_000);
    // Sixteen times the text: 16 times the time where it is linear, 256 times where it is not.
    expect(cost(160_000) / cost(10_000)).toBeLessThan(80);
  });

  test('a sanitizer is as new after its end', () => {
    const sanitizer = createSanitizer();
    expect(sanitizer.push(`a${ESC}[3`)).toBe('a');
    expect(sanitizer.end()).toBe('␛[3');
    expect(sanitizer.push('1m') + sanitizer.end()).toBe('1m');
  });
});

describe('what is shown for approval', () => {
  test('every hidden character has a sign, and nothing is taken away', () => {
    expect(reveal(`rm${ESC}[8m -rf\u200b /${ESC}[0m\r\n\u{e0041}\ud83d`)).toBe('rm␛[8m -rf<U+200B> /␛[0m␍\n<U+E0041>\ufffd');
    expect(reveal('git commit -m "ok"\n\ttab')).toBe('git commit -m "ok"\n\ttab');
  });
});
