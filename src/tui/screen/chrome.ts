import { agentsTitle } from '../panes/agents.ts';
import { auditTitle } from '../panes/audit.ts';
import { chatTitle } from '../panes/chat.ts';
import { interviewTitle } from '../panes/interview.ts';
import { seedTitle } from '../panes/seed.ts';
import type { Notice, PaneName, ShellState } from '../state.ts';
import { columnsOf, fitLine, type Line, span, type Tone } from '../text/line.ts';

/** The first row of a pane: what it is, with a rule to its end. */
export function titleRow(pane: PaneName, state: ShellState, width: number): Line {
  const isFocused = state.focus === pane && state.overlay === undefined;
  const title = titleOf(pane, state);
  const rest = Math.max(0, width - columnsOf(title) - 4);
  return fitLine([span('─ ', 'border'), span(title, isFocused ? 'focus' : 'title'), span(` ${'─'.repeat(rest + 1)}`, 'border')], width);
}

/** The row above the prompt. */
export const ruleRow = (width: number, isFocused: boolean): Line => [span('─'.repeat(width), isFocused ? 'focus' : 'border')];

/** What the shell has to say, the newest last; at most so many. */
export function noticeRows(notices: readonly Notice[], width: number, most: number): readonly Line[] {
  return notices.slice(-most).map(({ tone, text, hint }) => {
    const said = [span(`${SIGNS[tone]} `, TONES[tone]), span(oneLine(text), TONES[tone])];
    return fitLine(hint === undefined ? said : [...said, span(`  ${oneLine(hint)}`, 'dim')], width);
  });
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
