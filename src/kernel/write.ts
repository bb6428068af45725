import type { EventDraft, Payload } from './events.ts';
import type { Pid, RunId } from './ids.ts';

/** A payload with who wrote it: what the log takes. */
export const draft = (run: RunId, pid: Pid, actor: string, payload: Payload): EventDraft => ({ run, pid, actor, ...payload }) as EventDraft;
