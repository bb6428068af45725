import { OxiosError } from '../../kernel/errors.ts';
import { isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { Kernel, ResumeOptions, RunRequest } from '../../kernel/kernel-types.ts';
import { PIPED } from '../../kernel/taint/opening.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { foldInterview, type Interview, NO_INTERVIEW } from '../../ouroboros/view/interview.ts';
import { rulesSaid } from '../authority.ts';
import { type Args, flag, text, texts } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import type { Io } from '../io.ts';
import { flagLimits, limitFlags, limitsOf } from '../limits.ts';
import { settingsIn } from '../project/settings.ts';
import type { Begun } from '../run/course.ts';
import { absoluteScript, scriptsIn } from '../run/flags.ts';
import { recordsIn } from '../run/hidden.ts';
import { runNamed } from '../run/named.ts';
import type { Ended } from '../run/session.ts';
import { workplace } from '../run/workplace.ts';
import type { Given } from './answers.ts';
import { createFront, type Front } from './front.ts';

export interface Wish {
  /** The user's words, and what was piped in. */
  readonly idea: string;
  readonly piped: string;
  readonly max_rounds: number;
  /** Nobody looks at the specification before it is written. */
  readonly unattended: boolean;
  readonly forced: boolean;
  /** Somebody, or a file, answers. */
  readonly answered: boolean;
}

type Flags = Args<Record<string, unknown>>;

/** A new interview as a run. It reads the folder, and runs the commands of its draft in disposable copies; its agents only look. */
export async function requestOf(args: Flags, io: Io, { idea, piped, max_rounds, unattended, forced, answered }: Wish): Promise<RunRequest> {
  const cwd = workplace(text(args.projectDir));
  const settings = await settingsIn(cwd, args, io);
  const { config } = settings;
  const model = absoluteScript(text(args.model) ?? config.model ?? '');
  const limits = limitsOf(limitFlags(args), config);
  return {
    kind: 'interview',
    title: idea.split('\n')[0]?.slice(0, MAX_TITLE) ?? '',
    cwd,
    body: 'interview',
    args: { request: piped === '' ? idea : `${idea}${PIPED}${piped}`, max_rounds, unattended, forced },
    model,
    // A person thinks for as long as it takes.
    limits: answered ? { ...limits, wall_ms: flagLimits(limitFlags(args)).wall_ms ?? null } : limits,
    role: 'worker',
    grants: [
      { on: 'fs', right: 'read', under: cwd },
      { on: 'exec', command: '*' },
    ],
    denies: rulesSaid(cwd, { deny: texts(args.deny) }).denies,
    ...settings.request,
    asks: false,
    interactive: answered,
    require_sandbox: flag(args.requireSandbox),
    hidden: [...scriptsIn(model), ...recordsIn(args)],
  };
}
const MAX_TITLE = 200;

interface Conducting {
  readonly io: Io;
  readonly args: Flags;
  begin(kernel: Kernel): Promise<Begun>;
  readonly given?: Given | undefined;
  readonly force?: boolean;
  readonly before?: Earlier | undefined;
  tell(ended: Ended): void;
}

export interface Conducted {
  readonly run: RunId;
  readonly code: number;
  readonly state: Interview;
  readonly result: Ended['result'];
  /** Where a recording is to hold them. */
  readonly events: readonly KernelEvent[];
}

/** Conducts an interview from here to where it ends, and tells how far it came. */
export async function conduct({ io, args, begin, given, force = false, before, tell }: Conducting): Promise<Conducted> {
  const { work } = await import('../run/work.ts');
  let ended: Ended | undefined;
  const events: KernelEvent[] = [];
  const isRecorded = text(args.record) !== undefined;
  let state = before?.state ?? NO_INTERVIEW;
  const answering = (beforeAsking: () => void): Front => {
    const made = createFront({ interactive: io.interactive, live: io.live, given, force, known: before?.state.questions ?? [] }, beforeAsking);
    return {
      ...made,
      watch(event) {
        made.watch?.(event);
        if (!isDurable(event)) return;
        state = foldInterview(state, event);
        if (isRecorded) events.push(event);
      },
    };
  };
  const code = await work({
    io,
    args,
    begin,
    answering,
    ...(before ? { before: { last_seq: before.run.last_seq, events: before.events } } : {}),
    tell(end) {
      ended = end;
      tell(end);
    },
  });
  return { run: ended?.run ?? ('' as RunId), code, state, result: ended?.result, events };
}

/** An interview of an earlier life. */
export interface Earlier {
  readonly run: RunView;
  readonly events: readonly KernelEvent[];
  readonly state: Interview;
}

/** Throws NOT_FOUND, USAGE. */
export async function earlier(args: Flags, id: string): Promise<Earlier> {
  const { reading } = await import('../boot.ts');
  const store = reading(homePath(args.home));
  try {
    const run = runNamed(store.runs(), id);
    if (run.kind !== 'interview') throw new OxiosError('USAGE', `${run.run} is no interview`, { hint: `go on with it: oxios resume ${run.run}` });
    const events: KernelEvent[] = [];
    for await (const event of store.read({ run: run.run })) events.push(event);
    return { run, events, state: events.reduce(foldInterview, NO_INTERVIEW) };
  } finally {
    store.close();
  }
}

/** What is different in this life. */
export function resumption(args: Flags, { cwd }: Earlier['run'], interactive: boolean): ResumeOptions {
  const named = text(args.model);
  const model = named === undefined ? undefined : absoluteScript(named);
  const answer = text(args.answer);
  return {
    limits: flagLimits(limitFlags(args)),
    extend: flag(args.extend),
    interactive,
    denies: rulesSaid(cwd, { deny: texts(args.deny) }).denies,
    require_sandbox: flag(args.requireSandbox),
    hidden: [...recordsIn(args), ...(model === undefined ? [] : scriptsIn(model))],
    ...(model === undefined ? {} : { model }),
    ...(answer === undefined ? {} : { answer }),
  };
}
