import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSeed } from '../../../src/ouroboros/seed/read.ts';
import { bytesOf } from './reading.ts';

/** Mulberry32: the same numbers every time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TEXTS: readonly string[] = readFileSync(new URL('../../vectors/seed-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line).yaml);
const PIECES = [
  ...':-#[]{},&*!|>\'"%@`? \t\n=~<.0\u2028\x85\0',
  'null',
  '---\n',
  '...\n',
  '<<: *a',
  '&a ',
  '*a',
  '!!set ',
  '!x ',
  '2026-01-01',
  '\n  - ',
  ': ',
  '{',
  '[',
  '\ud800',
  '\ufeff',
  '__proto__: 1\n',
  'constructor: 1\n',
  '"\\ud800"',
  '9'.repeat(400),
];

function mutate(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  const piece = PIECES[random(PIECES.length)] ?? '';
  const end = Math.min(text.length, at + random(12));
  return (
    [
      text.slice(0, at) + piece + text.slice(at),
      text.slice(0, at) + text.slice(end),
      text.slice(0, at) + piece + text.slice(end),
      text.slice(0, end) + text.slice(at),
    ][random(4)] ?? text
  );
}

test('whatever happens to a seed, reading it ends in a seed or in findings with a place and, for errors, a next step', () => {
  const random = randomFrom(20_261_124);
  let refused = 0;
  for (let round = 0; round < 6000; round += 1) {
    let text = TEXTS[random(TEXTS.length)] ?? '';
    for (let times = 1 + random(4); times > 0; times -= 1) text = mutate(text, random);
    const reading = readSeed(bytesOf(text), 'seed.yaml');
    const errors = reading.diagnostics.filter((one) => one.severity === 'error');
    if (reading.ok !== (errors.length === 0)) throw new Error(`ok is ${reading.ok} with ${errors.length} errors for ${JSON.stringify(text)}`);
    for (const one of reading.diagnostics)
      if (!(one.line >= 1 && one.col >= 1 && one.message !== '' && (one.severity === 'warning' || one.hint)))
        throw new Error(`no place or next step: ${JSON.stringify([one, text])}`);
    refused += reading.ok ? 0 : 1;
  }
  expect(refused).toBeGreaterThan(1000);
  expect(refused).toBeLessThan(5999);
});

test('any bytes at all are read or refused', () => {
  const random = randomFrom(7);
  for (let round = 0; round < 500; round += 1) {
    const bytes = Uint8Array.from({ length: random(200) }, () => random(256));
    expect(readSeed(bytes, 'seed.yaml').diagnostics.length).toBeGreaterThan(0);
  }
});
