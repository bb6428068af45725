import type { Outcome } from '../intent.ts';
import type { FormThen, Overlay, ShellAsk } from '../state.ts';

type FormOverlay = Extract<Overlay, { readonly is: 'form' }>;

/** What a form comes to when its line is sent. Nothing typed is nothing meant: it closes. */
export function submitForm({ submit: then, value }: FormOverlay, typed: string): Outcome {
  const text = typed.trim();
  if (then.is === 'filter') return { ui: [CLOSE, { ui: 'focus', pane: then.pane }, { ui: 'filter', text }] };
  if (then.is === 'setup') return setup(then, text === '' ? value : text);
  if (then.is === 'search-sessions') return { ui: [{ ui: 'open', overlay: { is: 'sessions' } }], world: [{ do: 'search-sessions', text }] };
  return text === '' ? { ui: [CLOSE] } : said(then, text);
}

/** A question in one's own words. `literal`: none of them is a command to an interview. */
export const answerForm = ({ ask, text }: Pick<ShellAsk, 'ask' | 'text'>, literal: boolean): FormOverlay => ({
  is: 'form',
  title: text.split('\n').findLast((row) => row.trim() !== '') ?? 'Answer',
  value: '',
  submit: { is: 'answer', ask, literal },
});

const CLOSE = { ui: 'close' } as const;

function said(then: Exclude<FormThen, { is: 'filter' | 'setup' | 'search-sessions' }>, text: string): Outcome {
  switch (then.is) {
    case 'send':
      return { ui: [CLOSE], world: [{ do: 'send', pid: then.pid, text }] };
    case 'nice':
      return isNice(text)
        ? { ui: [CLOSE], world: [{ do: 'nice', pid: then.pid, nice: Number(text) }] }
        : { ui: [{ ui: 'notice', tone: 'warn', text: `${text} is no niceness`, hint: 'a whole number from -20 (first) to 19 (gives way to all)' }] };
    case 'save-seed':
      return { ui: [CLOSE], world: [{ do: 'save-seed', run: then.run, file: text, replace: then.replace === text }] };
    case 'answer':
      return { ui: [CLOSE], world: [{ do: 'answer', ask: then.ask, reply: { verdict: 'text', text: then.literal ? quoted(text) : text } }] };
    case 'export':
      return { ui: [CLOSE], world: [{ do: 'export', run: then.run, file: text, form: text.endsWith('.jsonl') ? 'jsonl' : then.form }] };
  }
}

const isNice = (text: string): boolean => /^-?\d{1,2}$/u.test(text) && Number(text) >= -20 && Number(text) <= 19;

/** Words that mean something to an interview, and numbers, are meant as they stand when somebody writes an answer. */
const quoted = (text: string): string => (/^(later|decide later|auto|back|quit|force|abort|\d+|".*")$/isu.test(text) ? `"${text}"` : text);

/** One field after the other; the last one has it looked at. */
function setup({ field, choice }: Extract<FormThen, { is: 'setup' }>, text: string): Outcome {
  const entered = { ...choice, [field]: text } as typeof choice;
  const next = nextField(entered, field);
  if (text === '' && !(field === 'key' && entered.is === 'openai-compatible'))
    return { ui: [{ ui: 'open', overlay: { is: 'setup', tried: choice, wrong: EMPTY[field] } }] };
  if (next) return { ui: [{ ui: 'open', overlay: setupForm(entered, next) }] };
  return { ui: [{ ui: 'open', overlay: { is: 'setup', tried: entered } }], world: [{ do: 'setup', choice: entered }] };
}

type Field = Extract<FormThen, { is: 'setup' }>['field'];
type Entered = Extract<FormThen, { is: 'setup' }>['choice'];

const FIELDS: readonly Field[] = ['base_url', 'model', 'key'];

const nextField = (choice: Entered, field: Field): Field | undefined => (choice.is === 'anthropic' ? undefined : FIELDS[FIELDS.indexOf(field) + 1]);

export const firstField = (choice: Entered): Field => (choice.is === 'anthropic' ? 'key' : 'base_url');

/** Asks for one field. A key that was typed before is never shown again: nothing typed keeps it. */
export function setupForm(choice: Entered, field: Field): FormOverlay {
  const value = (choice as Readonly<Record<string, string>>)[field] ?? '';
  const title = choice.is === 'anthropic' ? 'Key of Anthropic' : TITLES[field];
  return { is: 'form', title, value, submit: { is: 'setup', field, choice }, ...(field === 'key' ? { secret: true as const } : {}) };
}

const TITLES: Readonly<Record<Field, string>> = {
  base_url: 'Address of the API, such as http://127.0.0.1:11434/v1',
  model: 'Model, as the server calls it',
  key: 'Key, or nothing where none is needed',
};
const EMPTY: Readonly<Record<Field, string>> = { base_url: 'no address was given', model: 'no model was named', key: 'no key was given' };
