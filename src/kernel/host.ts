import type { AbsPath, Millis, RunId } from './ids.ts';
import type { Mount, Mounted } from './mount.ts';
import type { Target } from './net/target.ts';

/**
 * What the machine can do, as the kernel needs it. Drivers implement it; only the gate holds it, and hands a tool a
 * narrowed `Sys` made from it.
 */
export interface Host {
  readonly fs: HostFs;
  readonly exec: HostExec;
  readonly workspaces: HostWorkspaces;
  readonly net: HostNet;
}

/**
 * Where a file operation may end up. The walk starts at the one of `roots` that holds the path, follows links by hand
 * and asks `allows` with the path really reached before anything is read or changed.
 */
export interface PathGuard {
  readonly roots: readonly AbsPath[];
  allows(reached: AbsPath): boolean;
  /** Roots and `allows` speak of real folders; a walk crosses into the mount and out of it as a process in it would. */
  readonly mount?: Mounted;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  readonly mtime_ms: Millis;
  readonly mode: number;
}

export interface FileRead extends FileStat {
  readonly path: AbsPath;
  readonly bytes: Uint8Array;
}

export interface FileWritten {
  readonly path: AbsPath;
  readonly created: boolean;
  /** Hex SHA-256 of what is in the file now. */
  readonly sha256: string;
}

export interface WriteOptions {
  /** Refuse with STALE_FILE unless the file now has this SHA-256; `absent`: unless there is none. */
  readonly expect?: string;
}

export interface SearchRequest {
  readonly pattern: string;
  readonly under: AbsPath;
  readonly literal?: boolean;
  readonly ignore_case?: boolean;
  readonly multiline?: boolean;
  readonly globs?: readonly string[];
  readonly file_type?: string;
  readonly context_lines?: number;
  readonly mode: 'lines' | 'files' | 'count';
  readonly hidden?: boolean;
  readonly max_results: number;
}

export interface SearchOutcome {
  /** Lines as `path:line:text` (mode lines), paths (files) or `path:count` (count); paths relative to `under`. */
  readonly lines: readonly string[];
  readonly truncated: boolean;
}

export interface FindRequest {
  readonly under: AbsPath;
  readonly glob?: string;
  readonly kind?: 'file' | 'directory';
  readonly hidden?: boolean;
  /** Also what Git ignores, but installed packages. */
  readonly ignored?: boolean;
  /** Also a `.git`, and the `HEAD` in it. */
  readonly git?: boolean;
  readonly max_depth?: number;
  readonly max_results: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileStat['kind'];
  readonly size: number;
  readonly link_to?: string;
}

/** All methods throw OxiosError PATH_DENIED, PATH_INVALID, FILE_MISSING, STALE_FILE, DISK_FULL or IO. */
export interface HostFs {
  /** At most `limit` bytes from `offset`; `size` is the whole file's. */
  read(path: AbsPath, guard: PathGuard, range?: { offset?: number; limit?: number }): Promise<FileRead>;
  /** Atomic: temp file in the held directory, fsync, rename. Missing parents are made. Keeps the mode of what it replaces. */
  write(path: AbsPath, bytes: Uint8Array, guard: PathGuard, options?: WriteOptions): Promise<FileWritten>;
  /** Removes the temp file of a write of this path that was cut off with its process. */
  tidy(path: AbsPath, guard: PathGuard): Promise<void>;
  stat(path: AbsPath, guard: PathGuard): Promise<FileStat | undefined>;
  /** Where the path leads now, links followed, as far as it exists. For the gate, which judges it; nothing is opened. */
  reach(path: AbsPath, mount?: Mounted): Promise<AbsPath>;
  list(path: AbsPath, guard: PathGuard): Promise<readonly DirectoryEntry[]>;
  /** ripgrep; entries whose path `guard` refuses are left out. */
  search(request: SearchRequest, guard: PathGuard, signal: AbortSignal): Promise<SearchOutcome>;
  find(request: FindRequest, guard: PathGuard, signal: AbortSignal): Promise<SearchOutcome>;
}

/** What a command's mount of the world looks like; applied when the machine has a sandbox. */
export interface SandboxSpec {
  readonly writable: readonly AbsPath[];
  readonly read_only: readonly AbsPath[];
  /** Invisible for the command. */
  readonly hidden: readonly AbsPath[];
  /** Homes: the command sees an empty folder of its own there, and what it writes in it is gone afterwards. */
  readonly private: readonly AbsPath[];
  readonly net: boolean;
  /** What is seen in the place of the workspace; all paths above, and the folder a command runs in, are as they are seen. */
  readonly mount?: Mounted;
}

