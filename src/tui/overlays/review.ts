import type { RunId } from '../../kernel/ids.ts';
import { type Hunk, hunksOf, statOf } from '../diff/hunks.ts';
import { hunkRows, statLine } from '../diff/rows.ts';
import type { Item, Overlay, ShellState } from '../state.ts';
import { type Line, line, span } from '../text/line.ts';
import { flow } from './flow.ts';
import { between, hints, type Size, sheetRows, type View } from './sheet.ts';

export type ReviewOverlay = Extract<Overlay, { readonly is: 'review' }>;

/** One hunk of what a call changed in a file. `nth`: from 0 within that change. */
export interface Change {
  readonly id: string;
  readonly call: string;
  readonly path: string;
  readonly nth: number;
  readonly hunk: Hunk;
}

/** The changes of a call, or of all calls of a run in the order they were made. */
export function changesIn(state: Pick<ShellState, 'transcripts' | 'runs'>, { run, call }: Pick<ReviewOverlay, 'run' | 'call'>): readonly Change[] {
  const pids = new Set(state.runs.get(run)?.procs.map(({ pid }) => pid) ?? []);
  const items = [...state.transcripts].flatMap(([pid, { items: of }]) => (call === undefined && !pids.has(pid) ? [] : of.filter(isChange)));
  return items
    .filter((one) => call === undefined || one.call === call)
    .toSorted((a, b) => a.began - b.began)
    .flatMap((one) => hunksIn(one));
}

/** Hunks are put back by a command of the conversation that made them; what another run did is taken back whole. */
export const canReject = ({ runs }: Pick<ShellState, 'runs'>, run: RunId): boolean => runs.get(run)?.kind === 'chat' && runs.get(run)?.status === 'running';

/** The hunk that is looked at and as many after it as there is room for; each says whether it is kept. */
export function reviewRows(view: View & { readonly overlay: ReviewOverlay }, size: Size): readonly Line[] {
  const { state, keymap, overlay } = view;
  const changes = changesIn(state, overlay);
  const at = Math.min(state.scroll.overlay.at, changes.length - 1);
  const rejected = new Set(overlay.rejected);
  const title = line(span('Review', 'title'), span(changes.length === 0 ? '' : ` ${at + 1} of ${changes.length}`, 'dim'), ...rejectedText(rejected.size));
  const body = changes.length === 0 ? nothing(size.width) : shownRows(changes, { at, back: state.scroll.overlay.back, rejected, size });
  const foot = hints(keymap, 'review', changes.length === 0 ? { interrupt: 'close' } : actionsOf(state, overlay), size.width);
  // Positions are those of hunks: the rows that are made begin with the one that is looked at.
  return sheetRows({ title, body: body.slice(0, Math.max(0, size.height - 1 - foot.length)), foot, at: { top: 0 } }, size);
}

/** Rows of one hunk with its head. */
export function changeRows(one: Change, { isAt, isRejected, width, most }: ChangeView): readonly Line[] {
  const mark = isRejected ? span('✗ put back', 'bad') : span('✓ keep', 'good');
  const head = line(
    span(isAt ? '> ' : '  ', 'accent'),
    mark,
    span('  '),
    span(one.path, isAt ? 'strong' : 'text'),
    span('  '),
    ...statLine(statOf([one.hunk])),
  );
  return [between(head, ` ${one.call}`, width), ...hunkRows(one.hunk, { width, most })];
}

export interface ChangeView {
  readonly isAt: boolean;
  readonly isRejected: boolean;
  readonly width: number;
  readonly most: number;
}

type ToolItem = Extract<Item, { readonly is: 'tool' }>;

const isChange = (one: Item): one is ToolItem => one.is === 'tool' && one.how === 'ok' && one.diff !== undefined;

/** A file's diff counts its hunks anew. */
function hunksIn({ call, diff = '' }: ToolItem): readonly Change[] {
  const counts = new Map<string, number>();
  return hunksOf(diff)
    .filter((hunk) => !hunk.isLoose)
    .map((hunk) => {
      const nth = counts.get(hunk.path) ?? 0;
      counts.set(hunk.path, nth + 1);
      return { id: `${call} ${hunk.path} ${nth}`, call, path: hunk.path, nth, hunk };
    });
}

const rejectedText = (count: number): Line => (count === 0 ? [] : [span(` · ${count} to put back`, 'bad')]);

function nothing(width: number): readonly Line[] {
  return [
    ...flow('Nothing that was changed is known here.', width, { tone: 'dim' }),
    ...flow('Files that agents write and edit are shown, hunk by hunk; what commands did is seen with !git diff.', width, { tone: 'dim' }),
  ];
}

function actionsOf(state: ShellState, { run }: ReviewOverlay): Readonly<Record<string, string>> {
  const moves = { down: 'next', up: 'before' };
  if (!canReject(state, run)) return { ...moves, 'scroll-down': 'further down', interrupt: 'close' };
  return { keep: 'keep', reject: 'put back', 'keep-all': 'keep the rest', 'reject-all': 'put the rest back', apply: 'apply', ...moves, interrupt: 'close' };
}

interface Shown {
  readonly at: number;
  readonly back: number;
  readonly rejected: ReadonlySet<string>;
  readonly size: Size;
}

function shownRows(changes: readonly Change[], { at, back, rejected, size }: Shown): readonly Line[] {
  const rows: Line[] = [];
  for (let place = at; place < changes.length && rows.length < size.height; place++) {
    const one = changes[place];
    if (!one) break;
    const most = size.height + (place === at ? back : 0) + 1;
    const of = changeRows(one, { isAt: place === at, isRejected: rejected.has(one.id), width: size.width, most });
    // The head stays above the part of a long hunk that was scrolled to.
    const from = place === at ? Math.max(0, Math.min(back, of.length - 2)) : 0;
    rows.push(...of.slice(0, 1), ...of.slice(1 + from), []);
  }
  return rows;
}
