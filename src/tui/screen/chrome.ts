import { agentsTitle } from '../panes/agents.ts';
import { auditTitle } from '../panes/audit.ts';
import { chatTitle } from '../panes/chat.ts';
import { interviewTitle } from '../panes/interview.ts';
import { seedTitle } from '../panes/seed.ts';
import type { Notice, PaneName, ShellState } from '../state.ts';
import { columnsOf, fitLine, type Line, span, type Tone } from '../text/line.ts';
import { wrapLine } from '../text/wrap.ts';

/** The first row of a pane: what it is, with a rule to its end. */
export function titleRow(pane: PaneName, state: ShellState, width: number): Line {
  const isFocused = state.focus === pane && state.overlay === undefined;
  const title = titleOf(pane, state);
  const rest = Math.max(0, width - columnsOf(title) - 4);
  return fitLine([span('─ ', 'border'), span(title, isFocused ? 'focus' : 'title'), span(` ${'─'.repeat(rest + 1)}`, 'border')], width);
}

/** The row above the prompt. */
export const ruleRow = (width: number, isFocused: boolean): Line => [span('─'.repeat(width), isFocused ? 'focus' : 'border')];

/** What the shell has to say, the newest last, in at most so many rows: the newest as whole as it can be, and those before it where there is room. */
export function noticeRows(notices: readonly Notice[], width: number, most: number): readonly Line[] {
  let rows: readonly Line[] = [];
  for (const notice of notices.toReversed()) {
    // Only the newest is cut; a row too many says that another does not fit.
    const more = wrapLine(noticeLine(notice), width, INDENT, rows.length === 0 ? most : most + 1);
    if (rows.length + more.length > most) break;
    rows = [...more, ...rows];
  }
  return rows;
}

const INDENT = 2;

function noticeLine({ tone, text, hint }: Notice): Line {
  const said = [span(`${SIGNS[tone]} `, TONES[tone]), span(oneLine(text), TONES[tone])];
  return hint === undefined ? said : [...said, span(`  ${oneLine(hint)}`, 'dim')];
}

const SIGNS: Readonly<Record<Notice['tone'], string>> = { info: '·', warn: '!', error: '✗' };
const TONES: Readonly<Record<Notice['tone'], Tone>> = { info: 'dim', warn: 'warn', error: 'bad' };

const oneLine = (text: string): string => text.replace(/\s*\n\s*/gu, ' ').trim();

function titleOf(pane: PaneName, state: ShellState): string {
  switch (pane) {
    case 'agents':
      return agentsTitle(state);
    case 'chat':
      return chatTitle(state);
    case 'audit':
      return auditTitle(state);
    case 'interview':
      return interviewTitle(state);
    case 'seed':
      return seedTitle(state);
  }
}
