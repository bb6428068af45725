import type { EventOf, KernelEvent } from '../../kernel/events.ts';
import type { Pid } from '../../kernel/ids.ts';
import { isObject } from '../../kernel/json.ts';
import { type Assessment, assess, type Deed } from './assess.ts';
import type { ChatCheck } from './events.ts';

/** Where a conversation is and what is due in it: a fold of its events, so that it goes on where it was. */
export interface Course {
  /** What came of messages, not said yet. */
  readonly assessments: readonly Assessment[];
  readonly suggestions: readonly Suggestion[];
  /** Work that is to be checked. */
  readonly work: readonly Work[];
  /** How often the project's checks were run. */
  readonly checked: number;
  /** What the work broke and whoever did it was not told yet. */
  readonly broken: readonly ChatCheck[];
  /** Commands that the user typed, whose outcome was not told yet. */
  readonly commands: readonly Command[];
}

export interface Suggestion {
  readonly idea: string;
  readonly why: string;
}

export interface Work {
  readonly message: number;
  /** The workspace before it. */
  readonly baseline: string;
}

export interface Command {
  readonly line: string;
  /** What it came to, where it ended in an earlier life. */
  readonly text: string | undefined;
}

export interface CourseFold {
  take(event: KernelEvent): void;
  now(): Course;
  /** Work that changed nothing needs no check. */
  dropWork(): void;
}

/** Who says it, in the log and to the assistant. */
export const FROM = { check: 'check', command: 'command' } as const;

/** Calls that are no work: they ask, keep a list, or offer something. */
const TALK: ReadonlySet<string> = new Set(['ask', 'todo', 'suggest_interview']);

interface State {
  readonly root: Pid;
  assistant: number | undefined;
  /** Messages of the user so far, and those that were assessed or are about to be. */
  said: number;
  assessed: number;
  isInterrupted: boolean;
  deeds: Deed[];
  /** The newest tree of the workspace, and that from before what is not checked yet. */
  tree: string | undefined;
  baseline: string | undefined;
  wrote: boolean;
  /** The message whose work was sent back, which happens once. */
  mended: number;
  readonly wishes: Map<string, Suggestion>;
  assessments: Assessment[];
  suggestions: Suggestion[];
  work: Work[];
  checked: number;
  broken: ChatCheck[];
  commands: Command[];
  /** The call of the oldest command. */
  call: string | undefined;
}

/** `said`: messages that the conversation begins with. */
export function foldCourse(root: Pid, said: number): CourseFold {
  const state: State = {
    ...{ root, said, assistant: undefined, assessed: 0, isInterrupted: false, deeds: [], tree: undefined, baseline: undefined, wrote: false, mended: 0 },
    ...{ wishes: new Map(), assessments: [], suggestions: [], work: [], checked: 0, broken: [], commands: [], call: undefined },
  };
  return {
    take(event) {
      if (event.type === 'workspace.snapshotted' || event.type === 'workspace.restored') foldTree(state, event);
      else if (event.type === 'process.forked' && event.ppid === root && event.name === ASSISTANT) state.assistant = event.pid;
      else if (event.type === 'message.sent') foldMessage(state, event);
      else if (event.pid === root) foldOwn(state, event);
      else foldDeed(state, event);
    },
    now: () => state,
    dropWork: () => void state.work.shift(),
  };
}

export const ASSISTANT = 'assistant';

function foldTree(state: State, event: EventOf<'workspace.snapshotted'> | EventOf<'workspace.restored'>): void {
  if (event.type === 'workspace.snapshotted') {
    if (event.root === undefined) state.tree = event.tree;
    return;
  }
  // What a person put back nobody has to mend.
  Object.assign(state, { tree: event.tree, baseline: undefined, wrote: false, work: [], broken: [] });
}

function foldMessage(state: State, { pid, kind, text, from, actor }: EventOf<'message.sent'>): void {
  if (pid === state.root && kind === 'command') state.commands.push({ line: text, text: undefined });
  if (pid !== state.assistant) return;
  if (actor === 'user' && kind === undefined) state.said += 1;
  if (actor === 'protocol' && from === FROM.check) state.broken = [];
  if (actor === 'protocol' && from === FROM.command) {
    state.commands.shift();
    state.call = undefined;
  }
}

/** What the root did: it says what came of things, and runs the user's commands. */
function foldOwn(state: State, event: KernelEvent): void {
  if (event.type === 'chat.assessed') state.assessments.shift();
  else if (event.type === 'chat.suggested') state.suggestions.shift();
  else if (event.type === 'chat.checked') foldChecked(state, event as unknown as Checked);
  else if (event.type === 'tool.intended' && event.tool === 'bash') state.call = event.call;
  else if (event.type === 'tool.finished' || event.type === 'tool.indoubt' || event.type === 'tool.denied') foldOutcome(state, event);
}

function foldOutcome(state: State, event: EventOf<'tool.finished'> | EventOf<'tool.indoubt'> | EventOf<'tool.denied'>): void {
  if (event.tool !== 'bash' || (event.type !== 'tool.denied' && event.call !== state.call)) return;
  const [first, ...rest] = state.commands;
  if (first) state.commands = [{ ...first, text: event.text }, ...rest];
}

interface Checked {
  readonly message: number;
  readonly baseline: string;
  readonly checks: readonly ChatCheck[];
}

function foldChecked(state: State, { message, baseline, checks }: Checked): void {
  state.work.shift();
  state.checked += 1;
  const broken = checks.filter((one) => one.how === 'broken');
  if (broken.length === 0 || state.mended >= message) return;
  state.mended = message;
  state.broken = broken;
  // What is mended is compared with what was there before all of it.
  state.baseline = baseline;
}

/** What the assistant does, and agents it forks. */
function foldDeed(state: State, event: KernelEvent): void {
  if (event.type === 'tool.intended') foldIntent(state, event);
  else if (event.type === 'tool.denied' && event.needs.length > 0) state.deeds.push({ is: 'refused', action: event.action });
  else if (event.type === 'tool.finished' && event.ok) {
    const wish = state.wishes.get(event.call);
    if (wish) state.suggestions.push(wish);
  } else if (event.pid !== state.assistant) return;
  else if (event.type === 'turn.interrupted') state.isInterrupted = true;
  else if (event.type === 'process.moved' && event.to === 'waiting') foldRest(state);
}

function foldIntent(state: State, { tool, call, input, action, effect, needs }: EventOf<'tool.intended'>): void {
  if (tool === 'ask') state.deeds.push({ is: 'asked', action });
  if (tool === 'suggest_interview' && isObject(input)) state.wishes.set(call, { idea: String(input.idea), why: String(input.why) });
  if (effect === 'read' || TALK.has(tool)) return;
  state.deeds.push({ is: 'worked', action });
  if (!needs.some((rule) => rule.startsWith('fs:write:') || rule.startsWith('exec:'))) return;
  state.baseline ??= state.tree;
  state.wrote = true;
}

/** Interrupted work is checked with what comes next. */
function foldRest(state: State): void {
  const { said, deeds, isInterrupted, wrote, baseline } = state;
  if (said > state.assessed) state.assessments.push(assess(said, deeds, isInterrupted));
  state.assessed = said;
  state.deeds = [];
  state.isInterrupted = false;
  if (!wrote || isInterrupted) return;
  if (baseline !== undefined) state.work.push({ message: said, baseline });
  state.wrote = false;
  state.baseline = undefined;
}
