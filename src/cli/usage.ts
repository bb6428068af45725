import { OxiosError } from '../kernel/errors.ts';
import { nearest } from '../kernel/text/nearest.ts';
import { unmarked } from './words.ts';

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
  const said = unmarked(message)
    .replace(/\s*\n\s*/gu, ' ')
    .trim();
  return new OxiosError('USAGE', inWords(said, expected), { hint });
}

function inWords(said: string, expected: Expected): string {
  const unknown = /^Unknown (?:arguments?|commands?): (.*)$/u.exec(said)?.[1]?.split(', ');
  if (unknown) return [...new Set(unknown.map((word) => unknownArgument(word, expected)))].join('; ');
  const choice = /Argument: ([^,]+), Given: "?(.*?)"?, Choices: (.*)$/u.exec(said);
  if (choice) return wrongChoice(choice[1] ?? '', choice[2] ?? '', choice[3] ?? '', expected);
  if (/^Not enough non-option arguments/u.test(said)) return `something is missing: oxios ${expected.usage}`;
  const lone = /^Not enough arguments following: (.*)$/u.exec(said)?.[1];
  return lone === undefined ? said : `${lone.length === 1 ? '-' : '--'}${lone} needs a value`;
}

/** `--home=` and `--home ""`, `--all=maybe`; undefined when there is neither. */
export function emptyOrStray(argv: readonly string[], { key, boolean }: { readonly key: object; readonly boolean: readonly string[] }): string | undefined {
  for (const [at, word] of argv.entries()) {
    const [, name = '', value = argv[at + 1]] = /^--([^=]+)(?:=(.*))?$/su.exec(word) ?? [];
    if (!Object.hasOwn(key, name)) continue;
    const takesNone = boolean.includes(name);
    if (value === '' && !takesNone) return `--${name} needs a value`;
    if (takesNone && word.includes('=') && value !== 'true' && value !== 'false') return `--${name} takes no value`;
  }
  return undefined;
}

function wrongChoice(what: string, given: string, choices: string, { usage }: Expected): string {
  const names = [...choices.matchAll(/"([^"]*)"/gu)].map((match) => match[1] ?? '');
  const isPositional = usage.includes(`<${what}>`) || usage.includes(`[${what}]`);
  return `${isPositional ? what : `--${what}`} cannot be ${given === '' ? 'empty' : given}${meant(nearest(given, names))} (${names.join(', ')})`;
}

function unknownArgument(word: string, { flags, argv }: Expected): string {
  const flag = argv.map((one) => one.split('=')[0] ?? '').find((one) => namesOf(one).includes(word));
  if (flag === undefined) return `${word} is not expected here`;
  const close = flag.startsWith('--') ? nearest(flag.slice(2), flags) : undefined;
  return `there is no flag ${flag.startsWith('--') ? flag : `-${word}`}${meant(close === undefined ? undefined : `--${close}`)}`;
}

/** What yargs calls a flag that it does not know: `--no-x` is `x`, `--a-b` also `aB`, and `-xy` is `x` and `y`. */
function namesOf(flag: string): readonly string[] {
  if (/^-[A-Za-z]/u.test(flag)) return [...flag.slice(1)];
  if (!flag.startsWith('--')) return [];
  const name = flag.slice(2);
  const camel = (text: string) => text.replace(/-+(\w?)/gu, (_, letter: string) => letter.toUpperCase());
  return [name, camel(name), ...(name.startsWith('no-') ? [name.slice(3), camel(name.slice(3))] : [])];
}

const meant = (name: string | undefined): string => (name === undefined ? '' : `; did you mean ${name}?`);

export function unknownCommand(word: string, names: readonly string[]): OxiosError {
  return new OxiosError('USAGE', `there is no command ${word}${meant(nearest(word, names))}`, {
    hint: 'see oxios --help; a request is made with oxios -p "..."',
  });
}
