import type { Binding } from '../input/keys.ts';
import type { ShellState } from '../state.ts';
import { columnsOf, type Line, line, span } from '../text/line.ts';
import { ofInterviews, waiting } from './asks.ts';
import { fitRow, keyFor } from './sheet.ts';

/** Who asks what, and the key that shows it: above the prompt, as long as it is not in front. */
export function askRow(state: ShellState, keymap: readonly Binding[], width: number): readonly Line[] {
  const isOpen = state.overlay?.is === 'approval' || (state.overlay?.is === 'form' && state.overlay.submit.is === 'answer');
  const asks = isOpen ? [] : waiting(state);
  const questions = state.focus === 'interview' ? [] : ofInterviews(state);
  const [ask] = asks.length > 0 ? asks : questions;
  if (!ask) return [];
  const more = asks.length + questions.length - 1;
  const key = keyFor(keymap, 'everywhere', asks.length > 0 ? 'approval' : 'focus-interview') ?? '/approvals';
  const answers = ` · ${key} answers${more > 0 ? `, ${more} more` : ''}`;
  const says = `? ${asks.length > 0 ? ask.name : 'interview'}${ask.kind === 'approval' ? ' wants' : ' asks'}: ${firstRow(ask.text)}`;
  const room = Math.max(0, width - columnsOf(answers));
  return [fitRow(line(...fitRow([span(says, 'warn')], room), span(answers, 'accent')), width)];
}

/** The words of a question stand in its last row; what is to be done, in its first. */
const firstRow = (text: string): string =>
  text
    .split('\n')
    .find((row) => row.trim() !== '')
    ?.trim() ?? '';
