import type { Capability } from './capability.ts';
import type { Authority } from './decide.ts';
import type { Host, ProcessGroup } from './host.ts';
import type { AbsPath, CallId } from './ids.ts';
import type { Json } from './json.ts';
import type { Others } from './others.ts';
import type { Process } from './process.ts';
import type { Question, SubAgent, Sys } from './tool.ts';

/** What the gate lends a call, besides the host. */
export interface Lent {
  /** As the process sees it. */
  readonly host: Host;
  /** Without the folder that the process sees in the place of the workspace. */
  readonly bare: Host;
  readonly proc: Process;
  readonly call: CallId;
  /** Of a call that a crash cut off: the tree of the workspace from before it first began. */
  readonly again: string | undefined;
  readonly needs: readonly Capability[];
  /** Of the tool: snapshots hold what no agent may read. */
  readonly audience: 'model' | 'body';
  readonly authority: Authority;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: AbsPath;
  readonly userHome: AbsPath;
  readonly accountHome: AbsPath | undefined;
  started(group: ProcessGroup): Promise<void>;
  output(text: string): void;
  progress(text: string): void;
  fork(request: SubAgent): ReturnType<Sys['proc']['fork']>;
  readonly others: Others;
  ask(question: Question): Promise<string>;
  /** Collects notes the call sets, so that they can be logged with its outcome. */
  readonly noted: Record<string, Json>;
  /** Disposable copies made for this call; the gate disposes of them. */
  readonly copies: Copy[];
}

export interface Copy {
  readonly root: AbsPath;
  readonly linked: readonly AbsPath[];
  dispose(): Promise<void>;
}
