import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';

interface Row {
  readonly id: number;
  readonly kind: string;
  readonly cmd: string;
  readonly verdict: 'allow' | 'ask' | 'deny';
}

const rows = readFileSync(new URL('../../vectors/command-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row)
  .filter((row) => row.kind === 'shell');
const of = (...verdicts: readonly string[]) => rows.filter((row) => verdicts.includes(row.verdict)).map((row) => [row.id, row.cmd] as const);

describe('an agent that may read the workspace and nothing else', () => {
  test('is judged by every row', () => {
    expect(rows).toHaveLength(144);
    expect(of('allow').length + of('ask', 'deny').length).toBe(rows.length);
  });

  test.each(of('allow'))('runs row %i without a question: %j', (_, cmd) => {
    expect(judge(cmd)).toBe('allow');
  });

  test.each(of('ask', 'deny'))('does not run row %i by itself: %j', (_, cmd) => {
    expect(judge(cmd)).not.toBe('allow');
  });
});
