import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRedactor, isRedacted } from '../../../src/kernel/text/redact.ts';
import { ROOT } from '../../helpers/oxios.ts';
import { random } from '../../helpers/random.ts';

const KEY = 'sk-live/Ab+9="q\\x-0123456789&zZ';
const PLAIN = 'f3a9c2d47b1e4f60a8d5c7e91b2f3a4d';
const redactor = createRedactor([
  { name: 'first key', value: KEY },
  { name: 'second key', value: PLAIN },
]);
const MARK = '[redacted by oxios: first key]';

const bytes = (text: string, encoding: BufferEncoding): string => Buffer.from(text).toString(encoding);
const wrapped = (text: string, width: number): string => text.replace(new RegExp(`.{${width}}`, 'gu'), '$&\n');
const codes = (write: (code: string) => string): string => [...Buffer.from(KEY)].map((one) => write(one.toString(16).padStart(2, '0'))).join('');

const FORMS: readonly (readonly [how: string, text: string])[] = [
  ['as it is', KEY],
  ['in a URL', encodeURIComponent(KEY)],
  ['in a URL, in small letters', encodeURIComponent(KEY).replace(/%../gu, (code) => code.toLowerCase())],
  ['in a URL, every character', codes((code) => `%${code}`)],
  ['in JSON', JSON.stringify(KEY)],
  ['in JSON, with slashes escaped', JSON.stringify(KEY).replaceAll('/', '\\/')],
  ['in JSON, every character', codes((code) => `\\u00${code}`)],
  ['in a string of C', codes((code) => `\\x${code}`)],
  ['in hex', bytes(KEY, 'hex')],
  ['in capital hex', bytes(KEY, 'hex').toUpperCase()],
  ['in hex, broken into lines', wrapped(bytes(`${'env='.repeat(20)}${KEY}`, 'hex'), 60)],
  ['in base64', bytes(KEY, 'base64')],
  ['in base64, one byte in', bytes(`=${KEY}`, 'base64')],
  ['in base64, two bytes in', bytes(`"${KEY}"`.padStart(40), 'base64')],
  ['in base64 for URLs', bytes(`x${KEY}`, 'base64url')],
  ['in base64, broken into lines', wrapped(bytes(`PATH=/usr/bin:/bin\nHOME=/home/u\nOTHER=something-else\nKEY=${KEY}\n`, 'base64'), 76)],
];

const slicesOf = (text: string): readonly string[] =>
  Array.from({ length: 5 }, (_, at) => text.slice(at * Math.floor(text.length / 5)).slice(0, Math.ceil(text.length / 5)));

describe('a configured key', () => {
  test.for(FORMS)('is found %s, at every place, whole and in pieces of every size', ([how, form]) => {
    for (let before = 0; before < 12; before++) {
      const text = `${'It was said: '.slice(0, before)} ${form} and so on.\n`;
      const clean = redactor.text(text);
      expect([before, clean.includes(MARK)]).toEqual([before, true]);
      // Nothing of it is left in a row that is long enough to say anything.
      for (const slice of slicesOf(how.includes('lines') ? KEY : form)) expect(clean).not.toContain(slice);
      for (const size of [1, 2, 3, 7, 16, 61, 200]) expect([size, streamed(text, size)]).toEqual([size, clean]);
    }
  });

  test('is found in the bytes of a program, which otherwise stay as they are', () => {
    const noise = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919) % 256));
    const all = Buffer.concat([noise, Buffer.from(KEY), noise]);
    const stream = redactor.bytes();
    const out: Buffer[] = [];
    for (let at = 0; at < all.length; at += 100) out.push(stream.push(all.subarray(at, at + 100)));
    out.push(stream.end());
    expect(Buffer.concat(out).equals(Buffer.concat([noise, Buffer.from(MARK), noise]))).toBe(true);
  });

  test('is found in every string of a value, which is left alone where there is none', () => {
    const value = { a: [1, null, { text: `x ${KEY}` }], [KEY]: true, clean: { deep: ['y'] } };
    const clean = redactor.value(value);
    expect(clean).toEqual({ a: [1, null, { text: `x ${MARK}` }], [MARK]: true, clean: { deep: ['y'] } });
    expect(clean.clean).toBe(value.clean);
    expect(redactor.value(value.clean)).toBe(value.clean);
    expect([isRedacted(clean as never), isRedacted(value.clean)]).toEqual([true, false]);
  });

  test('that is too short to tell from ordinary text is not looked for', () => {
    expect(createRedactor([{ name: 'k', value: 'test' }]).text('a test of all tests')).toBe('a test of all tests');
  });
});

const a = (count: number): string => 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY'.repeat(8).slice(0, count);
const PEM = `-----BEGIN RSA PRIVATE ${'KEY'}-----\n${wrapped(a(200), 64)}\n-----END RSA PRIVATE ${'KEY'}-----`;

