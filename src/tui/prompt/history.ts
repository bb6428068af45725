import { changed, remembered, withText } from './change.ts';
import type { Editor } from './editor.ts';

/** By so many texts to older ones (-1) or newer ones (1). What was typed comes back behind the newest. */
export function recalled(editor: Editor, by: -1 | 1): Editor {
  const { history } = editor;
  const from = editor.recalled?.index ?? history.length;
  const index = from + by;
  if (index < 0 || index > history.length || (index === history.length && !editor.recalled)) return editor;
  const draft = editor.recalled?.draft ?? { text: editor.text, at: editor.at };
  if (index === history.length) return { ...withText(editor, ''), ...draft, recalled: undefined };
  return { ...withText(editor, history[index] ?? ''), recalled: { index, draft } };
}

/** Earlier sessions' texts before those of this one; what stands in the prompt stays. */
export function withHistory(editor: Editor, lines: readonly string[]): Editor {
  const history = [...lines, ...editor.history].reduce(remembered, []);
  const { recalled: at } = editor;
  return at ? { ...editor, history, recalled: { ...at, index: Math.max(0, at.index + history.length - editor.history.length) } } : { ...editor, history };
}

/** The search as it begins, or at the next older text that holds the same. */
export function searched(editor: Editor): Editor {
  const { search } = editor;
  if (!search) return { ...editor, search: { query: '', index: undefined, draft: { text: editor.text, at: editor.at } }, completion: undefined };
  if (search.query === '') return editor;
  const index = lastHolding(editor.history, search.query, (search.index ?? editor.history.length) - 1);
  return index === undefined ? editor : shown({ ...editor, search: { ...search, index } });
}

/** Another text is searched for: from the newest. */
export function searchedFor(editor: Editor, query: string): Editor {
  if (!editor.search) return editor;
  const index = query === '' ? undefined : lastHolding(editor.history, query, editor.history.length - 1);
  return shown({ ...editor, search: { ...editor.search, query, index } });
}

/** What was found stays in the prompt, or what was typed before comes back. */
export function searchClosed(editor: Editor, keep: boolean): Editor {
  const { search } = editor;
  if (!search) return editor;
  if (keep && search.index !== undefined) {
    const { text, at } = editor;
    return { ...changed({ ...editor, ...search.draft }, { text, at }, 'other'), search: undefined, recalled: { index: search.index, draft: search.draft } };
  }
  return { ...editor, ...search.draft, search: undefined };
}

/** A search in small letters takes all for the same. */
function lastHolding(history: readonly string[], query: string, from: number): number | undefined {
  const fold = query === query.toLowerCase() ? (text: string) => text.toLowerCase() : (text: string) => text;
  for (let index = from; index >= 0; index -= 1) if (fold(history[index] ?? '').includes(query)) return index;
  return undefined;
}

function shown(editor: Editor): Editor {
  const { search } = editor;
  if (!search) return editor;
  if (search.index === undefined) return { ...editor, ...search.draft };
  const found = withText({ ...editor, ...search.draft }, editor.history[search.index] ?? '');
  return { ...found, undo: editor.undo };
}
