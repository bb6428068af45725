import type { Tone } from '../text/line.ts';

/** Colours are `#rrggbb`, or the number of one of the terminal's own 16; undefined is the terminal's default. */
export interface Style {
  readonly fg?: string | number;
  readonly bg?: string | number;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  readonly strike?: boolean;
}

export interface Theme {
  readonly name: string;
  readonly styles: Readonly<Partial<Record<Tone, Style>>>;
}

/** Colours a terminal can show: none (NO_COLOR, TERM=dumb), 16, 256 or all. */
export type Depth = 0 | 16 | 256 | 16777216;
