import { type Line, line, span } from '../text/line.ts';
import { flow } from './flow.ts';

/** A value as rows, one key a row, texts with their own lines; nothing of it is read as anything else. */
export function valueRows(key: string, value: unknown, depth: number, width: number): readonly Line[] {
  const indent = Math.min(depth * STEP, Math.floor(width / 2));
  const lead = span(`${key} `, 'dim');
  if (typeof value !== 'object' || value === null) return flow(String(value), width, { indent, lead });
  const entries = Array.isArray(value) ? value.map((one: unknown) => ['-', one] as const) : Object.entries(value);
  if (entries.length === 0 || depth > DEEPEST) return flow(entries.length === 0 ? 'none' : '…', width, { indent, lead });
  return [line(span(' '.repeat(indent)), lead), ...entries.flatMap(([name, one]) => valueRows(name, one, depth + 1, width))];
}

const STEP = 2;
/** Nobody reads on a terminal what is nested deeper. */
const DEEPEST = 12;
