import type { RunId } from '../../kernel/ids.ts';
import type { ShellState } from '../state.ts';
import type { Speakers, Told } from './story.ts';

/** What a state has of a run that was opened: a story goes on from it. */
export function toldOf(state: ShellState, run: RunId): { readonly told: Told; readonly speakers: Speakers } | undefined {
  const upTo = state.opened.get(run);
  if (upTo === undefined) return undefined;
  const view = state.runs.get(run);
  const procs = view?.procs ?? [];
  const root = procs.find(({ ppid }) => ppid === 0)?.pid;
  const assistant = view?.kind === 'chat' ? procs.find(({ ppid, body }) => ppid === root && body === 'agent')?.pid : undefined;
  return {
    told: {
      upTo,
      interview: state.interviews.get(run),
      work: state.work.get(run),
      transcripts: new Map([...state.transcripts].filter(([pid]) => procs.some((proc) => proc.pid === pid))),
      gone: new Set(),
    },
    speakers: { root, assistant },
  };
}
