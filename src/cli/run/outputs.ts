import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { EXIT } from '../../kernel/error-codes.ts';
import { messageOf, OxiosError } from '../../kernel/errors.ts';
import { type BusEvent, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { AskId } from '../../kernel/ids.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import type { Part } from '../../kernel/message.ts';
import type { Io } from '../io.ts';
import { promptFor } from './answer.ts';
import type { Ended } from './session.ts';
import { createShow } from './show.ts';

export interface OutputFlags {
  readonly events?: string | undefined;
  readonly record?: string | undefined;
  readonly junit?: string | undefined;
  readonly failOn?: string | undefined;
}

/** Everywhere a run's events go: stdout as JSON, a file, a script, JUnit, a person. */
export interface Outputs {
  onEvent(event: BusEvent, kernel: Kernel): void;
  /** Writes what is written at the end; the exit code after --fail-on. */
  finish(ended: Ended): Promise<number>;
}

export function createOutputs(io: Io, flags: OutputFlags): Outputs {
  const show = createShow(io);
  const file = flags.events === undefined ? undefined : openFile(flags.events);
  const notes: Notes = { answers: [], agents: new Map(), denied: 0, failed: 0 };
  return {
    onEvent(event, kernel) {
      if (io.json) io.out(JSON.stringify(event));
      else show.event(event);
      if (!isDurable(event)) return;
      if (file !== undefined) writeSync(file, `${JSON.stringify(event)}\n`);
      note(notes, event);
      if (event.type === 'approval.asked' && io.interactive) {
        show.end();
        void promptFor(event).then((reply) => kernel.answer(event.ask as AskId, reply, 'user at the terminal'));
      }
    },
    async finish(ended) {
      show.end();
      if (file !== undefined) closeSync(file);
      if (flags.record !== undefined) writeFileSync(flags.record, await (await import('./record.ts')).scriptOf(notes.answers));
      if (flags.junit !== undefined && ended.result) writeFileSync(flags.junit, (await import('./junit.ts')).junitOf(ended.result));
      if (io.json && !ended.result) io.out(JSON.stringify(lastWord(ended)));
      return codeAfter(ended.code, flags.failOn, notes);
    },
  };
}

/** What has to be known of a run when it has ended. */
interface Notes {
  readonly answers: { name: string; parts: readonly Part[] }[];
  readonly agents: Map<number, string>;
  denied: number;
  failed: number;
}

function note(notes: Notes, event: KernelEvent): void {
  if (event.type === 'process.forked') notes.agents.set(event.pid, event.name);
  if (event.type === 'model.answered' && !event.purpose)
    notes.answers.push({ name: notes.agents.get(event.pid) ?? 'default', parts: event.parts as unknown as readonly Part[] });
  if (event.type === 'tool.denied') notes.denied += 1;
  if (event.type === 'tool.finished' && !event.ok) notes.failed += 1;
}

function codeAfter(code: number, failOn: string | undefined, notes: Notes): number {
  if (code !== EXIT.ok) return code;
  if (failOn === 'denied' && notes.denied > 0) return EXIT.blocked;
  return failOn === 'any-tool-error' && notes.failed + notes.denied > 0 ? EXIT.rejected : code;
}

/** The log could not take the result: said all the same, so that the last line is always one. */
const lastWord = ({ run, exit, code }: Ended) => ({
  v: 1,
  run,
  type: 'run.result',
  outcome: 'ERROR',
  exit_code: code,
  criteria: [],
  denials: [],
  usage: { input: 0, output: 0, cache_read: 0, cache_write: 0 },
  cost_usd: null,
  files_changed: [],
  audit_head: null,
  ...(exit.how === 'failed' ? { error: { code: exit.code, message: exit.message } } : {}),
});

function openFile(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw new OxiosError('FILE_UNREADABLE', `${path} cannot be written: ${messageOf(error)}`, { hint: 'choose another file', cause: error });
  }
}
