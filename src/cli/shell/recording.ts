import { OxiosError } from '../../kernel/errors.ts';
import type { BusEvent } from '../../kernel/events.ts';

export type Recording =
  | { readonly is: 'events'; readonly events: readonly BusEvent[] }
  /** An asciicast, version 2: what was written to the terminal, and when, seconds. */
  | { readonly is: 'frames'; readonly columns: number; readonly rows: number; readonly frames: readonly { readonly at: number; readonly text: string }[] };

/** What a file holds, line by line. Throws FILE_UNREADABLE where it is neither. */
export function readRecording(file: string, content: string): Recording {
  const values = content.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [jsonOn(file, line, at)]));
  const [head, ...rest] = values;
  if (isObject(head) && head.version === 2) {
    const frames = rest.flatMap((one) => (Array.isArray(one) && one[1] === 'o' && typeof one[2] === 'string' ? [{ at: Number(one[0]), text: one[2] }] : []));
    return { is: 'frames', columns: Number(head.width), rows: Number(head.height), frames };
  }
  const events = values.filter((one) => isObject(one) && typeof one.type === 'string' && typeof one.run === 'string') as unknown as readonly BusEvent[];
  if (events.length > 0 && events.length === values.length) return { is: 'events', events };
  throw unreadable(file, 'holds neither events nor frames');
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function jsonOn(file: string, line: string, at: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw unreadable(file, `has no JSON on line ${at + 1}`, error);
  }
}

const unreadable = (file: string, why: string, cause?: unknown): OxiosError =>
  new OxiosError('FILE_UNREADABLE', `${file} ${why}`, {
    hint: 'record one with --events FILE or --record-frames FILE',
    ...(cause === undefined ? {} : { cause }),
  });
