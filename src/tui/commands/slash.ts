import { nearest } from '../../kernel/text/nearest.ts';
import type { ShellState } from '../state.ts';
import type { SlashCommand, SlashResult } from './command.ts';
import { SCREEN } from './screen.ts';
import { SESSION } from './session.ts';
import { WORK } from './work.ts';

/** All commands of the prompt, as help lists them. */
export const SLASH: readonly SlashCommand[] = [...WORK, ...SESSION, ...SCREEN];

/** What a line that begins with `/` comes to. A path is no command: it is said. */
export function slash(state: ShellState, text: string): SlashResult {
  const [, word = '', rest = ''] = /^\/(\S*)\s*(.*)$/su.exec(text.trim()) ?? [];
  if (word.includes('/')) return { world: [{ do: 'say', text }] };
  if (word === '') return { ui: [{ ui: 'open', overlay: { is: 'palette' } }] };
  const found = named(word);
  if (found) return found.run(state, rest.trim());
  const close = nearest(
    word.toLowerCase(),
    SLASH.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  return { error: `there is no command /${word}`, hint: close === undefined ? 'see them all: Ctrl-K, or / and Tab' : `did you mean /${close}?` };
}

/** Commands whose name, or another name of theirs, begins so; for completion behind `/`. The best first. */
export function slashEntries(query: string): readonly SlashCommand[] {
  const word = query.replace(/^\//u, '').toLowerCase();
  const by = (fits: (one: SlashCommand) => boolean): readonly SlashCommand[] => SLASH.filter(fits);
  return [
    ...new Set([
      ...by(({ name }) => name === word),
      ...by(({ name }) => name.startsWith(word)),
      ...by(({ aliases }) => aliases.some((one) => one.startsWith(word))),
    ]),
  ];
}

const named = (word: string): SlashCommand | undefined => {
  const said = word.toLowerCase();
  return SLASH.find(({ name }) => name === said) ?? SLASH.find(({ aliases }) => aliases.includes(said));
};
