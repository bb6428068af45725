import type { Editor, Typed } from './editor.ts';
import { expanded, recalledText } from './paste.ts';
import { snapped } from './units.ts';

/** Texts that undo goes back to. */
const MOST_UNDO = 200;

/** The text as it becomes; the one before can be had back. */
export function changed(editor: Editor, to: Typed, last: Editor['last']): Editor {
  if (to.text === editor.text) return moved(editor, to.at);
  const isOneWord = last === 'typed' && editor.last === 'typed' && !/\s$/u.test(editor.text.slice(0, editor.at));
  const undo = isOneWord ? editor.undo : [...editor.undo.slice(-MOST_UNDO + 1), { text: editor.text, at: editor.at }];
  return { ...editor, text: to.text, at: snapped(to.text, to.at), undo, last, column: undefined };
}

export const moved = (editor: Editor, at: number): Editor => ({ ...editor, at: snapped(editor.text, at), last: 'other', column: undefined });

/** In the place of what stands between two places. */
export function replaced(editor: Editor, from: number, to: number, text: string): Editor {
  const after = { text: editor.text.slice(0, from) + text + editor.text.slice(to), at: from + text.length };
  return changed(editor, after, 'other');
}

export function typed(editor: Editor, text: string): Editor {
  const { at } = editor;
  return changed(editor, { text: editor.text.slice(0, at) + text + editor.text.slice(at), at: at + text.length }, 'typed');
}

/** Deletes what stands between two places without keeping it. */
export const deleted = (editor: Editor, from: number, to: number): Editor =>
  changed(editor, { text: editor.text.slice(0, from) + editor.text.slice(to), at: from }, 'other');

/** Deletes and keeps; what is deleted next to it right after is kept with it. */
export function killed(editor: Editor, from: number, to: number): Editor {
  if (from >= to) return { ...editor, last: editor.last === 'killed' ? 'killed' : 'other' };
  const taken = editor.text.slice(from, to);
  const before = editor.last === 'killed' ? editor.killed : '';
  const kept = to <= editor.at ? taken + before : before + taken;
  return { ...changed(editor, { text: editor.text.slice(0, from) + editor.text.slice(to), at: from }, 'killed'), killed: kept };
}

export function undone(editor: Editor): Editor {
  const was = editor.undo.at(-1);
  return was ? { ...moved(editor, 0), ...was, undo: editor.undo.slice(0, -1) } : editor;
}

/** Another text, whole: from the history, or from an editor. The cursor stands at its end. */
export function withText(editor: Editor, text: string): Editor {
  const shown = recalledText(text, editor.pastes);
  return { ...changed(editor, { text: shown.text, at: shown.text.length }, 'other'), pastes: shown.pastes };
}

/** Texts that are kept. */
const MOST_HISTORY = 1_000;

/** Empty again; what was sent is the newest of the history, unless it is the same as the one before. */
export function sent(editor: Editor): Editor {
  const whole = expanded(editor.text, editor.pastes);
  return {
    ...changed(editor, { text: '', at: 0 }, 'other'),
    ...{ pastes: [], undo: [], killed: expanded(editor.killed, editor.pastes), recalled: undefined, search: undefined, completion: undefined },
    history: remembered(editor.history, whole),
  };
}

export function remembered(history: readonly string[], text: string): readonly string[] {
  return text.trim() === '' || history.at(-1) === text ? history : [...history.slice(-MOST_HISTORY + 1), text];
}
