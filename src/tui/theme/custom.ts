import type { Tone } from '../text/line.ts';
import type { Style, Theme } from './theme.ts';
import { THEMES } from './themes.ts';

export interface Fault {
  readonly fault: string;
}

/** A theme of the user's own, `{tone: style}`; what it does not say is as in the dark one. A fault names the first part that does not fit. */
export function themeFrom(name: string, value: unknown): Theme | Fault {
  if (!isObject(value)) return { fault: `theme ${name}: styles by tone are expected` };
  const styles: Partial<Record<Tone, Style>> = { ...THEMES.dark.styles };
  for (const [tone, style] of Object.entries(value)) {
    if (!isTone(tone)) return { fault: `theme ${name}: there is no tone ${tone}; there are ${Object.keys(TONES).join(', ')}` };
    const fault = faultIn(style);
    if (fault !== undefined) return { fault: `theme ${name}: ${tone}: ${fault}` };
    styles[tone] = style as Style;
  }
  return { name, styles };
}

/** The theme of a name: one of the user's own comes first. `auto`, and a name that there is not, are by the ground of the terminal. */
export function themeOf(name: string, own: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string | undefined>>): Theme {
  const made = Object.hasOwn(own, name) ? themeFrom(name, own[name]) : undefined;
  if (made && !('fault' in made)) return made;
  return Object.values(THEMES).find((one) => one.name === name) ?? (isLight(env) ? THEMES.light : THEMES.dark);
}

/** `COLORFGBG=0;15`: the last number is the ground; 7 and what is above 8 are light. Few terminals say it. */
function isLight({ COLORFGBG }: Readonly<Record<string, string | undefined>>): boolean {
  const ground = Number(COLORFGBG?.split(';').at(-1) || Number.NaN);
  return ground === 7 || ground > 8;
}

/** Every tone there is. */
const TONES: Readonly<Record<Tone, true>> = {
  text: true,
  dim: true,
  strong: true,
  good: true,
  bad: true,
  warn: true,
  accent: true,
  user: true,
  title: true,
  border: true,
  focus: true,
  select: true,
  heading: true,
  emphasis: true,
  code: true,
  link: true,
  quote: true,
  rule: true,
  added: true,
  removed: true,
  'added-word': true,
  'removed-word': true,
  hunk: true,
  struck: true,
  keyword: true,
  string: true,
  number: true,
  comment: true,
  function: true,
  type: true,
  variable: true,
};

const isTone = (name: string): name is Tone => Object.hasOwn(TONES, name);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const SWITCHES = ['bold', 'dim', 'italic', 'underline', 'inverse', 'strike'];

function faultIn(style: unknown): string | undefined {
  if (!isObject(style)) return 'a style is expected, such as {"fg": "#ff8800", "bold": true}';
  for (const [key, value] of Object.entries(style)) {
    const fault = partFault(key, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function partFault(key: string, value: unknown): string | undefined {
  if (key === 'fg' || key === 'bg') return isColour(value) ? undefined : `${key} is #rrggbb or a number from 0 to 15`;
  if (!SWITCHES.includes(key)) return `a style has no ${key}; it has fg, bg, ${SWITCHES.join(', ')}`;
  return typeof value === 'boolean' ? undefined : `${key} is true or false`;
}

const isColour = (value: unknown): boolean =>
  typeof value === 'string' ? /^#[0-9a-f]{6}$/iu.test(value) : Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 15;
