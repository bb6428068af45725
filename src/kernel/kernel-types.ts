import type { Capability } from './capability.ts';
import type { Denial } from './denial.ts';
import type { BusEvent, DomainPayload, Exit, KernelEvent, Limits } from './events.ts';
import type { Host, TreeChange } from './host.ts';
import type { AbsPath, AskId, CallId, Millis, Pid, RunId } from './ids.ts';
import type { Json } from './json.ts';
import type { Log, LogRange } from './log.ts';
import type { Models } from './model.ts';
import type { Mount } from './mount.ts';
import type { PolicyRule } from './policy.ts';
import type { Role } from './roles.ts';
import type { Redactor } from './text/redact.ts';
import type { AnyTool, Question, ToolResult } from './tool.ts';

/** INT ends the turn under way: an agent that converses lives on and waits for what is said next, any other ends as by KILL. */
export type Signal = 'TERM' | 'KILL' | 'STOP' | 'CONT' | 'INT';

export type MessageKind = 'command' | 'compaction';

export type ProcState =
  | { readonly is: 'ready' }
  | { readonly is: 'running'; readonly turn: number }
  | { readonly is: 'waiting'; readonly on: 'model' | 'tool' | 'approval' | 'child' | 'timer' | 'message' }
  | { readonly is: 'stopped' }
  | { readonly is: 'exited'; readonly exit: Exit };

/** One row of the process table; the shape of `oxios ps --json` comes from it. */
export interface ProcView {
  readonly pid: Pid;
  readonly ppid: Pid;
  readonly run: RunId;
  readonly name: string;
  readonly body: string;
  readonly model: string;
  readonly nice: number;
  readonly state: ProcState;
  readonly turn: number;
  /** Tool call under way, as its `action` line. */
  readonly tool: string | null;
  readonly tokens: number;
  /** Of its last request, estimated; after a summary, what is left. */
  readonly context_tokens: number;
  readonly cost_usd: number | null;
  readonly started_at: Millis;
  readonly ended_at: Millis | null;
}

/** A run is one job: its root process and what that forks. */
export interface RunRequest {
  readonly kind: 'run' | 'prompt' | 'chat' | 'interview';
  readonly title: string;
  readonly cwd: AbsPath;
  /** Name of the root process's body and its arguments. */
  readonly body: string;
  readonly args: Json;
  /** Model id, or empty for the default. */
  readonly model: string;
  readonly limits: Limits;
  /** What the root may do, as rules; children only narrow. */
  readonly grants: readonly Capability[];
  /** Asked about instead of denied when not granted; none: everything else is denied. */
  /** Granted for so long from the start on, milliseconds; a resumption does not begin it anew. */
  readonly timed?: readonly TimedGrant[];
  readonly asks: boolean;
  readonly denies: readonly Capability[];
  /** Somebody can answer questions and approvals. */
  readonly interactive: boolean;
  readonly require_sandbox: boolean;
  /** The named set that `grants` began with. */
  readonly role?: Role;
  /** Rules of the policy files, as they stood when the run began. */
  readonly policy?: readonly PolicyRule[];
  /** Hash of the policy of the last run in this folder; the kernel fills it in. */
  readonly policy_was?: string;
  /** What a person approved for this folder in earlier runs, and has not taken back. */
  readonly remembered?: readonly Capability[];
  /** An approval or a question that nobody answers for this long is refused, milliseconds; absent: it waits. */
  readonly approval_timeout_ms?: Millis;
  /** The model that judges what others did; absent: as configured. */
  readonly judge?: string;
  /** Models that agents of the run may be started with besides its own: reached and priced before anything begins. */
  readonly models?: readonly string[];
  /** Files no agent of the run may read, and no command may see: the seed, the script of a scripted model. */
  readonly hidden?: readonly AbsPath[];
  /** The user trusts the folder: what its files say is not taken for the words of a stranger. */
  readonly trusted?: boolean;
  /** Hosts, MCP servers and programs whose results are believed. */
  readonly trusts?: readonly Capability[];
  /** What the project says of itself to agents; absent when it says nothing. */
  readonly project?: ProjectContext;
  /** What an untrusted project brings along and is left alone: said in an event. */
  readonly ignored?: readonly ProjectExtra[];
  /** A run that may be resumed by another kernel names itself; otherwise an id is made. */
  readonly run?: RunId;
}

