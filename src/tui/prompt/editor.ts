import type { Millis } from '../../kernel/ids.ts';

/** What is typed and not sent yet; all places are of UTF-16 units between whole characters. */
export interface Editor {
  /** A large paste stands in it as one character (paste.ts); `textOf` gives the whole text. */
  readonly text: string;
  readonly at: number;
  /** What the markers of pastes stand for, in the order they came. */
  readonly pastes: readonly string[];
  /** What was deleted by words or lines, to be put back. */
  readonly killed: string;
  /** How the text was before, the newest last. */
  readonly undo: readonly Typed[];
  /** What the last action did: deletions in a row are put back together, letters in a row undone together. */
  readonly last: 'typed' | 'killed' | 'other';
  /** The column that moving up and down keeps to. */
  readonly column: number | undefined;
  /** Texts sent before, the newest last, whole. */
  readonly history: readonly string[];
  /** The text sent before that stands here, and what was typed when it was looked for. */
  readonly recalled: { readonly index: number; readonly draft: Typed } | undefined;
  readonly search: Search | undefined;
  readonly completion: Completion | undefined;
  /** Undefined: keys are those of the table only. */
  readonly vim: Vim | undefined;
  /** When Ctrl-C was pressed with nothing to clear and nothing since: once more leaves. */
  readonly cancelled: Millis | undefined;
}

export interface Typed {
  readonly text: string;
  readonly at: number;
}

/** Ctrl-R: the newest text sent before that holds `query`. */
export interface Search {
  readonly query: string;
  /** Of the history; undefined: nothing found. */
  readonly index: number | undefined;
  readonly draft: Typed;
}

/** A list of what the word at the cursor may become. */
export interface Completion {
  readonly is: 'file' | 'command';
  /** Without its sign, which stands at `from`. */
  readonly query: string;
  readonly from: number;
  readonly found: readonly Candidate[];
  readonly selected: number;
  /** The selection was moved: enter takes it. */
  readonly chosen: boolean;
}

export interface Candidate {
  readonly text: string;
  readonly note?: string;
}

export interface Vim {
  readonly mode: 'insert' | 'normal';
  /** Keys of a command that is not whole yet: `2d`. */
  readonly pending: string;
  /** `killed` holds whole lines. */
  readonly lines: boolean;
}

export const EMPTY: Editor = {
  text: '',
  at: 0,
  pastes: [],
  killed: '',
  undo: [],
  last: 'other',
  column: undefined,
  history: [],
  recalled: undefined,
  search: undefined,
  completion: undefined,
  vim: undefined,
  cancelled: undefined,
};

/** What is done to the prompt. */
export type EditAction =
  | { readonly do: 'type'; readonly text: string }
  | { readonly do: 'paste'; readonly text: string }
  /** An action of the table of keys; `columns` are those a row of the prompt has for text. */
  | { readonly do: 'key'; readonly action: string; readonly columns: number }
  /** The candidates of a query. */
  | { readonly do: 'found'; readonly is: 'file' | 'command'; readonly query: string; readonly found: readonly Candidate[] }
  /** Takes the selected candidate. */
  | { readonly do: 'take' }
  /** Closes the search or the list of candidates; the text of a search goes, or stays. */
  | { readonly do: 'close'; readonly keep: boolean }
  /** What was sent in earlier sessions, before what was in this one. */
  | { readonly do: 'history'; readonly lines: readonly string[] }
  /** Another text in the place of this one, such as an editor left it. */
  | { readonly do: 'set'; readonly text: string }
  /** It was sent: empty again, and remembered. */
  | { readonly do: 'sent' }
  | { readonly do: 'clear' }
  | { readonly do: 'vim'; readonly on: boolean }
  /** Vim's escape. */
  | { readonly do: 'normal' };
