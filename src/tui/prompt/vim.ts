import { changed, moved, undone } from './change.ts';
import type { Editor, Vim } from './editor.ts';
import { after, before, lineEnd, lineStart } from './units.ts';
import { type Motion, motionOf } from './vim-motion.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Escape: what was begun is dropped, and the cursor stands on the character before. */
export function toNormal(editor: Editor): Editor {
  if (!editor.vim) return editor;
  const at = editor.vim.mode === 'insert' ? Math.max(lineStart(editor.text, editor.at), before(editor.text, editor.at)) : editor.at;
  return onCharacter({ ...moved(editor, at), vim: { ...editor.vim, mode: 'normal', pending: '' } });
}

/** Keys of normal mode. What begins an insertion has the rest of the text inserted by whoever calls. */
export function typedInVim(editor: Editor, text: string): Editor {
  let now = editor;
  for (const { segment } of graphemes.segment(text)) now = pressed(now, segment);
  return now;
}

function pressed(editor: Editor, char: string): Editor {
  const { vim } = editor;
  if (!vim) return editor;
  if (vim.mode === 'insert') return changed(editor, inserted(editor, char), 'typed');
  const [, first = '', operator = '', second = '', name = ''] = COMMAND.exec(vim.pending + char) ?? [];
  if (name === '' || name === 'g') return { ...editor, vim: { ...vim, pending: vim.pending + char } };
  const ready: Editor = { ...editor, vim: { ...vim, pending: '' } };
  const count = counted(first, second);
  const done = operator === '' ? command(ready, name, count) : operated(ready, operator, name, count);
  return done.vim?.mode === 'normal' ? onCharacter(done) : done;
}

/** `2d3w`: counts, an operator, and what it is done to; `0` alone is a motion. */
const COMMAND = /^([1-9]\d*)?([dcy])?([1-9]\d*)?(.*)$/su;
/** More than any text has. */
const MOST_COUNT = 100_000;

const counted = (first: string, second: string): number | undefined =>
  first === '' && second === '' ? undefined : Math.min(MOST_COUNT, Number(first || '1') * Number(second || '1'));

const inserted = (editor: Editor, text: string) => ({
  text: editor.text.slice(0, editor.at) + text + editor.text.slice(editor.at),
  at: editor.at + text.length,
});

/** In normal mode the cursor stands on a character, not behind the last one of a line. */
function onCharacter(editor: Editor): Editor {
  const { text, at } = editor;
  return at === lineEnd(text, at) && at > lineStart(text, at) ? { ...editor, at: before(text, at) } : editor;
}

function command(editor: Editor, name: string, count: number | undefined): Editor {
  const motion = motionOf(name, editor.text, editor.at, count);
  if (motion) return moved(editor, motion.to);
  return COMMANDS[name]?.(editor, count ?? 1) ?? editor;
}

const COMMANDS: Readonly<Record<string, (editor: Editor, count: number) => Editor>> = {
  i: (editor) => insertAt(editor, editor.at),
  a: (editor) => insertAt(editor, Math.min(lineEnd(editor.text, editor.at), after(editor.text, editor.at))),
  I: (editor) => insertAt(editor, motionOf('^', editor.text, editor.at, 1)?.to ?? editor.at),
  A: (editor) => insertAt(editor, lineEnd(editor.text, editor.at)),
  o: (editor) => opened(editor, lineEnd(editor.text, editor.at), 1),
  O: (editor) => opened(editor, lineStart(editor.text, editor.at), 0),
  x: (editor, count) => operated(editor, 'd', 'l', count),
  X: (editor, count) => operated(editor, 'd', 'h', count),
  D: (editor) => operated(editor, 'd', '$', 1),
  C: (editor) => operated(editor, 'c', '$', 1),
  u: (editor, count) => {
    let now = editor;
    for (let n = 0; n < Math.min(count, editor.undo.length); n += 1) now = undone(now);
    return now;
  },
  p: (editor, count) => put(editor, count, 'after'),
  P: (editor, count) => put(editor, count, 'before'),
};

