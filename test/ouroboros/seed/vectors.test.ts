import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { normalized } from '../../../src/ouroboros/seed/digest.ts';
import { read } from './reading.ts';

interface Row {
  readonly id: string;
  readonly yaml: string;
  readonly ok: boolean;
  readonly normalized?: { readonly metadata: Readonly<Record<string, unknown>> };
  readonly errors?: readonly { readonly loc: string }[];
}

const rows: readonly Row[] = readFileSync(new URL('../../vectors/seed-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const GENERATED = '<generated>';

test('the vectors are all there', () => {
  expect(rows.length).toBe(121);
  expect(rows.filter((row) => row.ok).length).toBeGreaterThan(50);
});

describe('a seed reads as the reference implementation reads it', () => {
  test.each(rows.filter((row) => row.ok).map((row) => [row.id, row] as const))('%s is accepted and normalized', (_, row) => {
    const reading = read(row.yaml);
    expect(reading.diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
    if (!reading.ok) return;
    const ours = structuredClone(normalized(reading.seed)) as { metadata: Record<string, unknown> };
    for (const key of ['seed_id', 'created_at']) if (row.normalized?.metadata[key] === GENERATED) ours.metadata[key] = GENERATED;
    expect(JSON.parse(JSON.stringify(ours))).toEqual(row.normalized);
  });

  test.each(rows.filter((row) => !row.ok).map((row) => [row.id, row] as const))('%s is refused, at the right place', (_, row) => {
    const reading = read(row.yaml);
    expect(reading.ok).toBe(false);
    const paths = reading.diagnostics.filter((one) => one.severity === 'error').map((one) => one.path);
    expect(paths).toEqual(expect.arrayContaining((row.errors ?? []).map((error) => error.loc)));
  });
});
