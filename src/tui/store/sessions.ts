import type { KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import { type Part, textOf } from '../../kernel/message.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import type { ShellKernel } from '../ports.ts';
import type { SessionRow } from '../state.ts';
import { cleanValue, textIn } from './clean.ts';
import { newestFirst, rowOf } from './rows.ts';

/** All sessions of the home, newest first. */
export const sessionsOf = (views: readonly RunView[], isAlive: (view: RunView) => boolean): readonly SessionRow[] =>
  newestFirst(views.map((view) => rowOf(cleanValue(view), isAlive(view))));

export interface Search {
  readonly text: string;
  readonly rows: readonly SessionRow[];
  /** Entries in the log. */
  readonly size: number;
}

/**
 * Those whose title has the text, or in which it was said, newest first. It looks from the end of the log backwards,
 * and no further than so many entries. What was said is read a part at a time: aborting ends it at once.
 */
export async function* searchSessions(
  kernel: Pick<ShellKernel, 'read'>,
  { text, rows, size }: Search,
  signal: AbortSignal,
): AsyncGenerator<readonly SessionRow[]> {
  const wanted = text.toLowerCase();
  const found = new Map<RunId, string>();
  const hits = (): readonly SessionRow[] =>
    rows.flatMap((row) => {
      const where = found.get(row.run);
      if (where !== undefined) return [{ ...row, found: where }];
      return row.title.toLowerCase().includes(wanted) ? [row] : [];
    });
  yield hits();
  for (let to = size - 1; to >= Math.max(0, size - MOST) && !signal.aborted; to -= CHUNK) {
    const before = found.size;
    for await (const event of kernel.read({ from: Math.max(0, to - CHUNK + 1), to, types: SAID }, signal)) {
      const where = placeIn(event, wanted);
      if (where !== undefined) found.set(event.run, where);
    }
    if (found.size > before && !signal.aborted) yield hits();
  }
}

/** Entries that are read at once, and at all. */
const CHUNK = 2000;
const MOST = 100_000;

const SAID: readonly KernelEvent['type'][] = ['message.sent', 'model.answered', 'process.forked', 'interview.begun'];

/** Characters around what was found. */
const AROUND = 40;

function placeIn(event: KernelEvent, wanted: string): string | undefined {
  const text = sanitize(saidIn(event)).replaceAll(/\s+/gu, ' ');
  const at = text.toLowerCase().indexOf(wanted);
  if (at < 0) return undefined;
  const from = Math.max(0, at - AROUND);
  const to = at + wanted.length + AROUND;
  return `${from > 0 ? '…' : ''}${text.slice(from, to).replaceAll(/[\ud800-\udfff]+(?<![\ud800-\udbff][\udc00-\udfff])/gu, '')}${to < text.length ? '…' : ''}`;
}

function saidIn(event: KernelEvent): string {
  if (event.type === 'message.sent') return event.text;
  if (event.type === 'model.answered') return event.purpose ? '' : textOf(event.parts as unknown as readonly Part[]);
  if (event.type === 'process.forked') return textIn(event.args, 'task') ?? '';
  return event.type === 'interview.begun' ? String((event as { request?: unknown }).request) : '';
}
