import type { Pid, RunId } from '../../kernel/ids.ts';
import type { ShellState, Transcript } from '../state.ts';
import { weightOf } from './items.ts';

/** A process that has ended. */
export interface Ended {
  readonly run: RunId;
  readonly pid: Pid;
}

/** What transcripts of processes that have ended may weigh together, characters, and how many there may be. */
const MAX_WEIGHT = 4 * 1024 * 1024;
const MAX_COUNT = 200;

/** Those whose transcripts are let go: they ended longest ago, and nobody looks at them. They are read again when somebody does. */
export function stale({ runs, transcripts, selected, session }: ShellState): readonly Ended[] {
  const ended = [...runs.values()].flatMap(({ run, procs }) =>
    procs.flatMap(({ pid, state, ended_at }) => {
      const transcript = transcripts.get(pid);
      const isSeen = pid === selected || run === session;
      return transcript && state.is === 'exited' && !isSeen ? [{ run, pid, at: ended_at ?? 0, weight: heft(transcript) }] : [];
    }),
  );
  let weight = 0;
  return ended
    .toSorted((one, other) => other.at - one.at || other.pid - one.pid)
    .filter((one, nth) => {
      weight += one.weight;
      return nth >= MAX_COUNT || weight > MAX_WEIGHT;
    });
}

/** A transcript does not change: it is weighed once. */
const weighed = new WeakMap<Transcript, number>();

function heft(transcript: Transcript): number {
  const known = weighed.get(transcript) ?? transcript.items.reduce((sum, item) => sum + weightOf(item), 0);
  weighed.set(transcript, known);
  return known;
}