export interface ExecRequest {
  readonly argv: readonly string[];
  readonly cwd: AbsPath;
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  readonly timeout_ms: Millis;
  readonly sandbox: SandboxSpec;
  /** Bytes kept in memory for `output`: head and tail halves. The whole output (<= 10 MB) spills to a file beyond that. */
  readonly cap_bytes: number;
  /** The child exists but is held back until this resolves: its group is in the log before it does anything. */
  onSpawn(group: ProcessGroup): Promise<void>;
  onOutput?(chunk: string): void;
}

/** Enough to find a process group again after a crash without hitting a reused number. */
export interface ProcessGroup {
  readonly pgid: number;
  /** Start time of the leader in clock ticks since boot (`/proc/PID/stat` field 22), 0 where unknown. */
  readonly start_ticks: number;
  /** In the environment of all its processes, also of those that left the group. */
  readonly mark?: string | undefined;
}

export interface ExecOutcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
  readonly cancelled: boolean;
  /** stdout and stderr in order of arrival, decoded, capped: a marker line stands where the middle was cut. */
  readonly output: string;
  readonly total_bytes: number;
  /** Blob id (`sha256` hex) of the whole output when it was cut. */
  readonly spill?: string;
  readonly ms: Millis;
  /** Set when the sandbox, not the command, refused something. */
  readonly refused?: SandboxRefusal;
}

/** What the sandbox did not let a command do. */
export interface SandboxRefusal {
  /** `start`: the command did not run at all. */
  readonly what: 'write' | 'read' | 'network' | 'start';
  /** Where known. */
  readonly path?: string;
  /** For the model. */
  readonly text: string;
}

export interface HostChild {
  readonly group: ProcessGroup;
  readonly done: Promise<ExecOutcome>;
  /** Everything printed since the last call. */
  drain(): string;
  /** TERM to the whole group, KILL after 2 s. */
  stop(): void;
}

export interface HostExec {
  /** `hint`: how to get one, where there is none. */
  readonly sandbox: { readonly kind: 'bwrap' | 'sandbox-exec' | 'none'; readonly detail: string; readonly hint?: string };
  /** Aborting kills the whole group. Throws OxiosError INTERPRETER_MISSING when argv[0] is not there. */
  start(request: ExecRequest, signal: AbortSignal): Promise<HostChild>;
  /** Kills what a crashed kernel left behind of these groups, where they are still the same. Returns whether anything was. */
  reap(...groups: readonly ProcessGroup[]): Promise<boolean>;
  which(program: string): Promise<AbsPath | undefined>;
  /** Bytes of a kept output; undefined when there is none of that id. */
  spilled(id: string, range: { offset: number; limit: number }): Promise<SpilledPart | undefined>;
}

export interface SpilledPart {
  readonly bytes: Uint8Array;
  readonly total_bytes: number;
}

export interface Snapshot {
  /** Hex SHA-256 of the tree: paths, modes, link targets, contents. */
  readonly tree: string;
  readonly files: number;
  readonly ms: Millis;
}

export interface TreeChange {
  /** Workspace-relative, forward slashes. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'modified';
  /** Set for a large file, which is known by size and time only: its content cannot be put back. */
  readonly unkept?: true;
}

export interface RestoreOptions {
  /** No part of the workspace: stays as it is. */
  readonly hidden?: readonly AbsPath[];
  /** Only these files; omitted: all. */
  readonly only?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  progress?(done: number, of: number): void;
}

export interface Restored {
  /** As the folder is now: the wanted tree, unless something is not kept or was left alone. */
  readonly tree: string;
  readonly files: number;
  readonly changes: readonly TreeChange[];
  /** New names of folders that stood in the way and hold what no snapshot has, such as node_modules. */
  readonly aside: readonly string[];
}

/** How a copy differs from its snapshot: paths put back as they are in another one, files with another text, and paths left out. */
export interface Patch {
  readonly from: string;
  readonly restore: readonly string[];
  readonly texts: readonly { readonly path: string; readonly content: string }[];
  readonly without: readonly string[];
}

/** A folder that a process is to see in the place of a workspace. */
export interface LeaseRequest {
  readonly run: RunId;
  /** Of the folder, among those of its run. */
  readonly name: string;
  readonly tree: string;
  /** The workspace. What a snapshot leaves out is seen as it is there: installed folders, and with `git` its repositories. */
  readonly from: AbsPath;
  readonly git: boolean;
}

