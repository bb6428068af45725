import { expect } from 'vitest';
import { type Line, plainText, widthOf } from '../../src/tui/text/line.ts';

/** Rows as a person reads them, without what is blank at their ends. */
export const textOf = (rows: readonly Line[]): readonly string[] => rows.map((row) => plainText(row).trimEnd());

/** The exact frame, as it is written in a test: its first and last line break and the indent of its first row are left out. */
export function expectFrame(rows: readonly Line[], frame: string): void {
  const lines = frame.split('\n').slice(1, -1);
  const indent = /^ */u.exec(lines.find((one) => one.trim() !== '') ?? '')?.[0].length ?? 0;
  expect(textOf(rows).join('\n')).toBe(lines.map((one) => one.slice(indent).trimEnd()).join('\n'));
}

/** No row is wider than it may be, and there are not more than fit. */
export function expectFits(rows: readonly Line[], { width, height }: { readonly width: number; readonly height: number }): void {
  expect(rows.length).toBeLessThanOrEqual(height);
  expect(rows.filter((row) => widthOf(row) > width).map(plainText)).toEqual([]);
}

/** From hardly usable to larger than any. */
export const SIZES = [
  { width: 40, height: 12 },
  { width: 80, height: 24 },
  { width: 200, height: 50 },
  { width: 400, height: 100 },
] as const;
