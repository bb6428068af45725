import { replaced } from './change.ts';
import type { Candidate, Completion, Editor } from './editor.ts';

/** A name of a command, alone at the start, up to the cursor. */
const COMMAND = /^\/([^\s/]*)$/u;
/** A path behind `@`, which stands at the start of a word. */
const FILE = /(?:^|[\s([{'"`])@([^\s@]*)$/u;

/** The list that belongs to what stands before the cursor; candidates that were there stay until others come. */
export function completing(editor: Editor): Completion | undefined {
  const wanted = wantedAt(editor.text.slice(0, editor.at));
  if (!wanted) return undefined;
  const { completion: was } = editor;
  const isSame = was?.is === wanted.is && was.from === wanted.from;
  if (isSame && was.query === wanted.query) return was;
  return { ...wanted, found: isSame ? was.found : [], selected: 0, chosen: false };
}

function wantedAt(text: string): Pick<Completion, 'is' | 'query' | 'from'> | undefined {
  const command = COMMAND.exec(text)?.[1];
  if (command !== undefined) return { is: 'command', query: command, from: 0 };
  const line = text.slice(text.lastIndexOf('\n') + 1);
  const file = FILE.exec(line)?.[1];
  return file === undefined ? undefined : { is: 'file', query: file, from: text.length - file.length - 1 };
}

/** Candidates that came, unless something else is asked for by now. */
export function found(editor: Editor, is: Completion['is'], query: string, candidates: readonly Candidate[]): Editor {
  const { completion } = editor;
  if (completion?.is !== is || completion.query !== query) return editor;
  return { ...editor, completion: { ...completion, found: candidates, selected: 0, chosen: false } };
}

export function selectedBy(editor: Editor, by: -1 | 1): Editor {
  const { completion } = editor;
  if (!completion || completion.found.length === 0) return editor;
  const selected = (completion.selected + by + completion.found.length) % completion.found.length;
  return { ...editor, completion: { ...completion, selected, chosen: true } };
}

/** The selected candidate in the place of the word. A folder is gone on with. */
export function taken(editor: Editor): Editor {
  const { completion } = editor;
  const candidate = completion?.found[completion.selected];
  if (!completion || !candidate) return editor;
  const isFolder = completion.is === 'file' && candidate.text.endsWith('/');
  const word = /\s/u.test(candidate.text) ? `"${candidate.text}"` : candidate.text;
  const after = editor.text.slice(editor.at);
  const space = isFolder || after.startsWith(' ') ? '' : ' ';
  const done = replaced(editor, completion.from, editor.at, `${completion.is === 'file' ? '@' : '/'}${word}${space}`);
  return { ...done, completion: isFolder ? completing({ ...done, completion: undefined }) : undefined };
}

/** Enter takes a candidate: one that was chosen, or the only sense of a command that is not written out. */
export function takesOnEnter({ completion }: Editor): boolean {
  if (!completion || completion.found.length === 0) return false;
  if (completion.chosen) return true;
  return completion.is === 'command' && completion.query !== '' && completion.found.every((one) => one.text !== completion.query);
}
