import type { PaneName } from '../state.ts';

/** Where a key counts: everywhere, in the prompt, in every pane, in one, or in what lies over them. */
export type Where =
  | ('everywhere' | 'prompt' | 'panes')
  | PaneName
  | ('approval' | 'palette' | 'sessions' | 'review' | 'help' | 'exit' | 'setup' | 'form' | 'detail');

/** One row of the table of all keys. The first keys are shown in help; a key map file replaces them by the action's name. */
export interface Binding {
  readonly action: string;
  readonly where: Where;
  /** `ctrl-k`, `alt-enter`, `shift-tab`, `?`, `pageup` */
  readonly keys: readonly string[];
  /** What it does, for help. */
  readonly does: string;
}

const row = (where: Where, action: string, keys: string, does: string): Binding => ({ where, action, keys: keys.split(' '), does });

/** All keys. */
export const KEYS: readonly Binding[] = [
  row('everywhere', 'interrupt', 'escape', 'close what is open, else interrupt the turn'),
  row('everywhere', 'cancel', 'ctrl-c', 'clear the input, then interrupt, twice exits'),
  row('everywhere', 'exit', 'ctrl-d', 'leave, when nothing is typed'),
  row('everywhere', 'suspend', 'ctrl-z', 'suspend; fg comes back'),
  row('everywhere', 'palette', 'ctrl-k', 'all commands'),
  row('everywhere', 'redraw', 'ctrl-l', 'draw the screen anew'),
  row('everywhere', 'next-pane', 'tab', 'next pane'),
  row('everywhere', 'previous-pane', 'shift-tab', 'previous pane'),
  row('everywhere', 'focus-agents', 'alt-1', 'agents'),
  row('everywhere', 'focus-chat', 'alt-2', 'chat'),
  row('everywhere', 'focus-interview', 'alt-3', 'interview'),
  row('everywhere', 'focus-seed', 'alt-4', 'seed'),
  row('everywhere', 'focus-audit', 'alt-5', 'audit'),
  row('everywhere', 'layout', 'alt-p', 'panes or inline'),
  row('everywhere', 'approval', 'alt-a', 'what waits for an answer'),
  row('everywhere', 'scroll-up', 'pageup', 'a page back'),
  row('everywhere', 'scroll-down', 'pagedown', 'a page on'),

  row('prompt', 'submit', 'enter', 'send; an agent at work is steered by it'),
  row('prompt', 'newline', 'alt-enter shift-enter ctrl-j', 'another line'),
  row('prompt', 'help', '?', 'help, when nothing is typed'),
  row('prompt', 'history-back', 'up ctrl-p', 'the line typed before'),
  row('prompt', 'history-on', 'down ctrl-n', 'the line typed after'),
  row('prompt', 'history-search', 'ctrl-r', 'search what was typed'),
  row('prompt', 'complete', 'tab', 'complete a command or a file'),
  row('prompt', 'edit-outside', 'ctrl-g', 'write it in $EDITOR'),
  row('prompt', 'left', 'left ctrl-b', 'a character back'),
  row('prompt', 'right', 'right ctrl-f', 'a character on'),
  row('prompt', 'word-left', 'alt-b ctrl-left alt-left', 'a word back'),
  row('prompt', 'word-right', 'alt-f ctrl-right alt-right', 'a word on'),
  row('prompt', 'line-start', 'home ctrl-a', 'start of the line'),
  row('prompt', 'line-end', 'end ctrl-e', 'end of the line'),
  row('prompt', 'delete-back', 'backspace ctrl-h', 'delete the character before'),
  row('prompt', 'delete', 'delete', 'delete the character after'),
  row('prompt', 'delete-word-back', 'ctrl-w alt-backspace', 'delete the word before'),
  row('prompt', 'delete-word', 'alt-d', 'delete the word after'),
  row('prompt', 'delete-to-start', 'ctrl-u', 'delete to the start of the line'),
  row('prompt', 'delete-to-end', 'alt-k', 'delete to the end of the line'),
  row('prompt', 'yank', 'ctrl-y', 'put back what was deleted'),
  row('prompt', 'undo-edit', 'ctrl-_ alt-z', 'take the last change of the text back'),
  row('prompt', 'transpose', 'ctrl-t', 'swap two characters'),

  row('panes', 'up', 'up k', 'up'),
  row('panes', 'down', 'down j', 'down'),
  row('panes', 'top', 'home g', 'to the start'),
  row('panes', 'bottom', 'end G', 'to the newest'),
  row('panes', 'open', 'enter', 'open what is selected'),
  row('panes', 'help', '?', 'all keys of this pane'),
  row('panes', 'filter', '/', 'filter'),
  row('panes', 'leave', 'escape i', 'back to the prompt'),

  row('agents', 'message', 'm', 'say something to it'),
  row('agents', 'stop', 's', 'stop it, or let it go on'),
  row('agents', 'kill', 'x', 'end it after the running tool (TERM); again: at once (KILL)'),
  row('agents', 'nice', 'n', 'how much it gives way'),
  row('agents', 'inspect', 'd', 'all that is known of it'),
  row('chat', 'unfold', 'space o', 'show it whole, or fold it'),
  row('chat', 'review', 'v', 'its changes, hunk by hunk'),
  row('chat', 'page', 'p', 'in the pager'),
  row('interview', 'choose', '1 2 3 4 5 6 7 8 9', 'take this proposal'),
  row('interview', 'later', 'l', 'decide later'),
  row('interview', 'back', 'b', 'the question before'),
  row('interview', 'force', 'f', 'write it as it is'),
  row('interview', 'write', 'w', 'answer in your own words'),
  row('interview', 'auto', 'o', 'leave it to Oxios'),
  row('interview', 'stop', 'x', 'stop here; what was answered is kept'),
  row('seed', 'edit', 'e', 'edit it in $EDITOR'),
  row('seed', 'approve', 'a', 'work on it'),
  row('seed', 'save', 's', 'write it to a file'),
  row('seed', 'page', 'p', 'all of it in the pager'),
  row('seed', 'evolve', 'v', 'another generation'),
  row('seed', 'generation-before', 'left', 'the generation before'),
  row('seed', 'generation-after', 'right', 'the generation after'),
  row('audit', 'verify', 'v', 'prove the whole log'),

  row('approval', 'allow-once', 'y', 'allow this once'),
  row('approval', 'allow-run', 'r', 'allow for this run'),
  row('approval', 'allow-rule', 'a', 'allow in this folder from now on'),
  row('approval', 'deny', 'n d', 'refuse'),
  row('approval', 'choose', '1 2 3 4 5 6 7 8 9', 'this answer'),
  row('approval', 'write', 'w', 'answer in your own words'),
  row('approval', 'up', 'up k', 'up'),
  row('approval', 'down', 'down j', 'down'),
  row('approval', 'next', 'tab right', 'the next one that waits'),
  row('approval', 'previous', 'shift-tab left', 'the one before'),
  row('palette', 'up', 'up ctrl-p', 'up'),
  row('palette', 'down', 'down ctrl-n', 'down'),
  row('palette', 'take', 'enter', 'do it'),
  row('sessions', 'up', 'up k', 'up'),
  row('sessions', 'down', 'down j', 'down'),
  row('sessions', 'take', 'enter', 'go on with it'),
  row('sessions', 'fork', 'f', 'a new one that begins with what was said in it'),
  row('sessions', 'export', 'e', 'write it to a file'),
  row('sessions', 'search', '/', 'search what was said'),
  row('sessions', 'new', 'n', 'a new one'),
  row('review', 'up', 'up k', 'the hunk before'),
  row('review', 'down', 'down j', 'the next hunk'),
  row('review', 'keep', 'y', 'keep this hunk'),
  row('review', 'reject', 'n', 'do not keep this hunk'),
  row('review', 'keep-all', 'Y', 'keep all that is left'),
  row('review', 'reject-all', 'N', 'keep none that is left'),
  row('review', 'apply', 'enter', 'put back what is not kept'),
  row('help', 'up', 'up k', 'up'),
  row('help', 'down', 'down j', 'down'),
  row('detail', 'up', 'up k', 'up'),
  row('detail', 'down', 'down j', 'down'),
  row('detail', 'page', 'p', 'in the pager'),
  row('exit', 'keep', 'k enter', 'leave; they go on with the next shell'),
  row('exit', 'stop', 's', 'stop them and leave'),
  row('setup', 'up', 'up', 'up'),
  row('setup', 'down', 'down', 'down'),
  row('setup', 'take', 'enter', 'take this one'),
];
