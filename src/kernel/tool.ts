import type { ZodType } from 'zod';
import type { Capability } from './capability.ts';
import type {
  DirectoryEntry,
  ExecOutcome,
  Fetched,
  FetchRequest,
  FileRead,
  FileStat,
  FileWritten,
  FindRequest,
  Integrated,
  Lease,
  MergeRequest,
  Patch,
  SandboxRefusal,
  SearchOutcome,
  SearchRequest,
  Snapshot,
  SpilledPart,
  TreeChange,
  WriteOptions,
} from './host.ts';
import type { AbsPath, CallId, Millis, Pid, RunId } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import type { Destination } from './taint/destination.ts';

/**
 * One thing an agent can do. `read` and `idempotent` calls run again after a crash, `once` calls become an
 * "unknown outcome" that the model and the user are told of.
 */
export interface Tool<I = never> {
  readonly name: string;
  /** For the model: what it does, when to use it, its limits. */
  readonly summary: string;
  readonly input: ZodType<I>;
  /** A fixed class, or one judged per call. */
  readonly effect: Effect | ((input: I) => Effect);
  /** `model`: offered to agents. `body`: only a body (the protocol) calls it. */
  readonly audience: 'model' | 'body';
  /** What the call touches. Throw OxiosError (COMMAND_DENIED, PATH_INVALID) for what can never be allowed. */
  needs(input: I, sys: Pick<Sys, 'resolve' | 'cwd'>): readonly Capability[];
  /** Where the call acts, or on whom, beyond what its needs say: what nobody's text but the user's may choose. */
  destinations?(input: I): readonly Destination[];
  /** The line a person sees while it runs and in an approval; the canonical action. */
  describe(input: I): string;
  /** For an approval: what would change, where the line above does not say it all. */
  preview?(input: I): string;
  run(input: I, sys: Sys): Promise<ToolResult>;
}

export type Effect = 'read' | 'idempotent' | 'once';

/** A tool with its argument type erased: what lists and the gate hold. Made by `defineTool`. */
export type AnyTool = Tool<never>;

export const defineTool = <I>(tool: Tool<I>): AnyTool => tool as unknown as AnyTool;

export interface ToolResult {
  readonly ok: boolean;
  /** What the model reads; bounded by the tool. */
  readonly text: string;
  readonly images?: readonly { readonly mime: string; readonly base64: string }[];
  /** Machine-readable facts for bodies, panes and tests; JSON-safe, small. */
  readonly details?: JsonObject;
  /** Sources of the text that nobody answers for, where a recording has them; otherwise the gate finds them out. */
  readonly taint?: readonly string[];
  /** The unified diff of a change, for people. */
  readonly diff?: string;
  /** What the sandbox did not let the command do. */
  readonly sandbox?: SandboxRefusal;
}

/** The world as one call may touch it. Anything its needs did not name throws PATH_DENIED, COMMAND_DENIED or RefusedError. */
export interface Sys {
  readonly pid: Pid;
  readonly call: CallId;
  /** Set when the call was cut off by a crash and is made again. */
  readonly again: Again | undefined;
  /** The process's working directory: the workspace root. */
  readonly cwd: AbsPath;
  readonly signal: AbortSignal;
  /** Absolute form of a path an agent wrote: relative to cwd, `~` expanded. Throws PATH_INVALID on NUL, over-long or empty. */
  resolve(path: string): AbsPath;
  readonly fs: SysFs;
  readonly exec: SysExec;
  readonly net: SysNet;
  readonly proc: SysProc;
  readonly user: SysUser;
  readonly workspace: SysWorkspace;
  readonly notes: Notes;
  /** A line of progress, shown live, not kept. */
  progress(text: string): void;
}

/** What a call that is made again can know of the first time. */
export interface Again {
  /** A file of the working directory as it was before; undefined when it was not there, or is not kept. */
  before(path: AbsPath): Promise<Uint8Array | undefined>;
}

