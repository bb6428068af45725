import type { Frame } from '../screen/frame.ts';
import { type Line, padLine, span } from '../text/line.ts';

/** A frame as rows of the whole screen, exactly as wide as it is. Pure. */
export function flatRows({ columns, rows, body, foot, status }: Frame): readonly Line[] {
  const below = foot.height + status.height;
  const above = Array.from({ length: Math.max(0, rows - below) }, (_, y) => padLine(besideAt(body, y), columns));
  const under = [...heightOf(foot), ...heightOf(status)].map((line) => padLine(line, columns));
  return [...above, ...under];
}

/** What lies in one row, from left to right, with a rule between. */
const besideAt = (body: Frame['body'], y: number): Line =>
  body
    .toSorted((one, other) => one.x - other.x)
    .flatMap((part, at) => [...(at === 0 ? [] : [span(y === 0 ? '┬' : '│', 'border')]), ...padLine(part.rows[y - part.y] ?? [], part.width)]);

const heightOf = (part: Frame['foot']): readonly Line[] => Array.from({ length: part.height }, (_, at) => part.rows[at] ?? []);
