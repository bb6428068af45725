import type { KernelEvent } from '../kernel/events.ts';
import type { RunId } from '../kernel/ids.ts';
import type { Kernel, ResumeOptions, RunRequest } from '../kernel/kernel-types.ts';
import type { LogHead } from '../kernel/log.ts';
import type { RunView } from '../kernel/view/runs.ts';

/** The kernel as the shell sees it: in this process, or behind `kernel.sock`. */
export interface ShellKernel extends Kernel {
  runs(): Promise<readonly RunView[]>;
  head(): Promise<LogHead>;
  /** In this process: leaving the shell ends it. */
  readonly own: boolean;
  /** Runs that were begun or resumed here: those that are under way in a kernel of its own end with it. */
  readonly mine: ReadonlySet<RunId>;
  /** Aborts when the kernel of another process is gone. */
  readonly lost: AbortSignal;
  /** Leaves it: a kernel of its own waits for the runs of other terminals and ends. */
  close(): Promise<void>;
}

/** Requests need settings, policy and grants of the folder, which the command line knows. They throw what it would say. */
export interface Requests {
  /** A conversation: the body `chat`, with `history` of another one when it is forked from that. */
  chat(first: string, from?: RunId): Promise<RunRequest>;
  /** What begins from now on is done with this model. */
  use(model: string): void;
  interview(idea: string): Promise<RunRequest>;
  /** A specification, as text; `path` where it stands in a file. */
  run(seed: string, path?: string): Promise<RunRequest>;
  /** Another generation, or as many as are set, of what a run worked on; `edited`: the child seed a person wrote. */
  evolve(run: RunId, edited?: string): Promise<RunRequest>;
  resume(run: RunId, change?: { readonly model?: string }): Promise<ResumeOptions>;
  /** The specification an interview ended with, or a run worked on last, as text. Throws NOT_FOUND, REDACTED. */
  seed(run: RunId): Promise<string>;
}

/** Files below the workspace, for completion and for what is written by hand. */
export interface Files {
  /** Paths below the workspace, what Git ignores left out; folders end in `/`. At most `most`, best first. */
  find(query: string, most: number): Promise<readonly string[]>;
  /** Throws FILE_MISSING, FILE_UNREADABLE. */
  read(path: string): Promise<string>;
  /** Whole or not at all; never in the place of another file unless told to. Throws USAGE, IO, DISK_FULL. */
  write(path: string, text: string, replace: boolean): Promise<void>;
}

/** What the shell remembers between sessions, in the home. Faults are said once and never end it. */
export interface Memory {
  /** Lines typed before, the newest last. */
  history(): Promise<readonly string[]>;
  remember(line: string): Promise<void>;
  /** Runs that were left at work, to go on with: they are taken over by whoever asks first, and stay kept until they go on. */
  takeKept(): Promise<readonly RunId[]>;
  /** Those of the runs taken over that go on, or cannot ever; the others are kept for the next shell. */
  goOn(runs: readonly RunId[]): Promise<void>;
  keep(runs: readonly RunId[]): Promise<void>;
  /** The specification of an interview as a person changed it; undefined: nobody did. */
  seed(run: RunId): Promise<string | undefined>;
  keepSeed(run: RunId, yaml: string): Promise<void>;
}

/** One way to get a model, on first use. */
export interface Setup {
  /** The model that answers when somebody says something now; undefined: none can be had. */
  model(): Promise<string | undefined>;
  /** Asks the provider; what is wrong, or undefined. Nothing is stored. */
  check(choice: SetupChoice): Promise<string | undefined>;
  /** Stores it with mode 0600 and makes it the default. */
  store(choice: SetupChoice): Promise<void>;
}

export type SetupChoice =
  | { readonly is: 'anthropic'; readonly key: string }
  | { readonly is: 'openai-compatible'; readonly base_url: string; readonly key: string; readonly model: string }
  | { readonly is: 'demo' };

export interface Verified {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: string;
  readonly first_bad?: { readonly seq: number; readonly reason: string };
}

/** All that the shell asks of the world. The command line hands it in. */
export interface ShellPorts {
  readonly cwd: string;
  readonly version: string;
  /** The screen is painted before; asked again when the one before was lost. Rejects with what stands in the way. */
  kernel(): Promise<ShellKernel>;
  readonly requests: Requests;
  readonly files: Files;
  readonly memory: Memory;
  readonly setup: Setup;
  /** Models that can be switched to, by id. */
  models(): Promise<readonly string[]>;
  /** The whole log, proved as `oxios audit verify` does. */
  verify(): Promise<Verified>;
  /** A text in $VISUAL or $EDITOR, undefined when it was left unchanged. The terminal is given away meanwhile. */
  edit(text: string, suffix: string): Promise<string | undefined>;
  /** A text in $PAGER. The terminal is given away meanwhile. */
  page(text: string): Promise<void>;
  /** A bell or a desktop notification, as configured; nothing unless somebody opted in. */
  notify(text: string): void;
  /** A conversation as Markdown or JSON Lines, for a file. */
  export(events: readonly KernelEvent[], form: 'markdown' | 'jsonl'): string;
  /** What a command would print beside a request, such as what of a folder is left alone. */
  onSaid(listener: (line: string) => void): void;
  now(): number;
}