export interface SysFs {
  read(path: AbsPath, range?: { offset?: number; limit?: number }): Promise<FileRead>;
  write(path: AbsPath, bytes: Uint8Array, options?: WriteOptions): Promise<FileWritten>;
  /** Of what the path leads to; `write` asks whether it could be written. */
  stat(path: AbsPath, right?: 'read' | 'write'): Promise<FileStat | undefined>;
  list(path: AbsPath): Promise<readonly DirectoryEntry[]>;
  search(request: SearchRequest): Promise<SearchOutcome>;
  find(request: FindRequest): Promise<SearchOutcome>;
}

export interface CommandRequest {
  /** One program with arguments, run without a shell. */
  readonly argv?: readonly string[];
  /** A bash script; exactly one of `argv` and `script` is given. */
  readonly script?: string;
  /** Default: the process's cwd. A disposable copy must come from `workspace.copy`. */
  readonly cwd?: AbsPath;
  readonly timeout_ms: Millis;
  readonly stdin?: string;
  /** Added to the scrubbed environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cap_bytes?: number;
}

export interface SysExec {
  run(request: CommandRequest): Promise<ExecOutcome>;
  /** Goes on after the call returned, ends with the process. Returns an id for `poll` and `stop`. */
  background(request: CommandRequest): Promise<string>;
  poll(id: string): { readonly output: string; readonly outcome?: ExecOutcome } | undefined;
  stop(id: string): boolean;
  which(program: string): Promise<AbsPath | undefined>;
  /** A part of an output that was too long, by the id in `spill`; undefined when it is not kept. */
  spilled(id: string, range: { offset: number; limit: number }): Promise<SpilledPart | undefined>;
}

export interface SysNet {
  /** A redirect to a host that was not granted ends the call as a denial. Throws NET, NET_TIMEOUT, NET_DENIED. */
  fetch(request: FetchRequest): Promise<Fetched>;
}

export interface SysProc {
  /** A sub-agent with a narrowed grant; resolves with its exit. */
  fork(request: SubAgent): Promise<{ readonly pid: Pid; readonly ok: boolean; readonly text: string }>;
  /** Agents at work in this kernel, but this one and those above it. */
  others(): readonly Agent[];
  /** Throws NOT_FOUND for any that is none of them. */
  signal(pid: Pid, signal: 'TERM' | 'KILL' | 'STOP' | 'CONT' | 'INT'): Promise<void>;
}

/** Another agent, as one that may signal it sees it. */
export interface Agent {
  readonly pid: Pid;
  readonly run: RunId;
  readonly name: string;
  readonly state: string;
  /** The call under way. */
  readonly tool: string | null;
}

export interface SubAgent {
  readonly name: string;
  readonly task: string;
  /** Rules to narrow to; omitted: what the parent holds, less fork. */
  readonly allow?: readonly string[];
  readonly tools?: readonly string[];
  readonly max_turns?: number;
}

export interface SysUser {
  /** Throws NEEDS_ANSWER when nobody can be asked. */
  ask(question: Question): Promise<string>;
}

export interface Question {
  readonly text: string;
  readonly options?: readonly string[];
}

/** For body tools: disposable copies of workspace snapshots. Disposed when the call ends. */
export interface SysWorkspace {
  snapshot(): Promise<Snapshot>;
  changes(from: string, to: string): Promise<readonly TreeChange[]>;
  file(tree: string, path: string): Promise<Uint8Array | undefined>;
  entries(tree: string, path: string): Promise<readonly { readonly path: string; readonly size: number; readonly sha256: string }[]>;
  copy(tree: string, patch?: Patch): Promise<AbsPath>;
  /** What is installed in the working directory, as one hash. */
  installed(): Promise<string>;
  /** A folder with the snapshot's files for processes to see in the place of the working directory; kept until it is released, or the run has ended for good. */
  lease(name: string, tree: string, git: boolean): Promise<Lease>;
  /** Brings what was done in such a folder into the working directory. */
  merge(request: Omit<MergeRequest, 'root' | 'hidden' | 'allows'>): Promise<Integrated>;
  release(name: string): Promise<void>;
  /** What is installed in such a folder, and not in the working directory. */
  leftOut(copy: AbsPath): Promise<readonly string[]>;
}

/** Small per-process state that tools keep between calls (what was read, the todo list); folded from results on resume. */
export interface Notes {
  get(key: string): Json | undefined;
  set(key: string, value: Json): void;
}
