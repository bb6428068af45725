import type { Argv } from 'yargs';
import { OxiosError } from '../../kernel/errors.ts';
import { flag, numeric } from '../commands/shared.ts';

/** Flags of how far a specification is evolved. */
export const generationFlags = (yargs: Argv): Argv =>
  yargs
    .option('once', { type: 'boolean', describe: 'stop when the criteria are judged: no further generation' })
    .option('max-generations', { type: 'number', describe: 'generations at most, default as the seed says, else 3', requiresArg: true });

/** What the flags say of it; undefined: nothing. */
export function generationsIn(args: Readonly<Record<string, unknown>>): number | undefined {
  const most = wholeIn(args.maxGenerations, '--max-generations');
  if (!flag(args.once)) return most;
  if (most !== undefined && most !== 1)
    throw new OxiosError('USAGE', '--once is one generation, and --max-generations says otherwise', { hint: 'say one of them' });
  return 1;
}

/** A whole number from 1, or nothing. Throws USAGE. */
export function wholeIn(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  const number = numeric(value);
  if (number !== undefined && Number.isSafeInteger(number) && number > 0) return number;
  throw new OxiosError('USAGE', `${name} is a whole number from 1`, { hint: `such as: ${name} 3` });
}
