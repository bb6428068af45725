/** A filled part of a screen, in columns and rows. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
  readonly faint?: boolean;
}

/** What is drawn in one cell, in one colour. */
export interface Drawn {
  readonly sign: string;
  readonly x: number;
  readonly y: number;
  readonly fill: string;
}

/** To which sides of its cell a line goes: left, right, up, down. */
const ARMS: Readonly<Record<string, string>> = {
  ...{ '─': 'lr', '│': 'ud', '┃': 'ud', '┬': 'lrd', '┴': 'lru', '┼': 'lrud', '├': 'rud', '┤': 'lud' },
  ...{ '┌': 'rd', '┐': 'ld', '└': 'ru', '┘': 'lu' },
};
const BLOCKS = '█░';

/** Signs that have to meet those beside them: what a font has for them leaves gaps between rows. */
export const isDrawn = (sign: string): boolean => sign in ARMS || BLOCKS.includes(sign);

/** How thick a line is, in columns and in rows. */
const COLUMN = 0.14;
const ROW = 0.065;

/** The signs as areas, those that meet made one. */
export function marksOf(cells: readonly Drawn[]): readonly Mark[] {
  const across = cells.flatMap(({ sign, x, y, fill }): Mark[] => [
    ...(BLOCKS.includes(sign) ? [{ x, y: y + 0.08, width: 1, height: 0.84, fill, faint: sign === '░' }] : []),
    ...sides(sign, 'l', 'r').map(([from, length]) => ({ x: x + from, y: y + 0.5 - ROW / 2, width: length, height: ROW, fill })),
  ]);
  const down = cells.flatMap(({ sign, x, y, fill }): Mark[] => {
    const width = sign === '┃' ? 3 * COLUMN : COLUMN;
    return sides(sign, 'u', 'd').map(([from, length]) => ({ x: x + 0.5 - width / 2, y: y + from, width, height: length, fill }));
  });
  return [
    ...joined(across, (a, b) => a.y === b.y && a.x + a.width === b.x && { ...a, width: a.width + b.width }),
    ...joined(
      down.toSorted((a, b) => a.x - b.x || a.y - b.y),
      (a, b) => a.x === b.x && a.y + a.height === b.y && { ...a, height: a.height + b.height },
    ),
  ];
}

/** Where a line begins in its cell and how long it is: to both sides, to one, or none. */
function sides(sign: string, before: string, after: string): readonly (readonly [from: number, length: number])[] {
  const arms = ARMS[sign] ?? '';
  const first = arms.includes(before) ? 0 : 0.5;
  const length = (arms.includes(before) ? 0.5 : 0) + (arms.includes(after) ? 0.5 : 0);
  return length === 0 ? [] : [[first, length]];
}

function joined(marks: readonly Mark[], meet: (a: Mark, b: Mark) => Mark | false): readonly Mark[] {
  const all: Mark[] = [];
  for (const mark of marks) {
    const last = all.at(-1);
    const one = last && last.fill === mark.fill && last.faint === mark.faint && meet(last, mark);
    if (one) all[all.length - 1] = one;
    else all.push(mark);
  }
  return all;
}
