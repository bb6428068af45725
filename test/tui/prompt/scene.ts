import { edit } from '../../../src/tui/prompt/edit.ts';
import { type EditAction, type Editor, EMPTY } from '../../../src/tui/prompt/editor.ts';

/** The prompt with the cursor where `|` stands. */
export function at(text: string, change: Partial<Editor> = {}): Editor {
  const place = text.indexOf('|');
  return { ...EMPTY, ...change, text: text.replace('|', ''), at: place < 0 ? text.length : place };
}

/** The other way round. */
export const seen = ({ text, at: place }: Editor): string => `${text.slice(0, place)}|${text.slice(place)}`;

export const key = (action: string, columns = 80): EditAction => ({ do: 'key', action, columns });
export const type = (text: string): EditAction => ({ do: 'type', text });

/** Actions of keys by name, everything else as it is. */
export const pressed = (editor: Editor, ...actions: readonly (string | EditAction)[]): Editor =>
  actions.reduce<Editor>((now, action) => edit(now, typeof action === 'string' ? key(action) : action), editor);
