import { OxiosError } from '../kernel/errors.ts';

/** What the command line may hold where it went wrong. */
export interface Expected {
  /** `run <seed>`, empty at the top level. */
  readonly usage: string;
  readonly flags: readonly string[];
  /** The words of the command line. */
  readonly argv: readonly string[];
}

/** What yargs found wrong, in one line with a next step. */
export function usageError(message: string, expected: Expected): OxiosError {
  const name = expected.usage.split(' ')[0] ?? '';
  const hint = `see oxios ${name === '' ? '--help' : `${name} --help`}`;
  const said = message.replace(/\s*\n\s*/gu, ' ').trim();
  return new OxiosError('USAGE', inWords(said, expected), { hint });
}

function inWords(said: string, expected: Expected): string {
  const unknown = /^Unknown (?:arguments?|commands?): (.*)$/u.exec(said)?.[1]?.split(', ');
  if (unknown)
    return spellings(unknown)
      .map((word) => unknownArgument(word, expected))
      .join('; ');
  const choice = /Argument: ([^,]+), Given: "?(.*?)"?, Choices: (.*)$/u.exec(said);
  if (choice) return wrongChoice(choice[1] ?? '', choice[2] ?? '', choice[3] ?? '', expected);
  if (/^Not enough non-option arguments/u.test(said)) return `something is missing: oxios ${expected.usage}`;
  const lone = /^Not enough arguments following: (.*)$/u.exec(said)?.[1];
  return lone === undefined ? said : `--${lone} needs a value`;
}

/** Each word once: yargs names a flag as it was written, and again in camel case. */
const spellings = (words: readonly string[]): readonly string[] =>
  [...new Set(words)].filter(
    (word) => !words.some((other) => other !== word && other.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase()) === word),
  );

function wrongChoice(what: string, given: string, choices: string, { usage }: Expected): string {
  const names = [...choices.matchAll(/"([^"]*)"/gu)].map((match) => match[1] ?? '');
  const isPositional = usage.includes(`<${what}>`) || usage.includes(`[${what}]`);
  return `${isPositional ? what : `--${what}`} cannot be ${given === '' ? 'empty' : given}${meant(nearest(given, names))} (${names.join(', ')})`;
}

function unknownArgument(word: string, { flags, argv }: Expected): string {
  const flag = [`--${word}`, `--no-${word}`].find((name) => argv.some((one) => one === name || one.startsWith(`${name}=`)));
  if (flag === undefined) return `${word} is not expected here`;
  const close = nearest(word, flags);
  return `there is no flag ${flag}${meant(close === undefined ? undefined : `--${close}`)}`;
}

const meant = (name: string | undefined): string => (name === undefined ? '' : `; did you mean ${name}?`);

export function unknownCommand(word: string, names: readonly string[]): OxiosError {
  return new OxiosError('USAGE', `there is no command ${word}${meant(nearest(word, names))}`, {
    hint: 'see oxios --help; a request is made with oxios -p "..."',
  });
}

/** The name that was most likely meant: at most one slip for every three letters. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const found = names.map((name) => ({ name, slips: slips(name, word) })).sort((a, b) => a.slips - b.slips)[0];
  return found && found.slips <= most && found.slips < word.length ? found.name : undefined;
}

/** Letters left out, added, changed or swapped with their neighbour (optimal string alignment). */
function slips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) rows[i]?.push(cheapest(rows, [a, i], [b, j]));
  }
  return rows[a.length]?.[b.length] ?? 0;
}

type Prefix = readonly [text: string, length: number];

function cheapest(rows: readonly (readonly number[])[], [a, i]: Prefix, [b, j]: Prefix): number {
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  const swapped = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
  return Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, changed, swapped);
}
