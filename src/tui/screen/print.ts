import type { Pid } from '../../kernel/ids.ts';
import { isFinished, itemRows, settledRows } from '../panes/items.ts';
import type { Item, ShellState } from '../state.ts';
import { type Line, span } from '../text/line.ts';

/** What goes into the terminal's own scrollback, and what may still change. */
export interface Printed {
  /** New rows, to be printed once. */
  readonly fresh: readonly Line[];
  readonly open: readonly Line[];
}

/** Prints the transcript in front as it is finished. Each row is printed once, whatever is selected meanwhile. */
export interface Printer {
  print(state: Pick<ShellState, 'transcripts' | 'selected' | 'runs' | 'unfolded' | 'now'>, width: number): Printed;
}

/** Of a transcript that is new here so many things are printed: a long session is in the log. */
const MOST_AT_FIRST = 60;

interface Place {
  /** The last thing that was printed whole. */
  last: string | undefined;
  /** Of the one behind it so many rows were printed. */
  part: { readonly id: string; readonly rows: number } | undefined;
}

export function createPrinter(): Printer {
  const places = new Map<Pid, Place>();
  let front: Pid | undefined;
  return {
    print(state, width) {
      const { selected } = state;
      const transcript = selected === undefined ? undefined : state.transcripts.get(selected);
      if (selected === undefined || transcript === undefined) return NOTHING;
      const known = places.get(selected);
      const place = known ?? { last: undefined, part: undefined };
      places.set(selected, place);
      const fresh: Line[] = front === selected ? [] : headOf(state, selected, width, front !== undefined);
      front = selected;
      const all = transcript.items;
      const from = place.last === undefined ? Math.max(0, all.length - MOST_AT_FIRST) : all.findLastIndex(({ id }) => id === place.last) + 1;
      return { fresh, open: take(all.slice(from), place, fresh, { width, unfolded: state.unfolded, now: state.now }) };
    },
  };
}

const NOTHING: Printed = { fresh: [], open: [] };

interface Look {
  readonly width: number;
  readonly unfolded: ReadonlySet<string>;
  readonly now: number;
}

/** Finished things go to `fresh`, in order; from the first that is not on everything stays open. */
function take(items: readonly Item[], place: Place, fresh: Line[], { width, unfolded, now }: Look): readonly Line[] {
  const open: Line[] = [];
  for (const item of items) {
    const rows = itemRows(item, { width, isUnfolded: unfolded.has(item.id), isAt: false, now });
    const printed = place.part?.id === item.id ? place.part.rows : 0;
    if (open.length === 0 && isFinished(item)) {
      fresh.push(...rows.slice(printed));
      place.last = item.id;
      place.part = undefined;
      continue;
    }
    const settled = open.length === 0 ? Math.max(printed, settledRows(item, width)) : 0;
    if (settled > printed) {
      fresh.push(...rows.slice(printed, settled));
      place.part = { id: item.id, rows: settled };
    }
    // Nothing stands behind it that is open: an empty row would be taken for the end.
    open.push(...rows.slice(settled));
    if (open.length === 0) break;
  }
  return open;
}

function headOf(state: Pick<ShellState, 'runs'>, pid: Pid, width: number, isOther: boolean): Line[] {
  const proc = [...state.runs.values()].flatMap((run) => run.procs).find((one) => one.pid === pid);
  const name = proc ? `${proc.name} ${proc.pid}` : String(pid);
  return isOther
    ? [[], [span('── ', 'border'), span(name, 'title'), span(` ${'─'.repeat(Math.max(0, Math.min(width, 60) - name.length - 5))}`, 'border')]]
    : [];
}
