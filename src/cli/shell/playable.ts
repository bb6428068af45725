// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for

/**
 * Of what was recorded, all that paints: text, colours, and moves and erasures of the cursor. A recording may come from anywhere: it
 * sets no mode, no title and no clipboard, and asks the terminal nothing.
 */
export const playable = (text: string): string => text.replace(SEQUENCE, (found) => (PAINTS.test(found) || LAYS_OUT.has(found) ? found : ''));

/** Strings to the terminal with their end, or all that follows where there is none; control sequences; what else begins with ESC; controls. */
const SEQUENCE =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|(?=\u001b)|$)|(?:\u001b\[|\u009b)[\u0030-\u003f]*[\u0020-\u002f]*(?:[\u0040-\u007e]|$)?|\u001b[\u0020-\u002f]*[\u0030-\u007e]?|[\u0000-\u001f\u007f-\u009f]/gu;

const PAINTS = /^\u001b\[[\d;:]*[mABCDEFGHJKLMPSTX@dfr]$/u;
const LAYS_OUT: ReadonlySet<string> = new Set(['\n', '\r', '\t', '\b']);
