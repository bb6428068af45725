import type { Program } from './programs/types.ts';

/**
 * One option of a program. In the tables: its name; `:` or `=` when a value follows, `?` when one may stand in the same
 * word; `<` when that names a file it reads, `>` one it writes; and what comes of it: `~` more than reading, `^` asked
 * about whatever is granted, `!` never. `-#` is any number. As in `-n: -o:> --output=> --color? -i?~ --pre=!`.
 */
export interface Option {
  readonly name: string;
  readonly takes: 'nothing' | 'value' | 'glued';
  readonly file?: 'read' | 'write';
  readonly does?: 'more' | 'asks' | 'never';
}

export interface Used extends Option {
  /** Undefined when there is none, or it is known only when the script runs. */
  readonly value?: string | undefined;
}

/** The words of a call, sorted. */
export interface Sorted {
  readonly options: readonly Used[];
  readonly operands: readonly (string | undefined)[];
  /** Options that are not in the table, as they are written. */
  readonly unknown: readonly string[];
  /** Words that may be an option when the script runs. */
  readonly open: boolean;
  /** One of them stands where an option may. */
  readonly loose: boolean;
}

type Words = readonly (string | undefined)[];

const TOKEN = /^(-{1,2}[^:=?<>~^!\s]+)([:=?]?)([<>]?)([~^!]?)$/u;
const DOES = { '~': 'more', '^': 'asks', '!': 'never' } as const;
const FILE = { '<': 'read', '>': 'write' } as const;

/** Options by name, made when they are first used. */
const tables = new Map<string, ReadonlyMap<string, Option>>();

function tableOf(text: string): ReadonlyMap<string, Option> {
  const known = tables.get(text);
  if (known) return known;
  const made = new Map(
    text
      .split(/\s+/u)
      .filter(Boolean)
      .map((token) => optionIn(token))
      .map((option) => [option.name, option]),
  );
  tables.set(text, made);
  return made;
}

function optionIn(token: string): Option {
  const [, name, takes, file, does] = TOKEN.exec(token) ?? [];
  if (name === undefined) throw new Error(`"${token}" is no option of a table`);
  return {
    name,
    takes: takes === '?' ? 'glued' : takes ? 'value' : 'nothing',
    ...(file ? { file: FILE[file as '<' | '>'] } : {}),
    ...(does ? { does: DOES[does as '~' | '^' | '!'] } : {}),
  };
}

/** Takes a call apart as the program would: bundles, glued values, abbreviations, `--`. */
export function sorted(program: Pick<Program, 'options' | 'style' | 'stops'>, args: Words): Sorted {
  const state: Sorting = {
    table: tableOf(program.options ?? ''),
    free: program.options === undefined,
    style: program.style,
    stops: program.stops ?? program.style === 'words',
    args,
    at: 0,
    options: [],
    operands: [],
    unknown: [],
    open: false,
    loose: false,
  };
  while (state.at < args.length && step(state));
  return state;
}

interface Sorting extends Sorted {
  readonly table: ReadonlyMap<string, Option>;
  readonly free: boolean;
  readonly style: Program['style'];
  readonly stops: boolean;
  readonly args: Words;
  at: number;
  readonly options: Used[];
  readonly operands: (string | undefined)[];
  readonly unknown: string[];
  open: boolean;
  loose: boolean;
}

/** One word; false when all that is left are operands. */
function step(state: Sorting): boolean {
  const word = state.args[state.at];
  if (word === '--') return rest(state, state.at + 1);
  if (word === undefined || word === '-' || !word.startsWith('-')) {
    if (state.stops) return rest(state, state.at);
    state.operands.push(word);
    state.open ||= word === undefined;
    state.loose ||= word === undefined;
    state.at++;
    return true;
  }
  state.at++;
  if (word.startsWith('--')) long(state, word);
  else if (state.style === 'single') single(state, word);
  else bundle(state, word);
  return true;
}

function rest(state: Sorting, from: number): boolean {
  state.operands.push(...state.args.slice(from));
  return false;
}

function long(state: Sorting, word: string): void {
  const at = word.indexOf('=');
  const name = at < 0 ? word : word.slice(0, at);
  const option = named(state, name);
  if (!option) {
    if (state.free) state.options.push({ name, takes: 'nothing', value: at < 0 ? undefined : word.slice(at + 1) });
    else state.unknown.push(word);
    return;
  }
  if (at >= 0) state.options.push({ ...option, value: word.slice(at + 1) });
  else take(state, option);
}

/** A beginning that only one option has stands for it; `--no-x` for the contrary of a harmless one. */
function named(state: Sorting, name: string): Option | undefined {
  const exact = state.table.get(name);
  if (exact) return exact;
  const found = [...state.table.values()].filter((one) => one.name.startsWith(name));
  if (found.length === 1 || (found.length > 1 && found.every((one) => one.does === found[0]?.does && one.takes === found[0]?.takes && !one.file)))
    return found[0];
  const contrary = name.startsWith('--no-') ? state.table.get(`--${name.slice(5)}`) : undefined;
  return contrary && !contrary.does ? { name, takes: 'nothing' } : undefined;
}

function take(state: Sorting, option: Option): void {
  if (option.takes !== 'value') {
    state.options.push(option);
    return;
  }
  const value = state.args[state.at++];
  state.options.push({ ...option, value });
  state.open ||= value === undefined;
}

function single(state: Sorting, word: string): void {
  const option = state.table.get(word) ?? state.table.get(word.replace(/=.*$/su, ''));
  if (option) take(state, option);
  else if (state.free) state.options.push({ name: word, takes: 'nothing' });
  else state.unknown.push(word);
}

function bundle(state: Sorting, word: string): void {
  if (/^-\d+$/u.test(word) && state.table.has('-#')) return;
  for (let at = 1; at < word.length; at++) if (!letter(state, word, at)) return;
}

/** One letter of a bundle; false when the rest of the word is its value, or cannot be told. */
function letter(state: Sorting, word: string, at: number): boolean {
  const name = `-${word[at]}`;
  const option = state.table.get(name);
  const glued = word.slice(at + 1);
  if (!option && state.free) state.options.push({ name, takes: 'nothing' });
  else if (!option) state.unknown.push(word);
  else if (option.takes === 'nothing') state.options.push(option);
  else if (glued !== '') state.options.push({ ...option, value: glued });
  else take(state, option);
  return option ? option.takes === 'nothing' || glued === '' : state.free;
}
