import { offerText } from '../commands/offer.ts';
import { type Binding, KEYS } from '../input/keys.ts';
import { askRow } from '../overlays/ask-row.ts';
import { isTypedBeside } from '../overlays/coming.ts';
import { statusLine } from '../panes/status.ts';
import { promptRows } from '../prompt/rows.ts';
import type { ShellState } from '../state.ts';
import type { Line } from '../text/line.ts';
import { noticeRows, ruleRow } from './chrome.ts';

/** What stands at the foot in every layout: notices, a rule, the prompt; the status line goes below. */
export interface Foot {
  readonly rows: readonly Line[];
  readonly status: Line;
  /** From the first of `rows`; undefined while something else takes the keys. */
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
}

/** Notices take no more rows than this. */
const LEAST_NOTICES = 2;
/** They may take this part of a higher screen. */
const SHARE = 8;
/** Lower, the status line alone says that something waits. */
const ASK_FROM = 6;
/** On a screen this low there is no rule. */
const RULE_FROM = 8;

export function footOf(state: ShellState, spin: string, keymap: readonly Binding[] = KEYS): Foot {
  const { columns, rows } = state.size;
  const prompt = promptRows(state.prompt, { width: columns, height: rows, placeholder: placeholderOf(state), queued: state.queued });
  const above = [
    ...noticeRows(state.notices, columns, rows >= RULE_FROM ? Math.max(LEAST_NOTICES, Math.floor(rows / SHARE)) : 0),
    ...(rows >= ASK_FROM ? askRow(state, keymap, columns) : []),
    ...(rows >= RULE_FROM ? [ruleRow(columns, state.focus === 'prompt')] : []),
  ];
  const cursor =
    state.focus === 'prompt' && (state.overlay === undefined || isTypedBeside(state)) ? { x: prompt.cursor.x, y: prompt.cursor.y + above.length } : undefined;
  return { rows: [...above, ...prompt.rows], status: statusLine(state, columns, spin), cursor };
}

function placeholderOf(state: ShellState): string {
  const { kernel, focus } = state;
  if (kernel.is === 'failed') return 'there is no kernel: type to try again';
  if (focus !== 'prompt') return 'i or Esc: back to the prompt';
  return offerText(state) ?? 'what is to be done?  / commands  @ files  ! shell  ? help';
}
