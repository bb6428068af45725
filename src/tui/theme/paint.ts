import { reveal, sanitize } from '../../kernel/text/sanitize.ts';
import { isAscii } from '../text/clusters.ts';
import { type Line, plainText, type Tone } from '../text/line.ts';
import { colourCode } from './colour.ts';
import type { Depth, Style, Theme } from './theme.ts';

/**
 * A row as a terminal takes it. The only escape sequences in it are the SGR ones made here: one where the look
 * changes, none for plain text, one reset at the end. Without colours it is the text itself.
 */
export function paint(of: Line, theme: Theme, depth: Depth): string {
  if (depth === 0) return safe(plainText(of));
  const looks = looksOf(theme, depth);
  let out = '';
  let now = PLAIN;
  for (const { text, tone } of of) {
    if (text === '') continue;
    const next = looks(tone);
    // A space looks the same in any colour of text.
    if (next !== now && !(text.trim() === '' && !next.showsOnBlank && !now.showsOnBlank)) {
      out += change(now, next);
      now = next;
    }
    out += safe(text);
  }
  return now === PLAIN ? out : `${out}${RESET}`;
}

/** As parameters: what a tone turns on, each with what it takes the place of. */
interface Look {
  readonly on: readonly string[];
  /** Underlined, struck, inverse or with a ground of its own. */
  readonly showsOnBlank: boolean;
  /** From this look to others, found once. */
  readonly changes: Map<Look, string>;
}

const RESET = '\x1b[0m';
const look = (on: readonly string[], showsOnBlank: boolean): Look => ({ on, showsOnBlank, changes: new Map() });
const PLAIN = look([], false);

const known = new WeakMap<Theme, Map<Depth, (tone: Tone) => Look>>();

/** Looks of a theme; two tones that look the same have the same one. */
function looksOf(theme: Theme, depth: Exclude<Depth, 0>): (tone: Tone) => Look {
  const depths = known.get(theme) ?? new Map<Depth, (tone: Tone) => Look>();
  known.set(theme, depths);
  const made = depths.get(depth);
  if (made) return made;
  const byCode = new Map<string, Look>([['', PLAIN]]);
  const byTone = new Map<Tone, Look>();
  const looks = (tone: Tone): Look => {
    const found = byTone.get(tone);
    if (found) return found;
    const style = theme.styles[tone] ?? {};
    const on = codesOf(style, depth);
    const one = byCode.get(on.join(';')) ?? look(on, style.bg !== undefined || [style.underline, style.inverse, style.strike].includes(true));
    byCode.set(on.join(';'), one);
    byTone.set(tone, one);
    return one;
  };
  depths.set(depth, looks);
  return looks;
}

function codesOf(style: Style, depth: Exclude<Depth, 0>): readonly string[] {
  const switches = SWITCHES.flatMap(([name, code]) => (style[name] ? [code] : []));
  return [
    ...switches,
    ...(style.fg === undefined ? [] : [colourCode(style.fg, depth, false)]),
    ...(style.bg === undefined ? [] : [colourCode(style.bg, depth, true)]),
  ];
}

const SWITCHES = [
  ['bold', '1'],
  ['dim', '2'],
  ['italic', '3'],
  ['underline', '4'],
  ['inverse', '7'],
  ['strike', '9'],
] as const;

/** The shorter of: all off and the new on; what is no longer so off and what is new on. */
function change(from: Look, to: Look): string {
  const found = from.changes.get(to);
  if (found !== undefined) return found;
  const kept = from.on.filter((code) => to.on.includes(code));
  // Bold and dim are turned off together.
  const off = new Set(from.on.filter((code) => !kept.includes(code)).map(offOf));
  const stays = kept.filter((code) => !off.has(offOf(code)));
  const overwritten = to.on.filter((code) => !stays.includes(code));
  const needed = [...off].filter((code) => !COLOURS.includes(code) || !overwritten.some((one) => offOf(one) === code));
  const parts = [[...needed, ...overwritten], from.on.length > 0 ? ['0', ...to.on] : to.on].map((codes) => codes.join(';'));
  const [a = '', b = ''] = parts;
  const made = `\x1b[${a.length <= b.length ? a : b}m`;
  from.changes.set(to, made);
  return made;
}

/** A new colour takes the place of the one before. */
const COLOURS = ['39', '49'];

function offOf(code: string): string {
  if (code === '1' || code === '2') return '22';
  if (/^\d$/u.test(code)) return `2${code}`;
  return /^(?:4[0-8]|10\d)/u.test(code) ? '49' : '39';
}

/** The last door: a control that came so far is shown, never obeyed, and a mark that stands on nothing is left out. */
function safe(text: string): string {
  if (isAscii(text)) return text;
  return (CONTROL.test(text) ? reveal(text) : sanitize(text)).replace(/^\p{M}+/u, '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
