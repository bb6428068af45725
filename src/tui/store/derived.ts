import type { ProcView } from '../../kernel/kernel-types.ts';
import type { ShellState } from '../state.ts';

/** What the state says of the conversation in front, as its run and transcript have it. */
export function derived(state: ShellState): ShellState {
  const view = state.session === undefined ? undefined : state.runs.get(state.session);
  if (!view) return withQueued(state, state.standing);
  const speaker = speakerOf(view.kind, view.procs);
  const turn = speaker && state.transcripts.get(speaker.pid)?.turn;
  const facts = state.facts.get(view.run);
  const isElsewhere = state.selected !== undefined && !isRoot(view.procs, state.selected);
  return {
    ...state,
    selected: isElsewhere ? state.selected : (speaker?.pid ?? state.selected),
    queued: queuedIn(state, [...(turn?.waiting.map(({ text }) => text) ?? []), ...state.standing]),
    model: view.model,
    sandbox: facts?.sandbox ?? state.sandbox,
    context: turn?.tokens === undefined || !facts?.window ? undefined : Math.min(1, turn.tokens / facts.window),
  };
}

/** Who is talked with: the agent of a conversation, the only agent of a prompt; otherwise who the run began with. */
function speakerOf(kind: string, procs: readonly ProcView[]): ProcView | undefined {
  const root = procs.find(({ ppid }) => ppid === 0);
  const agent = kind === 'chat' ? procs.find(({ ppid, body }) => ppid === root?.pid && body === 'agent') : undefined;
  return agent ?? root;
}

const isRoot = (procs: readonly ProcView[], pid: number): boolean => procs.some((proc) => proc.pid === pid && proc.ppid === 0);

function withQueued(state: ShellState, texts: readonly string[]): ShellState {
  const queued = queuedIn(state, texts);
  return queued === state.queued ? state : { ...state, queued };
}

/** The same list where it says the same. */
const queuedIn = ({ queued }: ShellState, texts: readonly string[]): readonly string[] =>
  queued.length === texts.length && queued.every((text, at) => text === texts[at]) ? queued : texts;
