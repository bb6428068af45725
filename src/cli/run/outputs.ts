import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { EXIT } from '../../kernel/error-codes.ts';
import { messageOf, OxiosError } from '../../kernel/errors.ts';
import { type BusEvent, isDurable } from '../../kernel/events.ts';
import type { AskId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
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
  const answers: { name: string; role: string | undefined; parts: readonly Part[] }[] = [];
  const agents = new Map<number, { name: string; role: string | undefined }>();
  const failed = { denied: 0, tools: 0 };
  return {
    onEvent(event, kernel) {
      if (io.json) io.out(JSON.stringify(event));
      else show.event(event);
      if (!isDurable(event)) return;
      if (file !== undefined) writeSync(file, `${JSON.stringify(event)}\n`);
      if (event.type === 'process.forked')
        agents.set(event.pid, { name: event.name, role: ((event.args as JsonObject)?.labels as JsonObject | undefined)?.role as string | undefined });
      if (event.type === 'model.answered' && !event.purpose)
        answers.push({ ...(agents.get(event.pid) ?? { name: 'default', role: undefined }), parts: event.parts as unknown as readonly Part[] });
      if (event.type === 'tool.denied') failed.denied += 1;
      if (event.type === 'tool.finished' && !event.ok) failed.tools += 1;
      if (event.type === 'approval.asked' && io.interactive) {
        show.end();
        void promptFor(event).then((reply) => kernel.answer(event.ask as AskId, reply, 'user at the terminal'));
      }
    },
    async finish(ended) {
      show.end();
      if (file !== undefined) closeSync(file);
      if (flags.record !== undefined) writeFileSync(flags.record, await (await import('./record.ts')).scriptOf(answers));
      if (flags.junit !== undefined && ended.result) writeFileSync(flags.junit, (await import('./junit.ts')).junitOf(ended.result));
      if (io.json && !ended.result) io.out(JSON.stringify(lastWord(ended)));
      if (ended.code === EXIT.ok && flags.failOn === 'denied' && failed.denied > 0) return EXIT.blocked;
      if (ended.code === EXIT.ok && flags.failOn === 'any-tool-error' && failed.tools + failed.denied > 0) return EXIT.rejected;
      return ended.code;
    },
  };
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