/** Put together here, so that this file holds none. */
const KEYS: readonly (readonly [name: string, before: string, key: string, after?: string])[] = [
  ['anthropic key', 'x', `sk-${'ant'}-api03-${a(90)}`],
  ['openai key', '"', `sk-${'proj'}-${a(60)}`, '"'],
  ['api key', 'KEY=', `sk-${a(48)}`],
  ['api key', '"\\n', `sk-${a(48)}`],
  ['github token', '', `ghp_${a(36)}`],
  ['github token', '', `github_${'pat'}_${a(60)}`],
  ['gitlab token', '', `glpat-${a(20)}`],
  ['aws key id', '', `AK${'IA'}IOSFODNN7EXAMPLE`],
  ['aws secret key', 'aws_secret_access_key = ', a(40)],
  ['google key', '', `AI${'za'}${a(35)}`],
  ['google token', '', `ya29.${a(60)}`],
  ['slack token', '', `xoxb-${'123456789012'}-${a(24)}`],
  ['slack webhook', 'https://hooks.slack.com/services/', `T00000000/B00000000/${a(24)}`],
  ['stripe key', '', `sk_${'live'}_${a(24)}`],
  ['npm token', '//registry.npmjs.org/:_authToken=', `npm_${a(36)}`],
  ['pypi token', '', `pypi-${'AgE'}IcHlwaS5vcmc${a(60)}`],
  ['telegram token', '', `123456789:AA${a(33)}`],
  ['jwt', '', `eyJ${a(30)}.eyJ${a(40)}.${a(43)}`],
  ['authorization', 'Authorization: Bearer ', a(40)],
  ['authorization', '"authorization":"Basic ', `${a(40)}==`, '"'],
  ['api key', '-H "X-Api-Key: ', a(32), '"'],
];

describe('a key of a known format', () => {
  test.for(KEYS)('is found: %s behind %j', ([name, before, key, after = '']) => {
    const text = `see ${before}${key}${after}, and more`;
    const clean = `see ${before}[redacted by oxios: ${name}]${after}, and more`;
    expect(redactor.text(text)).toBe(clean);
    for (const size of [1, 5, 64]) expect([size, streamed(text, size)]).toEqual([size, clean]);
  });

  test.for([PEM, PEM.replaceAll('\n', '\r\n'), JSON.stringify(PEM)])('is found over several lines: %#', (key) => {
    const clean = redactor.text(`before\n${key}\nafter`);
    expect(clean.replace(/\s+/gu, ' ')).toMatch(/^before "?-----BEGIN RSA PRIVATE KEY-----\[redacted by oxios: private key\]"? after$/u);
    expect(streamed(`before\n${key}\nafter`, 9)).toBe(clean);
  });

  test('is none of what programs, texts and lock files hold: every file here stays as it is', () => {
    const files = ['src', 'docs', 'test', 'bench', 'tools', 'examples', 'bin'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8', withFileTypes: true }).flatMap((entry) =>
        entry.isFile() && /\.(?:ts|md|mjs|json|jsonl|yaml|c|svg)$/u.test(entry.name) ? [join(entry.parentPath, entry.name)] : [],
      ),
    );
    expect(files.length).toBeGreaterThan(400);
    const changed = [...files, join(ROOT, 'package-lock.json')].filter((file) => {
      const text = readFileSync(file, 'utf8');
      return createRedactor([]).text(text) !== text;
    });
    expect(changed).toEqual([]);
  });

  test.for([
    'risk-assessment-of-2024-and-later-years',
    'a disk-usage-of-1234567890-and-more',
    'const token: string = await getTokenFromTheEnvironment();',
    'sk-spinner-of-the-loading-indicator-on-page',
    'Authorization: Bearer TOKEN',
    `sha256:${'0123456789abcdef'.repeat(4)}`,
    '-----BEGIN PRIVATE KEY----- begins a file that holds one',
    'r_m3x9k2v7p1q8',
  ])('is not %j', (text) => expect(redactor.text(text)).toBe(text));
});

describe('text in pieces', () => {
  test('comes out as it would at once, whatever it is', () => {
    const parts = [
      KEY,
      PLAIN,
      bytes(KEY, 'base64'),
      PEM,
      `ghp_${a(36)}`,
      'plain words ',
      '\n',
      ' ',
      'Authorization: Bearer ',
      a(40),
      a(90),
      '-----BEGIN ',
      'naïve 🎉 ',
    ];
    for (let seed = 0; seed < 300; seed++) {
      const numbers = random(seed);
      const text = Array.from({ length: 12 }, () => `${numbers.pick(parts)}${numbers.pick(['', ' ', '\n', ' word '])}`).join('');
      const most = 1 + numbers.int(80);
      expect([seed, streamed(text, most)]).toEqual([seed, redactor.text(text)]);
    }
  });

  test('is not held back where nothing can follow: a line is there when it ends', () => {
    const stream = redactor.stream();
    expect(stream.push('Listening on http://localhost:3000\n')).toBe('Listening on http://localhost:3000\n');
    expect(stream.push('Ready')).toBe('');
    expect(stream.push('.\n')).toBe('Ready.\n');
    expect(stream.push('x'.repeat(100_000)).length).toBeGreaterThan(90_000);
  });
});

function streamed(text: string, size: number): string {
  const stream = redactor.stream();
  let out = '';
  for (let at = 0; at < text.length; at += size) out += stream.push(text.slice(at, at + size));
  return out + stream.end();
}
