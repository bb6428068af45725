import { takeOffer } from '../commands/offer.ts';
import type { Intent, Outcome } from '../intent.ts';
import { takesOnEnter } from '../prompt/completion.ts';
import { edit } from '../prompt/edit.ts';
import type { EditAction, Editor } from '../prompt/editor.ts';
import { textOf } from '../prompt/paste.ts';
import { promptColumns } from '../prompt/rows.ts';
import type { ShellState } from '../state.ts';
import type { RouteParts } from './route-parts.ts';

/** What an action on the prompt's text comes to, with what has to be looked up for it. */
export function edited(state: ShellState, action: EditAction, parts: RouteParts): Outcome {
  const next = edit(state.prompt, action);
  const focus: Outcome = state.focus === 'prompt' ? {} : { ui: [{ ui: 'focus', pane: 'prompt' }] };
  const { completion: was } = state.prompt;
  const { completion } = next;
  if (!completion || (was?.is === completion.is && was.query === completion.query && was.from === completion.from)) return { ...focus, prompt: next };
  if (completion.is === 'file') return { ...focus, prompt: next, world: [{ do: 'complete', query: completion.query }] };
  const found = parts.commands(completion.query);
  return { ...focus, prompt: edit(next, { do: 'found', is: 'command', query: completion.query, found }) };
}

/** An action of the prompt's keys; undefined when it has nothing to do there. */
export function actOnPrompt(state: ShellState, action: string, parts: RouteParts): Outcome | undefined {
  switch (action) {
    case 'submit':
      return submitted(state, parts);
    case 'help':
      return { ui: [{ ui: 'open', overlay: { is: 'help' } }] };
    case 'edit-outside':
      return { world: [{ do: 'edit-prompt' }] };
    case 'complete':
      return completed(state, parts);
    default:
      return edited(state, keyed(state, action), parts);
  }
}

export const keyed = (state: ShellState, action: string): EditAction => ({ do: 'key', action, columns: promptColumns(state.size.columns) });

/** Undefined when there is nothing to complete. */
function completed(state: ShellState, parts: RouteParts): Outcome | undefined {
  const done = edited(state, keyed(state, 'complete'), parts);
  const isSame = done.prompt?.text === state.prompt.text && done.prompt.completion === state.prompt.completion;
  return isSame && !state.prompt.completion ? undefined : done;
}

function submitted(state: ShellState, parts: RouteParts): Outcome {
  const { prompt } = state;
  if (prompt.search) return edited(state, { do: 'close', keep: true }, parts);
  if (takesOnEnter(prompt)) return edited(state, { do: 'take' }, parts);
  const text = textOf(prompt).replace(/^\n+|\s+$/gu, '');
  if (text === '') return takeOffer(state) ?? {};
  if (COMMAND.test(text)) return command(state, text, parts);
  if (!text.startsWith('!')) return sent(prompt, text, { do: 'say', text });
  const line = text.slice(1).trim();
  return line === '' ? {} : sent(prompt, text, { do: 'command', line });
}

/** A name, and nothing like a path. */
const COMMAND = /^\/[\p{L}\d_-]+(?=\s|$)/u;

const sent = (prompt: Editor, line: string, intent: Intent): Outcome => ({
  prompt: edit(prompt, { do: 'sent' }),
  world: [{ do: 'remember', line }, intent],
});

/** What was mistyped stays in the prompt, to be mended. */
function command(state: ShellState, text: string, parts: RouteParts): Outcome {
  const outcome = parts.slash(state, text);
  if ('error' in outcome) {
    const { error, hint } = outcome;
    return {
      ui: [{ ui: 'notice', tone: 'error', text: error, ...(hint === undefined ? {} : { hint }) }],
      prompt: edit(state.prompt, { do: 'close', keep: true }),
    };
  }
  return { prompt: edit(state.prompt, { do: 'sent' }), ...outcome, world: [{ do: 'remember', line: text }, ...(outcome.world ?? [])] };
}
