import { createSanitizer, type Sanitizer } from '../../kernel/text/sanitize.ts';
import { cutText, lastOf } from './clean.ts';

/** Text that comes in pieces. A piece costs next to nothing: it is cleaned with others when somebody looks. */
export interface Stream {
  push(piece: string): void;
  /** What there is to be seen so far, how many characters of it are not kept, and how often that changed. */
  look(): { readonly text: string; readonly cut: number; readonly changes: number };
}

/** Keeps the beginning: for what is read from its start. */
export const createHead = (most: number): Stream => createStream((text) => cutText(text, most).text, Number.POSITIVE_INFINITY);

/** Keeps the end, lines that are written over each other as lines of their own: for what a tool prints. */
export const createTail = (most: number): Stream => createStream((text) => lastOf(overwritten(text), most), most * PIECES);

/** What a program writes over the same line, as it comes out of the sanitizer, line by line. */
export const overwritten = (text: string): string => text.replaceAll('\u240d', '\n');

/** Of what is not looked at yet, this many times what is kept stays. */
const PIECES = 4;

function createStream(keep: (text: string) => string, mostUnseen: number): Stream {
  let sanitizer: Sanitizer = createSanitizer();
  let unseen = '';
  let text = '';
  let total = 0;
  let changes = 0;
  return {
    push(piece) {
      unseen += piece;
      if (unseen.length <= 2 * mostUnseen) return;
      // Nobody sees what is in between; what was split by it begins anew.
      sanitizer = createSanitizer();
      total += unseen.length - mostUnseen;
      unseen = lastOf(unseen, mostUnseen);
    },
    look() {
      if (unseen !== '') {
        const fresh = sanitizer.push(unseen);
        unseen = '';
        total += fresh.length;
        if (fresh !== '') {
          text = keep(text + fresh);
          changes += 1;
        }
      }
      return { text, cut: total - text.length, changes };
    },
  };
}
