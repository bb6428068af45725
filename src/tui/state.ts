import type { KernelEvent } from '../kernel/events.ts';
import type { AskId, Millis, Pid, RunId } from '../kernel/ids.ts';
import type { OpenAsk, RunView } from '../kernel/view/runs.ts';
import type { Interview } from '../ouroboros/view/interview.ts';
import type { Progress } from '../ouroboros/view/progress.ts';
import type { SetupChoice } from './ports.ts';
import type { Editor } from './prompt/editor.ts';

export type PaneName = 'agents' | 'chat' | 'interview' | 'seed' | 'audit';

/** What lies over the panes and takes the keys. */
export type Overlay =
  | { readonly is: 'help' }
  /** All commands; or, where a model is to be chosen, these. */
  | { readonly is: 'palette'; readonly models?: readonly string[] }
  /** One of those that wait; the first when none is named. */
  | {
      readonly is: 'approval';
      readonly ask?: string;
      /** Nobody opened it: it came by itself, or behind an answer to the one before. */
      readonly came?: 'itself' | 'next';
    }
  | { readonly is: 'sessions' }
  /** `tried`: what was entered last, `wrong` with it when it was looked at; neither yet: it is being looked at. */
  | { readonly is: 'setup'; readonly tried?: SetupChoice; readonly wrong?: string }
  | { readonly is: 'exit' }
  /** The changes of a call or of a whole run, hunk by hunk. */
  | { readonly is: 'review'; readonly run: RunId; readonly call?: string; readonly rejected?: readonly string[] }
  /** Details of a process, an entry of the log, or a call; or what everything cost. */
  | { readonly is: 'detail'; readonly of: { readonly pid: Pid } | { readonly leaf: number } | { readonly call: string } | { readonly cost: 'all' } }
  /** One line to be typed: a file's name, a message to a process, a filter. `secret`: it is not shown. */
  | { readonly is: 'form'; readonly title: string; readonly value: string; readonly submit: FormThen; readonly secret?: true };

export type FormThen =
  | { readonly is: 'send'; readonly pid: Pid }
  | { readonly is: 'nice'; readonly pid: Pid }
  /** `replace`: this file is there already, and was asked about. */
  | { readonly is: 'save-seed'; readonly run: RunId; readonly replace?: string }
  /** A question, in one's own words; of an interview they are no command. */
  | { readonly is: 'answer'; readonly ask: AskId; readonly literal: boolean }
  /** The next thing that is needed to reach a model. */
  | { readonly is: 'setup'; readonly field: 'key' | 'base_url' | 'model'; readonly choice: Exclude<SetupChoice, { is: 'demo' }> }
  | { readonly is: 'export'; readonly run: RunId; readonly form: 'markdown' | 'jsonl' }
  | { readonly is: 'filter'; readonly pane: PaneName }
  | { readonly is: 'search-sessions' };

/** One thing in a transcript. `id` stays; `rev` counts its changes, so that what was laid out once is found again. */
export type Item = {
  readonly id: string;
  readonly rev: number;
  readonly at: Millis;
} /** `cut`: characters that are missing at the end of a long text; the log has them. */ & (
  | { readonly is: 'user'; readonly text: string; readonly cut?: number }
  | { readonly is: 'answer' | 'thinking'; readonly text: string; readonly streams: boolean; readonly cut?: number }
  | {
      readonly is: 'tool';
      readonly call: string;
      /** Empty where only the question whether it may run is known. */
      readonly tool: string;
      readonly action: string;
      readonly how: 'asks' | 'runs' | 'ok' | 'failed' | 'denied' | 'unknown';
      /** What it printed, its last part while it runs; long texts are cut here and whole in the log. */
      readonly text: string;
      readonly cut: number;
      readonly diff: string | undefined;
      readonly ms: Millis | undefined;
      readonly began: Millis;
      /** The question that it waits on, or waited on last. */
      readonly ask?: string;
      /** A command line that a person typed: what it prints is what they want to see. */
      readonly typed?: boolean;
    }
  | { readonly is: 'note'; readonly tone: 'info' | 'good' | 'warn' | 'bad'; readonly text: string }
);

/** What one process said and did. */
export interface Transcript {
  readonly items: readonly Item[];
  /** Older items that are only in the log. */
  readonly dropped: number;
  /** Where it stands; absent: nothing was asked of a model yet. */
  readonly turn?: TurnNow;
}

/** What a process is at, as its events tell it. */
export interface TurnNow {
  /** From a request to its model on, until it waits for what is said next or ends. */
  readonly isBusy: boolean;
  /** A request is under way. */
  readonly isAsking: boolean;
  /** Number of the newest request, and how often it failed; -1 before the first. */
  readonly request: number;
  readonly attempt: number;
  /** The request is for a summary: what is answered to it is not shown. */
  readonly compacts: boolean;
  /** Said to it meanwhile: it goes with the next request, and into the transcript then. */
  readonly waiting: readonly Item[];
  /** Tools the last answer asks for, as long as nothing is known of the call. */
  readonly wanted: readonly string[];
  /** Size of the newest request, tokens, as estimated; undefined before the first. */
  readonly tokens: number | undefined;
}