export interface ProjectContext {
  /** Files that hold it, from the project's root down. */
  readonly files: readonly string[];
  /** Only a trusted folder's words reach agents; of any other folder nothing but the names of the files is here. */
  readonly trusted: boolean;
  readonly text: string;
}

export interface TimedGrant {
  readonly rule: Capability;
  readonly ms: Millis;
}

/** Something a project brings along that would decide what Oxios does. */
export interface ProjectExtra {
  readonly kind: 'config' | 'context' | 'programs' | 'hooks' | 'mcp';
  /** From the folder agents work in. */
  readonly path: string;
}

export interface ForkRequest {
  readonly ppid: Pid;
  readonly name: string;
  readonly body: string;
  readonly args: Json;
  readonly cwd?: AbsPath;
  /** What it sees in the place of the workspace, and all below it sees; omitted: what its parent sees. */
  readonly mount?: Mount;
  /** Narrowed to what the parent holds; omitted: the same as the parent. */
  readonly grants?: readonly Capability[];
  /** All it may ever hold, whatever a person allows the run later; omitted: `grants`. */
  readonly bounds?: readonly Capability[];
  readonly limits?: Partial<Limits>;
  readonly model?: string;
  readonly nice?: number;
  /** Tells children of one name apart, such as the tries at one criterion: a body finds the one of an earlier life by both. */
  readonly key?: string;
  /** The tool call that asks for it; absent when a body does. */
  readonly call?: CallId;
}

export interface ResumeOptions {
  /** Lower (or, with `extend`, raise) limits. */
  readonly limits?: Partial<Limits>;
  readonly extend?: boolean;
  /** Answer to the question the run stopped on. */
  readonly answer?: string;
  /** The model that goes on; the one before if not given. */
  readonly model?: string;
  /** Added to what the run was granted and denied before. */
  readonly grants?: readonly Capability[];
  readonly timed?: readonly TimedGrant[];
  readonly denies?: readonly Capability[];
  /** In place of what stood in the policy files and was approved for the folder before. */
  readonly policy?: readonly PolicyRule[];
  readonly remembered?: readonly Capability[];
  readonly approval_timeout_ms?: Millis;
  readonly require_sandbox?: boolean;
  /** Added to what no agent of the run may read. */
  readonly hidden?: readonly AbsPath[];
  readonly interactive?: boolean;
}

/** How far an approval goes: this call, this run, or every run in this folder until it is taken back. */
export type Scope = 'once' | 'run' | 'rule';

/** The workspace of a moment that is no beginning of a step. */
export interface UndoTo {
  readonly tree: string;
  /** What that moment is called. */
  readonly action: string;
  /** Written in one commit with the restoration: what it means to the protocol. */
  readonly note: DomainPayload;
}

/** What an undo puts back; nothing said: all that the run changed. */
export interface UndoOptions {
  readonly to?: UndoTo;
  /** To before this step, by its number. */
  readonly step?: number;
  /** Takes the last undo back instead. */
  readonly redo?: boolean;
  /** Also what somebody else changed since, and around files whose content is not kept. */
  readonly force?: boolean;
  /** Leaves what somebody else changed since as it is. */
  readonly keep?: boolean;
  /** Only says what would be done. */
  readonly dry_run?: boolean;
}

