import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { coloured } from '../../../src/cli/render/paint.ts';
import { verdictTable } from '../../../src/cli/render/verdict-table.ts';

const VERDICTS = [
  { id: 'tests', status: 'PASS', why: '', proof: 'the verify command exits 0\nit was seen' },
  { id: '日本語の基準', status: 'UNVERIFIED', why: 'nothing proves it\nand nobody was there', proof: '' },
  { id: 'reset', status: 'FAIL', why: 'the verify command exits 1', proof: 'a file is there' },
];

test('each criterion has a line, with the first reason for its status', () => {
  expect(verdictTable(VERDICTS, undefined)).toBe(
    [
      'STATUS      CRITERION     WHY',
      'PASS        tests         the verify command exits 0',
      'UNVERIFIED  日本語の基準  nothing proves it',
      'FAIL        reset         the verify command exits 1',
    ].join('\n'),
  );
});

test.each([80, 40, 24])('in %i columns every row fits, and the status stays whole', (width) => {
  const rows = verdictTable(VERDICTS, width).split('\n');
  for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(width);
  expect(rows[2]).toMatch(/^UNVERIFIED {2}日/u);
});

test('the status alone is in colour', () => {
  const [, pass, , fail] = verdictTable(VERDICTS, 80, coloured).split('\n');
  expect(pass).toBe('\u001b[32mPASS\u001b[39m        tests         the verify command exits 0');
  expect(fail?.startsWith('\u001b[31mFAIL\u001b[39m        reset')).toBe(true);
});
