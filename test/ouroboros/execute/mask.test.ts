import { describe, expect, test } from 'vitest';
import { createMask } from '../../../src/ouroboros/execute/mask.ts';

const COMMAND = `node sum.js 4000 711 --as="the answer" && grep -q 'x/y' out.txt`;
const ASSERTION = 'the-answer-is: {"n": 4711} é';

const base64 = (text: string, pad: number) => Buffer.concat([Buffer.alloc(pad, 'p'), Buffer.from(text), Buffer.from('rest')]).toString('base64');
const wrapped = (text: string, width: number) => (text.match(new RegExp(`[\\s\\S]{1,${width}}`, 'gu')) ?? []).join('\n');
const escaped = (text: string, by: (code: number) => string) => Array.from({ length: text.length }, (_, at) => by(text.charCodeAt(at))).join('');
const hex = (text: string) => Buffer.from(text).toString('hex');

/** Ways to write a text, and what of the result must not be left. */
const FORMS: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['in JSON', (text) => JSON.stringify(text)],
  ['in JSON in JSON', (text) => JSON.stringify(JSON.stringify(text))],
  ['in JSON of ASCII', (text) => escaped(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`)],
  ['in base64', (text) => base64(text, 0)],
  ['in base64, one byte later', (text) => base64(text, 1)],
  ['in base64, two bytes later', (text) => base64(text, 2)],
  ['in base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
  ['in base64, wrapped', (text) => wrapped(base64(text, 1), 20)],
  ['in hexadecimal', hex],
  ['in hexadecimal, large', (text) => hex(text).toUpperCase()],
  ['in hexadecimal, with spaces and wrapped', (text) => wrapped((hex(text).match(/../gu) ?? []).join(' '), 24)],
  ['in escapes of bytes', (text) => (hex(text).match(/../gu) ?? []).map((byte) => `\\x${byte}`).join('')],
  ['in a URL', encodeURIComponent],
  ['in a URL, as little as may be', encodeURI],
  ['in a form', (text) => new URLSearchParams({ text }).toString()],
  ['in HTML', (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;').replaceAll('<', '&lt;')],
  ['quoted for a shell', (text) => `'${text.replaceAll("'", `'\\''`)}'`],
  ['quoted for a shell, in double quotes', (text) => `"${text.replace(/["$`\\]/gu, '\\$&')}"`],
  ['behind backslashes', (text) => text.replace(/[^\w]/gu, '\\$&')],
  ['as a list of words', (text) => JSON.stringify(text.split(' '))],
  ['backwards', (text) => [...text].reverse().join('')],
  ['wrapped in the middle of words', (text) => wrapped(text, 7)],
  ['wrapped and indented', (text) => text.replaceAll(' ', '\n    ')],
];

describe('a contract is hidden', () => {
  const mask = createMask([COMMAND, ASSERTION, null]);

  test.each(FORMS)('%s', (_, write) => {
    for (const secret of [COMMAND, ASSERTION]) {
      const masked = mask(`before ${write(secret)} after`);
      expect(masked).toContain('[contract]');
      // What an encoding cannot tell apart from its neighbours may stay: a few characters at the edges.
      expect(masked.replaceAll('[contract]', '').length).toBeLessThan('before  after'.length + write('x'.repeat(4)).length + 10);
      expect(masked.replace(/\W/gu, '')).not.toMatch(/4711|sumjs|theanswer/u);
    }
  });

  test('of several lines: each of them, in any order', () => {
    const lines = ['cd src/app && make', 'node check-it.js 17', 'ok'];
    const masked = createMask([lines.join('\n')])(lines.toReversed().join('\n'));
    expect(masked).toBe('ok\n[contract]\n[contract]');
  });

  test.each([
    ['a long line with a short rest', `${'assert(x);'.repeat(30)}e`],
    ['a long line that ends with a quote', `node -e "${'assert(x);'.repeat(30)}"`],
    ['quotes alone', '"""'],
    ['a letter in quotes', '"e"'],
  ])('without hiding what is none of it: %s', (_, contract) => {
    const told = 'Write the module slug.js';
    expect(createMask([contract])(`${told} ${contract} end`)).toMatch(new RegExp(`^${told} (?:\\[contract\\])+"? end$`, 'u'));
  });

  test('with many empty arguments, in a text of many blanks: it comes to an end', () => {
    const mask = createMask([`test ${'"" '.repeat(6)}= x`]);
    const text = `test${' '.repeat(5000)}y`;
    expect(mask(text)).toBe(text);
    expect(mask('now test "" ""\t"" = x')).toBe('now [contract]');
  });

  test('however long it is', () => {
    const long = Array.from({ length: 400 }, (_, at) => `word${at}`).join(' ');
    expect(createMask([long])(`x ${long} y`).replaceAll('[contract]', '')).toMatch(/^x\s+y$/u);
  });

  test.each([
    ['other text', 'nothing of it is here, though sum.js is, and 4000'],
    ['a part that says little', 'node sum.js'],
    ['nothing', ''],
  ])('and %s is left alone', (_, text) => expect(mask(text)).toBe(text));

  test('what is shorter than three characters is no secret', () => expect(createMask(['ok', ' x '])('ok x')).toBe('ok x'));

  test('it takes no time, also where nearly all of it fits again and again', () => {
    const text = `${COMMAND.slice(0, -1)}\n${' '.repeat(50)}\n`.repeat(500);
    const began = performance.now();
    mask(text);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
