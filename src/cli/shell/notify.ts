import type { Config } from '../../kernel/config.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';

/** Longer ones are cut: a notification is a line. Characters. */
const MAX_TEXT = 200;

/** Tells whoever looks elsewhere: nothing, the terminal's bell, or OSC 9, which terminals show on the desktop; those that do not know it ring the bell. */
export function createNotify(how: Config['shell']['notify'], write: (bytes: string) => void): (text: string) => void {
  if (how === 'off') return () => undefined;
  if (how === 'bell') return () => write('\u0007');
  return (text) => write(`\u001b]9;${sanitize(text).replace(/\s+/gu, ' ').slice(0, MAX_TEXT)}\u0007`);
}
