import type { EventDraft, KernelEvent } from './events.ts';
import type { RunId } from './ids.ts';

export interface LogRange {
  readonly run?: RunId;
  /** First `seq` (with `run`) or first `leaf` (without); inclusive. */
  readonly from?: number;
  /** Inclusive. */
  readonly to?: number;
  readonly types?: readonly string[];
  readonly pid?: number;
  /** Go on with what is appended later, also by another process, until the signal aborts. */
  readonly follow?: boolean;
}

/** Size and RFC 6962 root (hex) of the log. */
export interface LogHead {
  readonly size: number;
  readonly root: string;
}

/**
 * The one truth. `append` gives `seq` and `leaf` at once, in call order; its promise resolves when the entry is on the
 * disk (group commit: one transaction per turn of the event loop). It rejects with DISK_FULL or IO; then nothing of
 * that group was kept and the same drafts may be appended again.
 */
export interface Log {
  append(drafts: readonly EventDraft[]): Promise<readonly KernelEvent[]>;
  read(range: LogRange, signal?: AbortSignal): AsyncIterable<KernelEvent>;
  head(): LogHead;
  /** A signed checkpoint of the present head (C2SP tlog-checkpoint); returns its text. */
  checkpoint(): Promise<string>;
}