/** An open question of any run, with what runs it is of. `key`: which question of an interview it is; `call`: the tool call it is about. */
export type ShellAsk = OpenAsk & { readonly run: RunId; readonly name: string; readonly ask: AskId; readonly key?: string; readonly call?: string };

/** What was said of a run when it began, or was resumed. */
export interface RunFacts {
  /** The model's window, tokens; undefined: not known. */
  readonly window: number | undefined;
  /** `bwrap`, `sandbox-exec` or `none`. */
  readonly sandbox: string;
}

export interface AuditView {
  /** The newest entries, oldest first: a window of the log. */
  readonly entries: readonly KernelEvent[];
  readonly size: number;
  readonly root: string;
  readonly verified: { readonly ok: boolean; readonly entries: number; readonly of: number; readonly reason?: string } | undefined;
  readonly verifying: boolean;
}

export interface Scroll {
  /** Rows from the newest one; 0 follows. */
  readonly back: number;
  /** Of a list: the row that keys act on. */
  readonly at: number;
  readonly filter: string;
  /** What was painted last, so that keys scroll and move no further; absent: not painted yet. */
  readonly extent?: Extent;
}

/** Rows that are seen, rows that can be scrolled back, and entries of a list. */
export interface Extent {
  readonly height: number;
  readonly most: number;
  readonly items: number;
}

/** A session as it is listed. */
export interface SessionRow {
  readonly run: RunId;
  readonly kind: string;
  readonly title: string;
  readonly cwd: string;
  readonly at: Millis;
  readonly cost_usd: number | null;
  readonly isAlive: boolean;
  /** Where what was searched for stands in it. */
  readonly found?: string;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'warn' | 'error';
  readonly text: string;
  readonly hint: string | undefined;
}

/** All that the screen shows; the same events give the same state. */
export interface ShellState {
  readonly size: { readonly columns: number; readonly rows: number };
  readonly layout: 'inline' | 'panes';
  readonly theme: string;
  /** Names of the user's own themes; absent: there is none. */
  readonly themes?: readonly string[];
  readonly kernel:
    | { readonly is: 'opening' }
    | { readonly is: 'open'; readonly own: boolean }
    | { readonly is: 'failed'; readonly text: string; readonly hint: string | undefined };
  /** Runs of this shell and of others on the kernel, oldest first. */
  readonly runs: ReadonlyMap<RunId, RunView>;
  /** Those of them that the kernel is at work on. */
  readonly alive: ReadonlySet<RunId>;
  readonly facts: ReadonlyMap<RunId, RunFacts>;
  /** Runs whose transcripts, interview and work are here, with the last `seq` that is in them. */
  readonly opened: ReadonlyMap<RunId, number>;
  /** What lives, or lived while the shell watched. */
  readonly transcripts: ReadonlyMap<Pid, Transcript>;
  /** The conversation in front; undefined before the first word. */
  readonly session: RunId | undefined;
  readonly selected: Pid | undefined;
  readonly interviews: ReadonlyMap<RunId, Interview>;
  readonly work: ReadonlyMap<RunId, Progress>;
  /** Specifications of interviews as a person changed them, before anybody works on them; absent: none. */
  readonly edited?: ReadonlyMap<RunId, string>;
  readonly asks: readonly ShellAsk[];
  /** Of those, what does not come to the front by itself any more. */
  readonly later?: ReadonlySet<string>;
  /** Of those, what stands on the screen to be answered, since it was written there; absent: none. */
  readonly painted?: { readonly ask: string; readonly since: Millis };
  /** When something came to the front by itself last, and when something was typed last. */
  readonly came?: Millis;
  readonly typed?: Millis;
  /** An idea that the assistant thinks takes an interview, until something else is said or it is begun. */
  readonly offer: { readonly run: RunId; readonly idea: string; readonly why: string } | undefined;
  readonly audit: AuditView;
  readonly sessions: readonly SessionRow[];
  /** What the list of sessions was searched for; empty: it has all. */
  readonly searched: string;
  readonly focus: PaneName | 'prompt';
  readonly overlay: Overlay | undefined;
  readonly scroll: Readonly<Record<PaneName | 'overlay', Scroll>>;
  /** Items shown whole that are folded otherwise, and the other way round. */
  readonly unfolded: ReadonlySet<string>;
  readonly prompt: Editor;
  /** Typed while the agent works and not yet taken by it. */
  readonly queued: readonly string[];
  /** Typed while the shell does something else; it is queued behind that. */
  readonly standing: readonly string[];
  /** Processes told to stop their turn that have not yet. */
  readonly stopping: ReadonlySet<Pid>;
  readonly notices: readonly Notice[];
  /** What is asked when something is said; '' where none can be had, undefined until that is known. */
  readonly model: string | undefined;
  readonly sandbox: string;
  /** Share of the model's window that the conversation fills, 0 to 1; undefined: not known. */
  readonly context: number | undefined;
  /** Time of the newest tick, for what has no event of its own. */
  readonly now: Millis;
}
