import { z } from 'zod';
import type { BusEvent } from '../../kernel/events.ts';
import { eventsIn } from '../../tui/store/play.ts';

export type Recording =
  | { readonly is: 'events'; readonly events: readonly BusEvent[] }
  /** An asciicast, version 2: what was written to the terminal, and when, seconds. */
  | { readonly is: 'frames'; readonly columns: number; readonly rows: number; readonly frames: readonly { readonly at: number; readonly text: string }[] };

/** What a file holds. Throws USAGE where it is neither. */
export function readRecording(file: string, content: string): Recording {
  const [head = '', ...rest] = content.split('\n').filter((line) => line.trim() !== '');
  const cast = HEAD.safeParse(parsed(head));
  if (!cast.success) return { is: 'events', events: eventsIn(content, file) };
  const frames = rest.flatMap((line) => {
    const [at, kind, text] = FRAME.safeParse(parsed(line)).data ?? [0, ''];
    return kind === 'o' && text !== undefined ? [{ at, text }] : [];
  });
  return { is: 'frames', columns: cast.data.width, rows: cast.data.height, frames };
}

const HEAD = z.object({ version: z.literal(2), width: z.number(), height: z.number() });
const FRAME = z.tuple([z.number(), z.string(), z.string()]);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
