import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { normalized } from '../../../src/ouroboros/seed/digest.ts';
import { readSeed } from '../../../src/ouroboros/seed/read.ts';

interface Row {
  readonly id: string;
  readonly yaml: string;
  readonly ok: boolean;
  readonly normalized?: Record<string, unknown>;
  readonly errors?: readonly { readonly loc: string }[];
}

const rows = readFileSync(new URL('../../vectors/seed-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

test.each(rows.map((row) => [row.id, row] as const))('%s reads as the reference implementation reads it', (_, row) => {
  const reading = readSeed(new TextEncoder().encode(row.yaml), 'seed.yaml');
  expect(reading.diagnostics.filter((one) => one.severity === 'error').map((one) => one.path)).toEqual(
    row.ok ? [] : expect.arrayContaining((row.errors ?? []).map((one) => one.loc)),
  );
  expect(reading.ok).toBe(row.ok);
  if (!reading.ok || !row.normalized) return;
  const ours = normalized(reading.seed) as unknown as { metadata: Record<string, unknown> };
  const theirs = row.normalized as unknown as { metadata: Record<string, unknown> };
  const masked = Object.fromEntries(Object.entries(ours.metadata).map(([key, value]) => [key, theirs.metadata[key] === '<generated>' ? '<generated>' : value]));
  expect({ ...ours, metadata: masked }).toEqual(theirs);
});

test('every fault has a place and words', () => {
  for (const row of rows.filter((one) => !one.ok)) {
    const { diagnostics } = readSeed(new TextEncoder().encode(row.yaml), 'seed.yaml');
    for (const one of diagnostics) {
      expect(one.line).toBeGreaterThan(0);
      expect(one.col).toBeGreaterThan(0);
      expect(one.message).not.toBe('');
    }
  }
});
