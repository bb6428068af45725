import type { SimpleCommand } from './parse.ts';
import { READING, type ReadingProgram } from './programs.ts';

/** Whether this form of the program changes nothing. */
export function reads(one: SimpleCommand): boolean {
  if (one.wraps) return true;
  const rule = READING.get(one.program);
  if (!rule) return false;
  const { never, subcommands, expression, most } = rule;
  const checks: readonly boolean[] = [
    !subcommands || (one.args[0] !== undefined && subcommands.includes(one.args[0])),
    !rule.files || !one.args.includes(undefined),
    !never || one.args.every((arg) => arg !== undefined && !never.test(arg)),
    !expression || expression.test(split(one, rule).expression ?? ''),
    most === undefined || operands(one).filter((arg) => !/^\d+$/u.test(arg)).length <= most,
  ];
  return checks.every(Boolean);
}

/** The files that a reading program names, as they are written; numbers and punctuation are values of options. */
export function filesOf(one: SimpleCommand): readonly string[] {
  const rule = READING.get(one.program);
  if (!rule?.files) return [];
  const inOptions = one.args.flatMap((arg) => (arg?.startsWith('-') ? [valueIn(arg)] : [])).filter(looksLikePath);
  // Without a word it goes home.
  if (one.program === 'cd' && one.args.length === 0) return ['~'];
  return [...split(one, rule).rest, ...inOptions].filter((arg) => !DEVICES.has(arg) && /[\p{L}~*?]|\.\.|^[./]+$/u.test(arg));
}

const operands = (one: SimpleCommand): readonly string[] => {
  const words = one.args.filter((arg) => arg !== undefined);
  const end = words.indexOf('--');
  return words.filter((arg, at) => (end >= 0 && at > end) || !arg.startsWith('-') || arg === '-').slice(one.program === 'git' ? 1 : 0);
};

function split(one: SimpleCommand, rule: ReadingProgram): { readonly expression?: string; readonly rest: readonly string[] } {
  const all = operands(one);
  const { pattern } = rule;
  if (!pattern || one.args.some((arg) => arg !== undefined && pattern.test(arg))) return { rest: all };
  const [expression, ...rest] = all;
  return expression === undefined ? { rest } : { expression, rest };
}

/** The value that stands in the same word as its option. */
const valueIn = (option: string): string => (option.startsWith('--') ? (/=(.*)$/su.exec(option)?.[1] ?? '') : (/[./~].*$/su.exec(option)?.[0] ?? ''));

/** Always there, and nothing in them. */
const DEVICES: ReadonlySet<string> = new Set(['/dev/null', '/dev/zero', '/dev/stdin', '/dev/stdout', '/dev/stderr']);

const looksLikePath = (text: string): boolean => text.startsWith('/') || text.startsWith('~') || text.split('/').includes('..') || /(?:^|\/)\.[^/]/u.test(text);
