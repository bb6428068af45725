import type { Depth } from './theme.ts';

/** A colour as SGR parameters, as near as the depth allows; `38;5;208`, `31`. `ground`: behind the text. */
export function colourCode(colour: string | number, depth: Exclude<Depth, 0>, ground: boolean): string {
  if (typeof colour === 'number') return own(colour, ground);
  const [r, g, b] = channels(colour);
  if (depth === 16777216) return `${ground ? 48 : 38};2;${r};${g};${b}`;
  if (depth === 256) return `${ground ? 48 : 38};5;${nearest(CUBE, [r, g, b]) + 16}`;
  return own(nearest(SYSTEM, [r, g, b]), ground);
}

type Rgb = readonly [r: number, g: number, b: number];

/** One of the terminal's own 16. */
const own = (nth: number, ground: boolean): string => String((nth < 8 ? 30 + nth : 90 + nth - 8) + (ground ? 10 : 0));

function channels(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Numbers 16 to 255: a cube of six steps a channel, then 24 greys. The first 16 differ from terminal to terminal. */
const STEPS = [0, 95, 135, 175, 215, 255];
const CUBE: readonly Rgb[] = [
  ...STEPS.flatMap((r) => STEPS.flatMap((g) => STEPS.map((b): Rgb => [r, g, b]))),
  ...Array.from({ length: 24 }, (_, nth): Rgb => [8 + 10 * nth, 8 + 10 * nth, 8 + 10 * nth]),
];

/** What xterm shows for its own 16. */
const SYSTEM: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

function nearest(from: readonly Rgb[], to: Rgb): number {
  let best = 0;
  for (const [nth, one] of from.entries()) if (distance(one, to) < distance(from[best] ?? one, to)) best = nth;
  return best;
}

/** Weighted as the eye sees red ("redmean", compuphase.com/cmetric.htm). */
function distance(a: Rgb, b: Rgb): number {
  const mean = (a[0] + b[0]) / 2;
  const [r, g, b2] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return (2 + mean / 256) * r * r + 4 * g * g + (2 + (255 - mean) / 256) * b2 * b2;
}