export interface Lease extends Mount {
  /** The folder as it is now. */
  readonly tree: string;
  /** It was not there before. */
  readonly made: boolean;
}

/** What was done in a copy of a workspace, to be brought into the workspace. */
export interface MergeRequest {
  /** The workspace, and the copy. */
  readonly root: AbsPath;
  readonly copy: AbsPath;
  readonly hidden: readonly AbsPath[];
  /** The workspace when the copy was made, the copy as it was made, and both as they are now. */
  readonly base: string;
  readonly copied: string;
  readonly ours: string;
  readonly theirs: string;
  /** Generated files, of which the copy's is taken where both differ. */
  readonly yields: readonly string[];
  /** Whether a path of the workspace may be changed. */
  allows(path: string): boolean;
}

export interface Integrated {
  /** Nothing is merged where there are any: paths that both changed, or that somebody changed meanwhile. */
  readonly conflicts: readonly string[];
  readonly changed: readonly TreeChange[];
  /** The workspace afterwards. */
  readonly tree: string;
}

/** Snapshots of a folder in Oxios' own store; nothing is ever written into the user's `.git`. */
export interface HostWorkspaces {
  /** <= 10 ms at 1,000 files, <= 150 ms at 50,000 when little changed since the last one. `before` names what it is taken for; what is `hidden` is no part of it. */
  snapshot(root: AbsPath, before?: string, hidden?: readonly AbsPath[]): Promise<Snapshot>;
  changes(from: string, to: string): Promise<readonly TreeChange[]>;
  /** The bytes of one file in a snapshot, undefined when it is not there. */
  file(tree: string, path: string): Promise<Uint8Array | undefined>;
  /** The file at `path`, or all files below it, with hashes; empty when there is nothing. */
  entries(tree: string, path: string): Promise<readonly { readonly path: string; readonly size: number; readonly sha256: string }[]>;
  /** A disposable folder with the snapshot's files; left-out folders such as node_modules are links into `from`. */
  copy(
    tree: string,
    from?: AbsPath,
    patch?: Patch,
  ): Promise<{ readonly root: AbsPath /** Folders of `from` that the copy links to. */; readonly linked: readonly AbsPath[]; dispose(): Promise<void> }>;
  /** One hash over what is installed in the folder and is no part of snapshots, such as node_modules; empty when there is nothing. */
  installed(root: AbsPath): Promise<string>;
  /** What the last snapshot of the folder left out: folders of installed or generated things, and files that cannot be read. */
  leftOut(root: AbsPath): Promise<readonly string[]>;
  /** Makes the folder equal to the snapshot; what snapshots leave out stays. Stopped or killed in the middle it is finished by doing it again. */
  restore(tree: string, root: AbsPath, options?: RestoreOptions): Promise<Restored>;
  /** A folder of its own with the snapshot's files, or the one of that name that is there already. It outlives the kernel; `release` ends it. */
  lease(request: LeaseRequest): Promise<Lease>;
  /** Brings what was done in a copy into the workspace: all of it or nothing. Cut off in the middle, it is finished by doing it again. */
  merge(request: MergeRequest): Promise<Integrated>;
  /** Removes a folder of a run, or all of them. */
  release(run: RunId, name?: string): Promise<void>;
}

export interface FetchRequest {
  readonly url: string;
  /** What changes nothing; anything else is for commands, which say so. */
  readonly method: 'GET' | 'HEAD';
  /** Of the body, decoded; what lies beyond is not taken. */
  readonly max_bytes: number;
}

export interface Fetched {
  /** The one that answered, behind all redirects. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
  /** URLs that led on, in order. */
  readonly redirects: readonly string[];
}

/** Who may be asked. Both throw RefusedError. */
export interface NetGuard {
  /** Asked of a URL before anything is looked up, and of each it redirects to. Throws TOOL_INPUT and NET_DENIED as well. */
  enter(url: string, from?: URL): Target;
  /** Asked of all the addresses a name leads to, before one of them is connected to. */
  leads(target: Target, addresses: readonly string[]): void;
}

/** The web for agents. Nothing is sent but the request itself: no cookies, no credentials, no referrer. */
export interface HostNet {
  /**
   * Each hop is judged, looked up once and connected to at an address that was judged; robots.txt is heeded. Throws NET,
   * NET_TIMEOUT, and what the guard throws.
   */
  fetch(request: FetchRequest, guard: NetGuard, signal: AbortSignal): Promise<Fetched>;
}