const withVim = (editor: Editor, change: Partial<Vim>): Editor => (editor.vim ? { ...editor, vim: { ...editor.vim, ...change } } : editor);
const insertAt = (editor: Editor, at: number): Editor => withVim(moved(editor, at), { mode: 'insert' });

/** A new line at a place; the cursor stands in it, `in` characters further. */
function opened(editor: Editor, at: number, into: number): Editor {
  const text = `${editor.text.slice(0, at)}\n${editor.text.slice(at)}`;
  return withVim(changed(editor, { text, at: at + into }, 'other'), { mode: 'insert' });
}

/** Characters that one `p` may put in. */
const MOST_PUT = 100_000;

function put(editor: Editor, count: number, where: 'before' | 'after'): Editor {
  const { text, at, killed } = editor;
  if (killed === '') return editor;
  const times = Math.max(1, Math.min(count, Math.floor(MOST_PUT / killed.length)));
  if (!editor.vim?.lines) {
    const to = where === 'after' ? Math.min(lineEnd(text, at), after(text, at)) : at;
    const what = killed.repeat(times);
    return changed(editor, { text: text.slice(0, to) + what + text.slice(to), at: to + Math.max(0, what.length - 1) }, 'other');
  }
  const what = `${killed}\n`.repeat(times);
  if (where === 'before')
    return changed(editor, { text: text.slice(0, lineStart(text, at)) + what + text.slice(lineStart(text, at)), at: lineStart(text, at) }, 'other');
  const end = lineEnd(text, at);
  return changed(editor, { text: `${text.slice(0, end)}\n${what.slice(0, -1)}${text.slice(end)}`, at: end + 1 }, 'other');
}

function operated(editor: Editor, operator: string, name: string, count: number | undefined): Editor {
  const { text, at } = editor;
  if (name === operator) return onLines(editor, operator, at, motionOf('j', text, at, (count ?? 1) - 1)?.to ?? at);
  // `cw` does not take the space behind the word.
  const meant = operator === 'c' && /^w$/iu.test(name) && /\S/u.test(text[at] ?? '') ? (name === 'w' ? 'e' : 'E') : name;
  const motion = motionOf(meant, text, at, count);
  if (!motion) return editor;
  if (motion.takes === 'lines') return onLines(editor, operator, at, motion.to);
  const [from, to] = span(text, at, motion, meant);
  return from >= to && operator !== 'c' ? editor : onSpan(editor, operator, from, to);
}

function span(text: string, at: number, motion: Motion, name: string): readonly [from: number, to: number] {
  if (motion.to < at) return [motion.to, at];
  if (motion.takes === 'with') return [at, after(text, motion.to)];
  // The last word of a line leaves the newline behind it.
  const to = /^w$/iu.test(name) ? Math.min(motion.to, Math.max(lineEnd(text, at), at + 1)) : motion.to;
  return [at, Math.min(to, text.length)];
}

function onSpan(editor: Editor, operator: string, from: number, to: number): Editor {
  const { text } = editor;
  const kept = withVim({ ...editor, killed: to > from ? text.slice(from, to) : editor.killed }, { lines: false });
  if (operator === 'y') return moved(kept, from);
  const done = changed(kept, { text: text.slice(0, from) + text.slice(to), at: from }, 'other');
  return operator === 'c' ? withVim(done, { mode: 'insert' }) : done;
}

/** The whole lines from one place to another. */
function onLines(editor: Editor, operator: string, one: number, other: number): Editor {
  const { text } = editor;
  const from = lineStart(text, Math.min(one, other));
  const to = lineEnd(text, Math.max(one, other));
  const kept = withVim({ ...editor, killed: text.slice(from, to) }, { lines: true });
  if (operator === 'y') return moved(kept, from);
  if (operator === 'c') return withVim(changed(kept, { text: text.slice(0, from) + text.slice(to), at: from }, 'other'), { mode: 'insert' });
  const isLast = to === text.length;
  const left = isLast ? text.slice(0, Math.max(0, from - 1)) : text.slice(0, from) + text.slice(to + 1);
  return changed(kept, { text: left, at: isLast ? lineStart(left, left.length) : from }, 'other');
}
