import { isUnder } from '../capability.ts';
import { OxiosError } from '../errors.ts';
import type { EventOf, KernelEvent } from '../events.ts';
import type { AbsPath, Millis, Pid } from '../ids.ts';
import type { ResumeOptions, RunRequest } from '../kernel-types.ts';

/** One call of an agent that may have changed files. */
export interface Step {
  /** From 1, in the order they began. */
  readonly number: number;
  readonly call: string;
  readonly pid: Pid;
  readonly at: Millis;
  readonly tool: string;
  readonly action: string;
  /** The workspace before it. */
  readonly tree: string;
  /** Places outside of the workspace that it was to write: no snapshot has them. */
  readonly outside: readonly string[];
}

/** What a run did to its workspace, and what was taken back of it. */
export interface History {
  readonly root: Pid;
  readonly cwd: AbsPath;
  readonly kind: RunRequest['kind'];
  readonly hidden: readonly AbsPath[];
  readonly steps: readonly Step[];
  /** The last known workspace; undefined when nothing ever changed it. */
  readonly tree: string | undefined;
  /** How the run itself left it, whatever was undone since; undefined when nobody saw that. */
  readonly left: string | undefined;
  /** Whether `tree` is how it was left, and not how it was before a last step that nobody saw the end of. */
  readonly isFinal: boolean;
  /** Trees from before each undo that was not taken back, the last one last. */
  readonly undone: readonly string[];
  /** Of an undo that was begun and not finished: the workspace before it, and what it was to become. */
  readonly unfinished: { readonly from: string; readonly to: string } | undefined;
}

/** `before` of the snapshot that an undo takes first, with the tree that it puts back. */
export const beforeUndo = (tree: string): string => `${UNDO}${tree}`;
const UNDO = 'undo to ';

/** What an undo leaves in the log of a run: written between its lives, and by none of them. */
export const isUndo = (event: KernelEvent): boolean =>
  event.type === 'workspace.restored' || isNote(event) || (event.type === 'workspace.snapshotted' && event.before.startsWith(UNDO));

/** What a restoration means to the protocol stands right before it; a user writes nothing else of that kind. */
const isNote = (event: KernelEvent): boolean => event.actor === 'user' && (event.type as string).startsWith('lineage.');

/** What is left of a run while nothing in it was undone, so that a body that folds what it did may go on. */
export const isUndone = (events: readonly KernelEvent[]): boolean =>
  events.reduce((depth, event) => (event.type === 'workspace.restored' ? depth + (event.redo ? -1 : 1) : depth), 0) > 0;

/** Folds a run's events. Throws NOT_FOUND for a run that never began. */
export function historyOf(events: readonly KernelEvent[]): History {
  const started = events.find((event) => event.type === 'run.started');
  const root = events.find((event) => event.type === 'process.forked' && event.ppid === 0);
  if (!started || !root) throw new OxiosError('NOT_FOUND', 'the run never began', { hint: 'see the runs with oxios ps --all' });
  const request = started.request as unknown as RunRequest;
  const added = events.flatMap((event) => (event.type === 'run.resumed' ? ((event.request as unknown as ResumeOptions).hidden ?? []) : []));
  const state: State = { steps: [], apart: new Set(), tree: undefined, left: undefined, isFinal: true, undone: [], unfinished: undefined };
  for (const event of events) take(state, event, started.cwd);
  return { root: root.pid, cwd: started.cwd as AbsPath, kind: started.kind, hidden: [...(request.hidden ?? []), ...added], ...state };
}

/** What people and agents are told of an undo. */
export function restoredText({ step, action, redo, changed, count }: EventOf<'workspace.restored'>): string {
  const some = changed.slice(0, MAX_NAMED).map(({ path }) => path);
  const files = `${some.join(', ')}${count > some.length ? ` and ${count - some.length} more` : ''}`;
  const what = redo
    ? 'The user took the undo back: the files of the workspace are again as they were before it.'
    : step === null && action === ''
      ? 'The user undid all changes of this run: the files of the workspace are as they were before its first step.'
      : `The user undid changes: the files of the workspace are as they were ${step === null ? `at ${action}` : `before the step ${action}`}`;
  return `[${what} Changed by that: ${files || 'nothing'}. Look at files again before you change them, and do not do again what was undone unless you are asked to.]`;
}

const MAX_NAMED = 20;

interface State {
  readonly steps: Step[];
  /** Processes that work on copies: what they did reaches the workspace when it is merged. */
  readonly apart: Set<Pid>;
  readonly undone: string[];
  tree: string | undefined;
  left: string | undefined;
  isFinal: boolean;
  unfinished: History['unfinished'];
}

function take(state: State, event: KernelEvent, cwd: string): void {
  if (event.type === 'process.forked') apart(state, event);
  else if (event.type === 'workspace.snapshotted') found(state, event);
  else if (event.type === 'workspace.restored') {
    state.tree = event.tree;
    state.isFinal = true;
    state.unfinished = undefined;
    if (event.redo) state.undone.pop();
    else state.undone.push(event.from);
  } else if (event.type === 'run.result') {
    state.isFinal = true;
    state.left = state.tree;
  } else if (event.type === 'tool.intended' && state.tree !== undefined && mayWrite(event, state)) {
    const { call, pid, at, tool, action } = event;
    state.steps.push({ number: state.steps.length + 1, call, pid, at, tool, action, tree: state.tree, outside: outsideOf(event, cwd) });
    state.isFinal = false;
    state.left = undefined;
    // What is done after an undo makes another history.
    state.undone.splice(0);
  }
}

function apart({ apart }: State, { pid, mount }: EventOf<'process.forked'>): void {
  if (mount) apart.add(pid);
}

function found(state: State, event: EventOf<'workspace.snapshotted'>): void {
  if (event.root !== undefined) return;
  state.tree = event.tree;
  if (!isUndo(event)) return;
  state.isFinal = true;
  state.unfinished = { from: state.unfinished?.from ?? event.tree, to: event.before.slice(UNDO.length) };
}

/** The gate takes a snapshot before exactly these. A body's own calls work in disposable copies, but the one that merges what was done in one. */
const mayWrite = ({ pid, tool, answers, effect, needs }: EventOf<'tool.intended'>, { apart }: State): boolean =>
  tool === MERGES || (answers !== '' && !apart.has(pid) && effect !== 'read' && needs.some((rule) => rule.startsWith(WRITES) || rule.startsWith('exec:')));

/** The tool of bodies that brings what was done in a copy into the workspace. */
const MERGES = 'merge';
const WRITES = 'fs:write:';

const outsideOf = ({ needs }: EventOf<'tool.intended'>, cwd: string): readonly string[] =>
  needs.flatMap((rule) => (rule.startsWith(WRITES) && !isUnder(rule.slice(WRITES.length), cwd) ? [rule.slice(WRITES.length)] : []));
