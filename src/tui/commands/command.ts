import type { Outcome } from '../intent.ts';
import type { ShellState } from '../state.ts';

/** What a line that begins with `/` comes to; where it is wrong, what is wrong with it. */
export type SlashResult = Outcome | { readonly error: string; readonly hint?: string };

/** One command of the prompt. */
export interface SlashCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What may follow it, as help writes it: `FILE`, `[RUN]`. */
  readonly args: string;
  readonly does: string;
  /** `rest`: what follows the name, trimmed. */
  run(state: ShellState, rest: string): SlashResult;
}

export const isError = (result: SlashResult): result is Extract<SlashResult, { readonly error: string }> => 'error' in result;
