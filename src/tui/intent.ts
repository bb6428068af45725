import type { AskId, Pid, RunId } from '../kernel/ids.ts';
import type { Reply, Signal } from '../kernel/kernel-types.ts';
import type { InputEvent } from './input/event.ts';
import type { SetupChoice } from './ports.ts';
import type { EditAction, Editor } from './prompt/editor.ts';
import type { Item, Overlay, PaneName } from './state.ts';

/** What a key, a click, a `/` command or the palette asks for and the world has to do. `control/` carries it out. */
export type Intent =
  /** To the agent in front: it is steered by it when it works, and begins with it when it waits. Without a conversation one begins. */
  | { readonly do: 'say'; readonly text: string }
  /** `!` a command line, through the gate, with what it printed told to the agent. */
  | { readonly do: 'command'; readonly line: string }
  /** The turn under way ends now; what was typed and queued stays. */
  | { readonly do: 'interrupt'; readonly pid: Pid }
  | { readonly do: 'signal'; readonly pid: Pid; readonly signal: Signal }
  | { readonly do: 'nice'; readonly pid: Pid; readonly nice: number }
  | { readonly do: 'send'; readonly pid: Pid; readonly text: string }
  | { readonly do: 'answer'; readonly ask: AskId; readonly reply: Reply }
  | { readonly do: 'interview'; readonly idea: string }
  /** Work on a specification: the one an interview ended with, or a file. */
  | { readonly do: 'run'; readonly from: { readonly interview: RunId } | { readonly file: string } }
  | { readonly do: 'evolve'; readonly run: RunId }
  /** The seed in $EDITOR: an interview's before it is worked on, a run's as a new child. */
  | { readonly do: 'edit-seed'; readonly run: RunId }
  | { readonly do: 'save-seed'; readonly run: RunId; readonly file: string; readonly replace: boolean }
  | { readonly do: 'undo'; readonly run: RunId; readonly step?: number; readonly redo?: boolean }
  /** Hunks of what calls changed in a file that are not wanted are put back, the newest call first, and the agent is told. They are numbered from 0 within a change. */
  | {
      readonly do: 'reject';
      readonly run: RunId;
      readonly path: string;
      readonly changes: readonly { readonly call: string; readonly hunks: readonly number[] }[];
    }
  | { readonly do: 'new-session' }
  | { readonly do: 'resume'; readonly run: RunId }
  | { readonly do: 'fork-session'; readonly run: RunId }
  | { readonly do: 'export'; readonly run: RunId; readonly file: string; readonly form: 'markdown' | 'jsonl' }
  | { readonly do: 'search-sessions'; readonly text: string }
  | { readonly do: 'model'; readonly id: string }
  /** Opens the palette with the models that can be switched to. */
  | { readonly do: 'models' }
  | { readonly do: 'compact'; readonly keep: string }
  | { readonly do: 'verify' }
  /** `of`: what is cut in the text is read from the log. */
  | { readonly do: 'page'; readonly title: string; readonly text: string; readonly of?: { readonly run: RunId; readonly item: Item } }
  | { readonly do: 'edit-prompt' }
  /** A text that was sent, for the history of later sessions. */
  | { readonly do: 'remember'; readonly line: string }
  /** Files for a list of candidates; they come back as `{ui: 'edit', action: {do: 'found', is: 'file', query, found}}`. */
  | { readonly do: 'complete'; readonly query: string }
  | { readonly do: 'setup'; readonly choice: SetupChoice }
  | { readonly do: 'exit'; readonly agents: 'ask' | 'keep' | 'stop' };

/** What only the screen has to do. `store/` carries it out. */
export type UiIntent =
  | { readonly ui: 'focus'; readonly pane: PaneName | 'next' | 'previous' | 'prompt' }
  | { readonly ui: 'open'; readonly overlay: Overlay }
  | { readonly ui: 'close' }
  /** What waits for an answer does not come to the front by itself any more. */
  | { readonly ui: 'put-off' }
  /** The overlay that is open, with something changed; it stays where it was scrolled to. */
  | { readonly ui: 'change'; readonly overlay: Overlay }
  /** The list or text that has the focus, by rows, down where that is more than 0; `page` is its height, `end` goes back to what is newest. `pane`: that one instead. */
  | { readonly ui: 'scroll'; readonly by: number | 'page' | '-page' | 'home' | 'end'; readonly pane?: PaneName }
  /** The selection of the list that has the focus; `pane`: of that one instead. */
  | { readonly ui: 'move'; readonly by: number; readonly pane?: PaneName }
  /** The process whose transcript the Chat pane shows. */
  | { readonly ui: 'select'; readonly pid: Pid }
  | { readonly ui: 'unfold'; readonly item: string }
  | { readonly ui: 'filter'; readonly text: string }
  /** Something is done to the prompt from outside of it: the history is read, files were found, an editor was closed. */
  | { readonly ui: 'edit'; readonly action: EditAction }
  | { readonly ui: 'layout'; readonly to: 'inline' | 'panes' | 'toggle' }
  | { readonly ui: 'theme'; readonly to: string }
  | { readonly ui: 'notice'; readonly tone: 'info' | 'warn' | 'error'; readonly text: string; readonly hint?: string };

/** What one key comes to. */
export interface Outcome {
  readonly ui?: readonly UiIntent[];
  readonly world?: readonly Intent[];
  /** The prompt as it is now. */
  readonly prompt?: Editor;
  /** What is done with the terminal itself: given back to the shell it was started from, or drawn from nothing. */
  readonly screen?: 'suspend' | 'redraw';
  /** What is left of the event: it is looked at again with the state that follows. */
  readonly rest?: InputEvent;
}
