import { type BusEvent, isDurable } from '../../kernel/events.ts';
import type { ShellState } from '../state.ts';

/** What is worth a bell to somebody who looks elsewhere: an agent asks, or has ended what it was at. Undefined: it is not. */
export function wordOf(event: BusEvent, state: ShellState): string | undefined {
  if (!isDurable(event)) return undefined;
  const run = state.runs.get(event.run);
  if (event.type === 'approval.asked') return `${nameOf(run, event.pid)} asks: ${event.text.split('\n')[0] ?? ''}`;
  if (event.type === 'run.result' && run?.kind !== 'chat') return `${run?.title ?? event.run}: ${event.outcome}`;
  if (event.type === 'process.moved' && event.to === 'waiting' && run?.kind === 'chat' && answered(state, event.pid))
    return `${nameOf(run, event.pid)} has answered`;
  return undefined;
}

type Run = ReturnType<ShellState['runs']['get']>;

const nameOf = (run: Run, pid: number): string => run?.procs.find((one) => one.pid === pid)?.name ?? 'an agent';

/** It was at something before. */
const answered = (state: ShellState, pid: number): boolean => [...state.transcripts].some(([of, one]) => of === pid && one.turn?.isBusy === true);
