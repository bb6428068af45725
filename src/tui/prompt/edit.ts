import { changed, deleted, killed, moved, sent, typed, undone, withText } from './change.ts';
import { completing, found, selectedBy, taken } from './completion.ts';
import type { Candidate, EditAction, Editor } from './editor.ts';
import { recalled, searchClosed, searched, searchedFor, withHistory } from './history.ts';
import { layOut, placeIn, placeOf } from './layout.ts';
import { cleanInput, pasted } from './paste.ts';
import { after, before, lineEnd, lineStart, wordAfter, wordBefore } from './units.ts';
import { toNormal, typedInVim } from './vim.ts';

/** The prompt after an action. Pure, and never throws: whatever comes, the cursor stands between whole characters. */
export function edit(editor: Editor, action: EditAction): Editor {
  switch (action.do) {
    case 'type':
      return type(editor, action.text);
    case 'paste':
      return paste(searchClosed(editor, true), action.text);
    case 'key':
      return key(editor, action.action, action.columns);
    case 'found':
      return found(editor, action.is, action.query, action.found.map(cleanCandidate));
    case 'take':
      return taken(editor);
    case 'close':
      return { ...searchClosed(editor, action.keep), completion: undefined };
    case 'history':
      return withHistory(
        editor,
        action.lines.map((line) => cleanInput(line, '')),
      );
    case 'set':
      return { ...withText(editor, cleanInput(action.text, '')), completion: undefined, search: undefined };
    case 'sent':
      return sent(editor);
    case 'clear':
      return { ...changed(editor, { text: '', at: 0 }, 'other'), completion: undefined, search: undefined, recalled: undefined };
    case 'vim':
      return { ...editor, vim: action.on ? (editor.vim ?? { mode: 'insert', pending: '', lines: false }) : undefined };
    case 'normal':
      return toNormal({ ...editor, completion: undefined });
  }
}

/** Files have any names; in a list and in the prompt each is one clean line. */
const cleanCandidate = (one: Candidate): Candidate => ({ ...one, text: cleanInput(one.text, '').replace(/\s/gu, ' ') });

function type(editor: Editor, text: string): Editor {
  if (editor.search) return searchedFor(editor, editor.search.query + cleanInput(text, '').replace(/\s/gu, ' '));
  if (editor.vim?.mode === 'normal') return typedInVim(editor, text);
  const clean = cleanInput(text, editor.text.slice(before(editor.text, editor.at), editor.at));
  return clean === '' ? editor : listed(typed(editor, clean));
}

const paste = (editor: Editor, text: string): Editor => ({ ...put(editor, cleanInput(text, '')), completion: undefined });

/** Clean text at the cursor, a large one as a marker. */
function put(editor: Editor, clean: string): Editor {
  const { at } = editor;
  const { text, pastes } = pasted(clean, editor.pastes);
  return { ...changed(editor, { text: editor.text.slice(0, at) + text + editor.text.slice(at), at: at + text.length }, 'other'), pastes };
}

/** What is typed may be the beginning of something. */
const listed = (editor: Editor): Editor => ({ ...editor, completion: completing(editor) });

function key(editor: Editor, action: string, columns: number): Editor {
  if (editor.search) return keyInSearch(editor, editor.search.query, action, columns);
  const lists = (editor.completion?.found.length ?? 0) > 0;
  if (lists && SELECTS[action] !== undefined) return selectedBy(editor, SELECTS[action]);
  if (action === 'complete') return lists ? taken(editor) : listed(editor);
  const change = CHANGES[action];
  if (change) return editor.completion ? listed(change(editor)) : change(editor);
  const move = MOVES[action];
  return move ? { ...move(editor, columns), completion: undefined } : editor;
}

function keyInSearch(editor: Editor, query: string, action: string, columns: number): Editor {
  if (action === 'history-search') return searched(editor);
  if (action === 'delete-back') return searchedFor(editor, query.slice(0, before(query, query.length)));
  if (action === 'delete-to-start' || action === 'delete-word-back') return searchedFor(editor, '');
  return key(searchClosed(editor, true), action, columns);
}

/** While candidates are listed, these move among them. */
const SELECTS: Readonly<Record<string, -1 | 1>> = { 'history-back': -1, 'history-on': 1 };

type Move = (editor: Editor, columns: number) => Editor;

const MOVES: Readonly<Record<string, Move>> = {
  left: (editor) => moved(editor, before(editor.text, editor.at)),
  right: (editor) => moved(editor, after(editor.text, editor.at)),
  'word-left': (editor) => moved(editor, wordBefore(editor.text, editor.at)),
  'word-right': (editor) => moved(editor, wordAfter(editor.text, editor.at)),
  'line-start': (editor) => moved(editor, lineStart(editor.text, editor.at)),
  'line-end': (editor) => moved(editor, lineEnd(editor.text, editor.at)),
  'history-back': (editor, columns) => vertical(editor, -1, columns) ?? recalled(editor, -1),
  'history-on': (editor, columns) => vertical(editor, 1, columns) ?? recalled(editor, 1),
  'history-search': (editor) => searched(editor),
};

const CHANGES: Readonly<Record<string, (editor: Editor) => Editor>> = {
  newline: (editor) => typed(editor, '\n'),
  'delete-back': (editor) => deleted(editor, before(editor.text, editor.at), editor.at),
  delete: (editor) => deleted(editor, editor.at, after(editor.text, editor.at)),
  'delete-word-back': (editor) => killed(editor, wordBefore(editor.text, editor.at), editor.at),
  'delete-word': (editor) => killed(editor, editor.at, wordAfter(editor.text, editor.at)),
  'delete-to-start': (editor) => killed(editor, toStart(editor), editor.at),
  'delete-to-end': (editor) => killed(editor, editor.at, toEnd(editor)),
  yank: (editor) => (editor.killed === '' ? editor : put(editor, editor.killed)),
  'undo-edit': undone,
  transpose: transposed,
};

/** The start of the line; from there, the newline before it. */
function toStart({ text, at }: Editor): number {
  const start = lineStart(text, at);
  return start === at ? Math.max(0, at - 1) : start;
}

function toEnd({ text, at }: Editor): number {
  const end = lineEnd(text, at);
  return end === at ? Math.min(text.length, at + 1) : end;
}

/** The character before the cursor and the one at it; at the end of a line the two before. */
function transposed(editor: Editor): Editor {
  const { text } = editor;
  const at = editor.at === lineEnd(text, editor.at) ? before(text, editor.at) : editor.at;
  const from = before(text, at);
  const to = after(text, at);
  if (at <= lineStart(text, at) || at === to) return editor;
  return changed(editor, { text: text.slice(0, from) + text.slice(at, to) + text.slice(from, at) + text.slice(to), at: to }, 'other');
}

/** A row up or down, in the column where the movement began; undefined when there is no such row. */
function vertical(editor: Editor, by: -1 | 1, columns: number): Editor | undefined {
  const rows = layOut(editor.text, editor.pastes, columns);
  const place = placeOf(rows, editor.at);
  const row = rows[place.y + by];
  if (!row) return undefined;
  const column = editor.column ?? place.x;
  return { ...moved(editor, placeIn(row, column)), column };
}
