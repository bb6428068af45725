/** What Ink writes a frame into. */
export interface Output {
  /** Ink writes nothing of one without rows. */
  readonly width: number;
  readonly height: number;
  write(x: number, y: number, text: string, options: { readonly transformers: readonly Transform[] }): void;
  clip(area: unknown): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
}

type Transform = (line: string, at: number) => string;
interface Size {
  readonly width: number;
  readonly height: number;
}
type Asked = (to: Output) => void;
interface Written {
  readonly x: number;
  readonly text: string;
}

/**
 * Ink takes every cell of the screen apart for every frame: 3 MB of garbage each, at 200x50. This stands in the place of its
 * `Output`: rows are what they were in the frame before when the same was written into them, and only the others are made,
 * by Ink itself, one by one. What cannot be told row by row is left to Ink as a whole.
 */
export function rowOutput(ofCells: (size: Size) => Output): new (size: Size) => Output {
  /** Rows of the frame before, by what was written into them. */
  let before: ReadonlyMap<string, string> = new Map();
  const made = (parts: readonly Written[], width: number): string => {
    const row = ofCells({ width, height: 1 });
    for (const { x, text } of parts) row.write(x, 0, text, { transformers: [] });
    return row.get().output;
  };
  const joined = (rows: readonly (readonly Written[])[], width: number): string => {
    const now = new Map<string, string>();
    const output = rows.map((parts) => {
      const key = `${width}\0${parts.map(({ x, text }) => `${x}\0${text}`).join('\0')}`;
      const row = now.get(key) ?? before.get(key) ?? made(parts, width);
      now.set(key, row);
      return row;
    });
    // What is printed above the screen is an output of its own, most often an empty one.
    if (rows.length > 0) before = now;
    return output.join('\n');
  };
  function open({ width, height }: Size): Output {
    const asked: Asked[] = [];
    let rows: Written[][] | undefined = Array.from({ length: height }, () => []);
    const leave = (act: Asked): void => {
      asked.push(act);
      rows = undefined;
    };
    return {
      ...{ width, height },
      write(x, y, text, options) {
        asked.push((to) => to.write(x, y, text, options));
        const lines = text.split('\n');
        if (!lines.every((line, at) => isWhole(line) && options.transformers.every((change) => change(line, at) === line))) rows = undefined;
        if (text !== '') for (const [at, line] of lines.entries()) rows?.[y + at]?.push({ x, text: line });
      },
      clip: (area) => leave((to) => to.clip(area)),
      unclip: () => leave((to) => to.unclip()),
      get() {
        if (rows) return { output: joined(rows, width), height };
        const whole = ofCells({ width, height });
        for (const act of asked) act(whole);
        return whole.get();
      },
    };
  }
  // Ink calls it with `new`, which takes what the function returns.
  return open as unknown as new (
    size: Size,
  ) => Output;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: looks for one
const LOOK = /\x1b\[([\d;]*)m/gu;

/** Nothing of its look goes on in the next row. */
function isWhole(line: string): boolean {
  const open = new Set<number>();
  for (const [, codes = ''] of line.slice(line.lastIndexOf('\x1b[0m') + 1).matchAll(LOOK)) turn(open, codes.split(';').map(Number));
  return open.size === 0;
}

/** Looks by what turns them off; the numbers of a colour of more than one are no looks. */
function turn(open: Set<number>, codes: readonly number[]): void {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) open.clear();
    else if (OFF.has(code)) open.delete(code);
    else open.add(offOf(code));
    if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
  }
}

const OFF: ReadonlySet<number> = new Set([22, 23, 24, 27, 28, 29, 39, 49]);
const SWITCHES: Readonly<Record<number, number>> = { 1: 22, 2: 22, 3: 23, 4: 24, 7: 27, 8: 28, 9: 29 };

/** What is not known goes on until all is turned off. */
function offOf(code: number): number {
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return 39;
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) return 49;
  return SWITCHES[code] ?? 0;
}
