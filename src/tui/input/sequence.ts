// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
import { CTRL_ARROWS, LETTERS, named, takeCsi } from './csi.ts';
import type { Key } from './event.ts';
import { altKey, controlKey, keyEvent, plainKey, type Taken } from './named-key.ts';

/** What begins with the ESC at `at`; undefined while it may go on. */
export function takeEscape(text: string, at: number): Taken | undefined {
  const next = text[at + 1];
  if (next === undefined) return undefined;
  if (next === '[') return takeCsi(text, at + 2);
  if (next === 'O') return takeSs3(text, at + 2);
  if (next === ESC) return takeDouble(text, at);
  if (next === ']') return takeString(text, at + 2, /[\x07\x1b]/gu);
  if (next === 'P' || next === '_') return takeReply(text, at);
  return takeAlt(text, at + 1);
}

const ESC = '\x1b';
export const ESCAPE: Key = plainKey('escape');

/** ESC before another character is alt with it. */
export function takeAlt(text: string, at: number): Taken | undefined {
  const code = text.codePointAt(at);
  if (code === undefined || (at + 1 === text.length && code >= 0xd800 && code <= 0xdbff)) return undefined;
  const to = at + (code > 0xffff ? 2 : 1);
  const key = code < 32 || code === 127 ? { ...controlKey(code), alt: true } : altKey(text.slice(at, to));
  return { to, event: keyEvent(key) };
}

/** Twice ESC: alt with a key that is a sequence itself (rxvt), else the first one is the key Escape. */
function takeDouble(text: string, at: number): Taken | undefined {
  const third = text[at + 2];
  if (third === undefined) return undefined;
  if (third !== '[' && third !== 'O') return { to: at + 1, event: keyEvent(ESCAPE) };
  const inner = takeEscape(text, at + 1);
  if (inner?.event?.is !== 'key') return inner && { to: at + 1, event: keyEvent(ESCAPE) };
  return { to: inner.to, event: keyEvent({ ...inner.event.key, alt: true }) };
}

/** DCS and APC only where they begin as terminals' replies do; otherwise it was typed. */
function takeReply(text: string, at: number): Taken | undefined {
  const third = text[at + 2];
  if (third === undefined) return undefined;
  const isReply = text[at + 1] === 'P' ? /[0-9>!$+|]/u.test(third) : third === 'G';
  return isReply ? takeString(text, at + 2, /\x1b/gu) : takeAlt(text, at + 1);
}

/** A string up to BEL or `ESC \`. A control character inside breaks it off and counts. */
function takeString(text: string, from: number, end: RegExp): Taken | undefined {
  end.lastIndex = from;
  const ends = end.exec(text)?.index;
  const broken = /[\x00-\x06\x08-\x1a\x1c-\x1f\x7f]/u.exec(text.slice(from, ends));
  if (broken) return { to: from + broken.index };
  if (ends === undefined) return undefined;
  if (text[ends] !== ESC) return { to: ends + 1 };
  if (ends + 1 === text.length) return undefined;
  return { to: text[ends + 1] === '\\' ? ends + 2 : ends };
}

const SS3 = /(\d?)(?:;(\d{1,3}))?([A-Za-z ])/y;

function takeSs3(text: string, from: number): Taken | undefined {
  SS3.lastIndex = from;
  const found = SS3.exec(text);
  if (!found) {
    if (/^\d?(?:;\d{0,3})?$/u.test(text.slice(from))) return undefined;
    return { to: from, event: keyEvent(altKey('O')) };
  }
  const [, first = '', second, letter = ''] = found;
  const to = SS3.lastIndex;
  const printed = KEYPAD[letter];
  if (printed !== undefined) return { to, event: { is: 'text', text: printed } };
  const rxvt = CTRL_ARROWS[letter];
  const key = rxvt === undefined ? named(LETTERS[letter] ?? SS3_ONLY[letter], Number(second ?? (first || '1'))) : plainKey(rxvt, { ctrl: true });
  return key ? { to, event: keyEvent(key) } : { to };
}

const SS3_ONLY: Readonly<Record<string, string>> = { M: 'enter', I: 'tab' };
/** The number block in application mode. */
const KEYPAD: Readonly<Record<string, string>> = {
  ...{ j: '*', k: '+', l: ',', m: '-', n: '.', o: '/', X: '=', ' ': ' ' },
  ...{ p: '0', q: '1', r: '2', s: '3', t: '4', u: '5', v: '6', w: '7', x: '8', y: '9' },
};