export interface Undone {
  readonly run: RunId;
  readonly cwd: AbsPath;
  /** Null: before the first. */
  readonly step: number | null;
  readonly action: string;
  readonly redo: boolean;
  /** The workspace before, and after. */
  readonly from: string;
  readonly tree: string;
  readonly changed: readonly TreeChange[];
  /** Changed since by somebody else. */
  readonly conflicts: readonly string[];
  /** New names of folders that stood in the way and are in no snapshot. */
  readonly aside: readonly string[];
  /** What snapshots leave out: it stays as it is. */
  readonly left_out: readonly string[];
  /** Places outside of the workspace that the run was to write: they stay as they are. */
  readonly outside: readonly string[];
}

/** A verdict on an approval, or the text that answers a question. */
export type Reply = { readonly verdict: 'allow' | 'deny'; readonly scope: Scope } | { readonly verdict: 'text'; readonly text: string };

/** Where an answer came in: at the terminal of the kernel's own process, or from another one. */
export type Door = 'terminal' | 'socket';

export interface Revoked {
  /** Runs under way that it reached. */
  readonly runs: readonly RunId[];
  /** Remembered rules that are forgotten. */
  readonly forgotten: number;
}

/** The same whether the kernel is in this process or behind `kernel.sock`; an acknowledged call is durable. */
export interface Kernel {
  ps(): Promise<readonly ProcView[]>;
  /** Starts a run; its root process is the one that `wait` gets. */
  start(request: RunRequest): Promise<{ readonly run: RunId; readonly pid: Pid }>;
  resume(run: RunId, options: ResumeOptions): Promise<{ readonly run: RunId; readonly pid: Pid }>;
  /** Puts the files of a run that nobody works on back. */
  undo(run: RunId, options: UndoOptions, signal?: AbortSignal): Promise<Undone>;
  wait(pid: Pid): Promise<Exit>;
  signal(pid: Pid, signal: Signal, by: string): Promise<void>;
  nice(pid: Pid, nice: number, by: string): Promise<void>;
  /**
   * Something said, to an agent or to a conversation. `command`: a command line, which a conversation's root runs through the
   * gate; `compaction`: the agent of a conversation summarizes it now, and `text` is what the summary has to keep.
   */
  send(pid: Pid, text: string, from: string, kind?: MessageKind): Promise<void>;
  /** `over` the socket an approval is refused where no sandbox keeps agents from it. */
  answer(ask: AskId, reply: Reply, by: string, over: Door): Promise<void>;
  /** Takes back what the rule grants: from the runs under way with all their processes, and from what is remembered. */
  revoke(rule: Capability, by: string): Promise<Revoked>;
  read(range: LogRange, signal?: AbortSignal): AsyncIterable<KernelEvent>;
  /** Durable events once durable, deltas as they come. Returns the way out. */
  subscribe(listener: (event: BusEvent) => void): () => void;
}

/** What a process runs. It returns how it ended, or throws OxiosError to end as failed. */
export type Body = (ctx: BodyContext) => Promise<Exit>;

