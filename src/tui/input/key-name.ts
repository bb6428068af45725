import type { Key } from './event.ts';

/** `ctrl-k`, `alt-enter`, `shift-tab`, `?`, `G`: how the table of keys calls it. */
export function keyName({ name, ctrl, alt, shift }: Key): string {
  return `${ctrl ? 'ctrl-' : ''}${alt ? 'alt-' : ''}${shift ? 'shift-' : ''}${name}`;
}

/** What a typed character is called. */
export const charName = (char: string): string => (char === ' ' ? 'space' : char);

/** A key as a person wrote it, as the table calls it; undefined when there is none of that name. */
export function spelledKey(text: string): string | undefined {
  const [, modifiers = '', name = ''] = /^((?:(?:ctrl|alt|shift|meta|option)-)*)(.+)$/isu.exec(text) ?? [];
  const has = (one: RegExp): boolean => one.test(modifiers);
  const [ctrl, alt, shift] = [has(/ctrl-/iu), has(/(?:alt|meta|option)-/iu), has(/shift-/iu)];
  const lower = name.toLowerCase();
  const word = SYNONYMS[lower] ?? lower;
  if (NAMES.test(word)) return keyName({ name: word, ctrl, alt, shift });
  if ([...graphemes.segment(name)].length !== 1 || /\p{C}/u.test(name)) return undefined;
  // No terminal tells ctrl-X from ctrl-x; without ctrl or alt a character is what is typed.
  if (!ctrl && !alt) return shift ? name.toUpperCase() : name;
  return keyName({ name: lower, ctrl, alt, shift: shift || (!ctrl && lower !== name) });
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const NAMES = /^(?:enter|escape|tab|backspace|delete|insert|up|down|left|right|home|end|pageup|pagedown|space|f(?:[1-9]|[12]\d|3[0-5]))$/u;

const SYNONYMS: Readonly<Record<string, string>> = {
  ...{ return: 'enter', esc: 'escape', del: 'delete', ins: 'insert', bs: 'backspace', ' ': 'space' },
  ...{ pgup: 'pageup', 'page-up': 'pageup', pgdn: 'pagedown', pgdown: 'pagedown', 'page-down': 'pagedown' },
};
