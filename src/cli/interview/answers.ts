import { parseDocument } from 'yaml';
import { OxiosError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/text/nearest.ts';
import type { Question } from '../../ouroboros/interview/events.ts';
import { readNamed } from '../named-file.ts';

/** Answers given beforehand, in a file. */
export interface Given {
  /** The answer to this question: the one that names it, else the next that names none. */
  take(question: Question): string | undefined;
  /** Names that no question so far had, with the question that was most likely meant. */
  stray(asked: readonly Question[]): readonly string[];
}

interface Entry {
  /** Undefined: for whichever question comes next. */
  readonly name: string | undefined;
  readonly text: string;
}

const HINT = 'a list of answers in order, or a mapping from the number, the name or the text of a question to its answer; later and auto are answers too';

/** Reads YAML or JSON. Throws USAGE, FILE_MISSING, FILE_UNREADABLE. */
export function readAnswers(file: string): Given {
  const text = new TextDecoder().decode(readNamed(file, { missing: 'name a file with answers, or leave out --answers', folder: 'name the file in it' }));
  const document = parseDocument(text, { logLevel: 'silent' });
  const [broken] = document.errors;
  if (broken) throw wrong(file, `line ${broken.linePos?.[0].line ?? 1}: ${broken.message.split('\n')[0] ?? 'not YAML'}`);
  const entries = entriesOf(document.toJS({ maxAliasCount: 100 }) as unknown, file);
  if (entries.length === 0) throw wrong(file, 'it holds no answer');
  const used = new Set<Entry>();
  return {
    take(question) {
      const free = entries.filter((one) => !used.has(one));
      const found = free.find(({ name }) => name !== undefined && names(question, name)) ?? free.find(({ name }) => name === undefined);
      if (found) used.add(found);
      return found?.text;
    },
    stray(asked) {
      return entries.flatMap((one) =>
        one.name === undefined || used.has(one) || asked.some((question) => names(question, one.name ?? '')) ? [] : [strayName(one.name, asked)],
      );
    },
  };
}

const wrong = (file: string, what: string): OxiosError => new OxiosError('USAGE', `the answers in ${file} cannot be used: ${what}`, { hint: HINT });

function entriesOf(value: unknown, file: string): readonly Entry[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return value.split('\n').flatMap((line) => (line.trim() === '' ? [] : [{ name: undefined, text: line.trim() }]));
  if (Array.isArray(value)) return value.map((one, at) => listed(one, file, at + 1));
  if (typeof value === 'object') return Object.entries(value).map(([name, answer]) => ({ name, text: plainIn(answer, file, name) }));
  throw wrong(file, `it is ${typeof value}`);
}

/** An answer alone, or `{question, answer}`. */
function listed(one: unknown, file: string, at: number): Entry {
  if (typeof one !== 'object' || one === null || Array.isArray(one)) return { name: undefined, text: plainIn(one, file, `entry ${at}`) };
  const unknown = Object.keys(one).find((key) => key !== 'question' && key !== 'answer');
  if (unknown !== undefined) throw wrong(file, `entry ${at} has a key ${unknown}; there are question and answer`);
  const { question, answer } = one as { readonly question?: unknown; readonly answer?: unknown };
  const text = plainIn(answer, file, `entry ${at}`);
  return { name: question === undefined ? undefined : plainIn(question, file, `entry ${at}`), text };
}

function plainIn(value: unknown, file: string, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(file, `${where} has no answer that is one text`);
}

const names = ({ n, id, text }: Question, name: string): boolean => {
  const said = plain(name);
  return said === String(n) || said === `q${n}` || said === plain(id) || said === plain(text);
};

const plain = (text: string): string => text.toLowerCase().replace(/\s+/gu, ' ').trim();

function strayName(name: string, asked: readonly Question[]): string {
  const close = nearest(
    name,
    asked.map((one) => one.id),
  );
  return close === undefined ? name : `${name} (did you mean ${close}?)`;
}