/** A process as its own body sees it. */
export interface BodyContext {
  readonly run: RunId;
  readonly pid: Pid;
  readonly cwd: AbsPath;
  readonly args: Json;
  readonly model: string;
  /** Another model, for opinions on what this one did; the same where there is none. */
  readonly secondModel: string;
  /** Models that vote where one opinion does not do; never empty. */
  readonly ballotModels: readonly string[];
  /** Models that its children may be started with besides its own; none when one was named for all. */
  readonly models: readonly string[];
  readonly signal: AbortSignal;
  readonly interactive: boolean;
  /** Commands run in a sandbox. */
  readonly sandboxed: boolean;
  /** Events of this process from an earlier life (after a crash), in order; empty when it is new. */
  readonly past: readonly KernelEvent[];
  /** Everything the run has logged in earlier lives, for bodies that fold their children too. */
  readonly runPast: readonly KernelEvent[];
  /** Durable when it resolves. */
  emit(payload: DomainPayload): Promise<KernelEvent>;
  /** A tool call through the gate, with this process's capabilities. A denial is a result with `denied`. */
  invoke(tool: string, input: Json): Promise<ToolResult & { readonly denied?: string }>;
  /** Forks a child, or finds the one of that name and key forked in an earlier life (then it goes on where it was). */
  fork(request: Omit<ForkRequest, 'ppid'>): Promise<Pid>;
  wait(pid: Pid): Promise<Exit>;
  /**
   * The user's answer to a question; several may be open at once. `key` tells questions apart, the text does where there is none:
   * what was answered in an earlier life is not asked again. Throws NEEDS_ANSWER where nobody can be asked.
   */
  ask(question: Question & { readonly key?: string }): Promise<string>;
  /** Usage of this process and everything below it. */
  spent(): { readonly tokens: number; readonly usd: number | null; readonly tool_calls: number };
  /** A snapshot of cwd now, or of a folder that children see in its place; logged. `before` is not said twice in a life. */
  snapshot(before: string, root?: AbsPath): Promise<string>;
  /** Whether a child can see another folder in the place of the workspace: where commands cannot be shown one, agents get none. */
  readonly isolates: boolean;
  /** A call of an agent's tool by the person who is at work in the run: through the gate as any other. INT ends it. */
  act(tool: string, input: Json): Promise<ToolResult & { readonly denied?: string }>;
  /** Says something to an agent it forked. What does not wake it goes along with what is said to it next. */
  tell(pid: Pid, message: { readonly text: string; readonly from: string; readonly wakes: boolean }): Promise<void>;
  /** Told of each event of the run once it is in the log. Returns the way out. */
  watch(listener: (event: KernelEvent) => void): () => void;
  changes(from: string, to: string): Promise<readonly TreeChange[]>;
  /** What is in these files in a snapshot, as text, the first 10 MB of each; those that are not there are left out. */
  written(tree: string, paths: readonly string[]): Promise<readonly string[]>;
  /** What a child, or anything below it, was refused so far, in this life and earlier ones. */
  denials(pid: Pid): readonly Denial[];
  now(): Millis;
}

/** Rules a person approved for a folder and all below it. */
export interface Remembered {
  add(rules: readonly Capability[], folder: AbsPath, by: string): Promise<void>;
  /** Forgets the rules that this one covers, in every folder; returns how many. */
  forget(rule: Capability): Promise<number>;
}

/** Everything a kernel is made of. */
export interface Ports {
  readonly log: Log;
  readonly host: Host;
  readonly models: Models;
  readonly tools: readonly AnyTool[];
  readonly bodies: Readonly<Record<string, Body>>;
  /** Knows the configured keys. */
  readonly redactor: Redactor;
  readonly version: string;
  readonly home: AbsPath;
  readonly userHome: AbsPath;
  /** The home in the system's list of users, where `HOME` names another. */
  readonly accountHome?: AbsPath;
  /** Environment of children before scrubbing. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Millis;
  /** Rings once after so long for this process or open question, and keeps no program alive. Returns the way to call it off. */
  readonly alarm: (of: Pid | string, ms: Millis, ring: () => void) => () => void;
  readonly remembered: Remembered;
  /** Hash of the policy of the last run in this folder; undefined when there was none. */
  readonly policyBefore: (cwd: AbsPath) => string | undefined;
  /** Resolves when all that was said to a process, and each signal, before its next step has reached it: at once, but in a replay. `told`: when it is its turn to be told something by its parent; `emits`: each signal before a body's next event of that type. */
  readonly heard: (pid: Pid, by?: 'told' | { readonly emits: string }) => Promise<void>;
  readonly maxRunning: number;
  /** Mints the number of a new process, forked by that call if by one; never one used before in this home. */
  readonly nextPid: (ppid: Pid, name: string, call?: CallId) => Pid;
  /** Number of a call within its process, which has made so many; a replay knows which one it was where a body makes several at once. */
  readonly callNumber: (pid: Pid, made: number, call: { readonly answers: string; readonly name: string; readonly input: Json }) => number;
}
