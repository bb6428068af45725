import type { Job } from '../job.ts';

/** Shorter strings mask too much and hide too little. */
const MIN_CONTRACT = 3;

/** Removes contract strings (verify commands, assertions) from text that a worker will see. */
export function createMask(contracts: readonly (string | null)[]): (text: string) => string {
  const secrets = [...new Set(contracts.filter((one): one is string => one !== null && one.trim().length >= MIN_CONTRACT).flatMap(forms))].sort(
    (a, b) => b.length - a.length,
  );
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '[contract]'), text);
}

/** Hides how criteria are checked, in this generation and the one before. */
export const maskOf = ({ seed, parent }: Pick<Job, 'seed' | 'parent'>): ((text: string) => string) =>
  createMask([...seed.acceptance_criteria, ...(parent?.acceptance_criteria ?? [])].flatMap((one) => [one.verify_command, one.output_assertion]));

/** As written, trimmed, and as it stands inside JSON. */
const forms = (text: string): readonly string[] => {
  const trimmed = text.trim();
  return [text, trimmed, JSON.stringify(trimmed).slice(1, -1)];
};
