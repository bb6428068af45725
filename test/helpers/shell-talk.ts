import type { Pid } from '../../src/kernel/ids.ts';
import type { Item, ShellState, Transcript } from '../../src/tui/state.ts';
import { proc, RUN, run, runsOf, waits } from './shell-state.ts';

type Tool = Extract<Item, { is: 'tool' }>;

export const said = (id: string, text: string): Item => ({ id, rev: 1, at: 0, is: 'user', text });
export const answered = (id: string, text: string, streams = false, rev = 1): Item => ({ id, rev, at: 0, is: 'answer', text, streams });
export const thought = (id: string, text: string): Item => ({ id, rev: 1, at: 0, is: 'thinking', text, streams: false });
export const noted = (id: string, text: string): Item => ({ id, rev: 1, at: 0, is: 'note', tone: 'warn', text });
export const called = (id: string, action: string, change: Partial<Tool> = {}): Tool => ({
  ...{ id, rev: 1, at: 0, is: 'tool', call: id, tool: 'bash', action, how: 'ok', text: '', cut: 0, diff: undefined, ms: 1200, began: 97_000 },
  ...change,
});

/** The process that is talked to. */
export const ASSISTANT = 2 as Pid;

/** A conversation with these things in it; its agent works, or waits for what is said next. */
export const talk = (items: readonly Item[], isBusy = false): Pick<ShellState, 'runs' | 'session' | 'selected' | 'transcripts'> => ({
  runs: runsOf(run([proc(1, 0, 'chat', { state: waits('child') }), proc(2, 1, 'assistant', { state: waits(isBusy ? 'model' : 'message') })])),
  session: RUN,
  selected: ASSISTANT,
  transcripts: new Map<Pid, Transcript>([[ASSISTANT, { items, dropped: 0 }]]),
});
