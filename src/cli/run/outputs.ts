import { isDenial } from '../../kernel/denial.ts';
import { type ErrorCode, EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { type BusEvent, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import { escaped } from '../../kernel/text/sanitize.ts';
import type { Io } from '../io.ts';
import { type Answering, createAnswering } from './answer.ts';
import type { Result } from './course.ts';
import { checkWritable, openEvents, writeWhole } from './files.ts';
import { lastWord } from './last-word.ts';
import { createRecorder } from './record.ts';
import type { SeedFile } from './sarif.ts';
import type { Ended } from './session.ts';
import { createShow } from './show.ts';

export interface OutputFlags {
  readonly events?: string | undefined;
  readonly record?: string | undefined;
  readonly junit?: string | undefined;
  readonly failOn?: string | undefined;
  readonly sarif?: string | undefined;
  /** What reports point into. */
  readonly seed?: SeedFile | undefined;
  /** What the run did in earlier lives: a recording holds all of it. */
  readonly before?: readonly KernelEvent[] | undefined;
  /** Who answers what is asked, also without a terminal; omitted: the person at it. */
  readonly answering?: ((beforeAsking: () => void) => Answering) | undefined;
}

/** Everywhere a run's events go: stdout as JSON, a file, a script, JUnit, a person. */
export interface Outputs {
  onEvent(event: BusEvent, kernel: Kernel): void;
  /** Takes the live line away. */
  quiet(): void;
  /** Writes what is written at the end; the exit code after --fail-on. Throws DISK_FULL, IO when a file could not be written whole. */
  finish(ended: Ended): Promise<number>;
}

export function createOutputs(io: Io, flags: OutputFlags): Outputs {
  const show = createShow(io);
  for (const path of [flags.record, flags.junit, flags.sarif]) if (path !== undefined) checkWritable(path);
  const file = openEvents(flags.events);
  const recorder = flags.record === undefined ? undefined : createRecorder();
  for (const event of flags.before ?? []) recorder?.take(event);
  const refusals = createRefusals();
  const answering = (flags.answering ?? createAnswering)(show.end);
  const isAnswered = io.interactive || flags.answering !== undefined;
  return {
    onEvent(event, kernel) {
      if (io.json) io.out(JSON.stringify(event));
      else if (!answering.hides?.(event)) show.event(event);
      follow(answering, event);
      if (!isDurable(event)) return;
      file.add(`${escaped(JSON.stringify(event))}\n`);
      recorder?.take(event);
      refusals.take(event);
      if (event.type === 'approval.asked' && isAnswered) answering.ask(event, kernel);
    },
    quiet() {
      answering.stop();
      show.end();
    },
    async finish(ended) {
      if (io.json && !ended.result) io.out(lastWord(errorOf(ended), ended.code, ended.run));
      if (flags.record !== undefined && recorder) writeWhole(flags.record, await recorder.script());
      if (ended.result) await writeReports(ended.result, flags);
      file.close();
      return ended.code === EXIT.ok ? refusals.code(flags.failOn) : ended.code;
    },
  };
}

function follow(answering: Answering, event: BusEvent): void {
  if (event.type === 'approval.answered' || event.type === 'approval.expired') answering.settled(event.ask);
  answering.watch?.(event);
}

async function writeReports(result: Result, { junit, sarif, seed }: OutputFlags): Promise<void> {
  if (junit !== undefined) writeWhole(junit, (await import('./junit.ts')).junitOf(result));
  if (sarif !== undefined && seed) writeWhole(sarif, (await import('./sarif.ts')).sarifOf(result, seed));
  if (process.env.GITHUB_STEP_SUMMARY) (await import('./github.ts')).tellGithub(result, seed);
}

interface Refusals {
  take(event: KernelEvent): void;
  code(failOn: string | undefined): number;
}

function createRefusals(): Refusals {
  let denied = 0;
  let failed = 0;
  return {
    take(event) {
      if (event.type === 'tool.denied' && isDenial(event.decision)) denied += 1;
      else if (event.type === 'tool.denied' || (event.type === 'tool.finished' && !event.ok)) failed += 1;
    },
    code(failOn) {
      if (failOn === 'denied' && denied > 0) return EXIT.blocked;
      return failOn === 'any-tool-error' && denied + failed > 0 ? EXIT.rejected : EXIT.ok;
    },
  };
}

const errorOf = ({ exit }: Ended): OxiosError =>
  exit.how === 'failed'
    ? new OxiosError(exit.code as ErrorCode, exit.message, exit.hint === undefined ? {} : { hint: exit.hint })
    : new OxiosError('INTERNAL', 'the run ended without a result');
