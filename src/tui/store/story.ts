import { type Delta, type EventOf, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { Pid, RunId } from '../../kernel/ids.ts';
import { isObject } from '../../kernel/json.ts';
import { foldInterview, type Interview, NO_INTERVIEW } from '../../ouroboros/view/interview.ts';
import { foldProgress, NO_PROGRESS, type Progress } from '../../ouroboros/view/progress.ts';
import type { Transcript } from '../state.ts';
import { createTranscript, type TranscriptFold } from './transcript.ts';

/** All that was said and done in one run. */
export interface Told {
  /** `seq` of the last event that is in it; -1: none. */
  readonly upTo: number;
  readonly interview: Interview | undefined;
  readonly work: Progress | undefined;
  readonly transcripts: ReadonlyMap<Pid, Transcript>;
  /** Processes whose transcripts are no longer kept, or were never one of their own. */
  readonly gone: ReadonlySet<Pid>;
}

/** One run, event by event. Events it had before are left alone. */
export interface Story {
  readonly run: RunId;
  /** A clean event, or a piece of text as it came. */
  take(event: KernelEvent | Delta): void;
  /** Nobody works on it any more. */
  stop(): void;
  /** Of this process nothing more is kept. */
  forget(pid: Pid): void;
  told(): Told;
}

/** Whose transcript the events of the run itself, and of a conversation's root, are in. */
export interface Speakers {
  readonly root: Pid | undefined;
  readonly assistant: Pid | undefined;
}

const NOTHING_TOLD: Told = { upTo: -1, interview: undefined, work: undefined, transcripts: new Map(), gone: new Set() };

/** A conversation's root speaks in the transcript of its agent, which is the one that is read. `most`: items of one transcript. */
export function createStory(run: RunId, from: Told = NOTHING_TOLD, known: Partial<Speakers> = {}, most?: number): Story {
  let { upTo, interview, work } = from;
  const transcripts = new Map<Pid, TranscriptFold>([...from.transcripts].map(([pid, known]) => [pid, createTranscript(pid, known, most)]));
  const gone = new Set(from.gone);
  let { root, assistant } = known;
  /** The conversation is being left: that it ends then is no news. */
  let isLeft = false;
  const of = (pid: Pid): TranscriptFold => {
    const speaker = pid === root && assistant !== undefined ? assistant : pid;
    const fold = transcripts.get(speaker) ?? createTranscript(speaker, undefined, most);
    transcripts.set(speaker, fold);
    return fold;
  };
  const forked = (event: EventOf<'process.forked'>): void => {
    if (event.ppid === 0) root = event.pid;
    else if (converses(event) && event.ppid === root) {
      assistant = event.pid;
      transcripts.delete(root);
      gone.add(root);
    }
  };
  const protocol = (event: KernelEvent): void => {
    if (event.type.startsWith('interview.')) interview = foldInterview(interview ?? NO_INTERVIEW, event);
    else if (WORK.test(event.type)) work = foldProgress(work ?? NO_PROGRESS, event);
  };
  const stop = (): void => {
    for (const one of transcripts.values()) one.stop();
  };
  const isQuiet = (event: KernelEvent): boolean => {
    if (event.type === 'run.resumed') isLeft = false;
    else if (assistant !== undefined && event.pid === root && leaves(event)) isLeft = true;
    // How a conversation failed was said by its agent.
    return (isLeft && ENDS.has(event.type)) || (assistant !== undefined && event.type === 'run.result' && event.error !== undefined);
  };
  const add = (event: KernelEvent): void => {
    upTo = event.seq;
    if (event.type === 'process.forked') forked(event);
    if (event.type === 'run.result' || event.type === 'run.resumed') stop();
    const pid = event.pid > 0 ? event.pid : root;
    if (pid !== undefined) of(pid).take(event, isQuiet(event));
    protocol(event);
  };
  return {
    run,
    stop,
    take(event) {
      if (isDurable(event)) {
        if (event.seq > upTo) add(event);
        // What the log has already is stale.
      } else if (event.after >= upTo) of(event.pid).hear(event);
    },
    forget(pid) {
      transcripts.delete(pid);
      gone.add(pid);
    },
    told: () => ({ upTo, interview, work, transcripts: new Map([...transcripts].map(([pid, fold]) => [pid, fold.view()])), gone }),
  };
}

/** A person leaves a conversation, or pauses it for what needs nobody at work: it can be gone on with. */
const leaves = (event: KernelEvent): boolean => event.type === 'process.signalled' && event.signal === 'TERM' && event.by === 'user';

const ENDS: ReadonlySet<KernelEvent['type']> = new Set(['process.signalled', 'process.exited', 'run.result']);

const converses = ({ args }: EventOf<'process.forked'>): boolean => isObject(args) && args.converses === true;

const WORK = /^(seed|plan|ac|evaluation|lineage|router|drift)\./u;
