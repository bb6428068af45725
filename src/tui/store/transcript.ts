import type { Delta, KernelEvent } from '../../kernel/events.ts';
import type { Pid } from '../../kernel/ids.ts';
import type { Transcript } from '../state.ts';
import { blockFor, draftFrom, put, tailOf, transcriptOf } from './draft.ts';
import { noteItem } from './items.ts';
import { noteOf } from './notes.ts';
import { follow, rest } from './turn.ts';

/** What one process says and does, event by event. */
export interface TranscriptFold {
  /** The event is clean already. Of a quiet one nothing is noted. */
  take(event: KernelEvent, isQuiet?: boolean): void;
  /** A piece of what it says or prints, as it came. */
  hear(delta: Delta): void;
  /** The kernel that worked on it is through with it, or gone. */
  stop(): void;
  /** The same object as long as nothing changed. */
  view(): Transcript;
}

export function createTranscript(pid: Pid, from?: Transcript, most?: number): TranscriptFold {
  const draft = draftFrom(pid, from, most);
  let seen = from;
  let at = draft.items.at(-1)?.at ?? 0;
  return {
    take(event, isQuiet = false) {
      at = event.at;
      follow(draft, event);
      const note = isQuiet ? undefined : noteOf(event);
      // How a process failed is said by its model, itself, its parent and its run.
      if (note && draft.items.at(-1)?.text !== note[1]) put(draft, noteItem(`n${event.leaf}`, at, note));
      seen = undefined;
    },
    hear(delta) {
      if (delta.type === 'progress' || (delta.type === 'model.delta' && draft.turn.compacts)) return;
      const stream = delta.type === 'tool.delta' ? tailOf(draft, delta.call) : blockFor(draft, delta.kind === 'text' ? 'answer' : 'thinking', at).stream;
      stream.push(delta.text);
      seen = undefined;
    },
    stop() {
      rest(draft);
      seen = undefined;
    },
    view() {
      seen ??= transcriptOf(draft);
      return seen;
    },
  };
}
