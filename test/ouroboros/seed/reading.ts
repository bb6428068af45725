import type { Diagnostic } from '../../../src/ouroboros/seed/diagnostic.ts';
import { readSeed } from '../../../src/ouroboros/seed/read.ts';
import type { Seed, SeedReading } from '../../../src/ouroboros/seed/types.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const read = (text: string, file = 'seed.yaml'): SeedReading => readSeed(bytesOf(text), file);

/** The seed of a text that must be valid. */
export function valid(text: string): { readonly seed: Seed; readonly digest: string; readonly diagnostics: readonly Diagnostic[] } {
  const reading = read(text);
  if (!reading.ok) throw new Error(`not valid: ${JSON.stringify(reading.diagnostics)}`);
  return reading;
}

export const errorsOf = (text: string): readonly Diagnostic[] => read(text).diagnostics.filter((one) => one.severity === 'error');

/** The required keys; what a test is about goes behind them. */
export const HEAD = 'goal: g\nontology_schema: {name: T, description: d}\nmetadata: {ambiguity_score: 0.1}\n';

/** A seed with one criterion of these lines. */
export const withCriterion = (...lines: readonly string[]): string =>
  `${HEAD}acceptance_criteria:\n${lines.map((line, at) => `${at === 0 ? '  - ' : '    '}${line}\n`).join('')}`;
