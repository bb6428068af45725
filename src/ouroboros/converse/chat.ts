import type { Exit } from '../../kernel/events.ts';
import type { Pid } from '../../kernel/ids.ts';
import type { Body, BodyContext } from '../../kernel/kernel-types.ts';
import { CHAT_ARGS, STANDING } from './args.ts';
import { checkWork } from './check.ts';
import { ASSISTANT, type Course, type CourseFold, FROM, foldCourse, type Work } from './course.ts';
import type { ChatCheck } from './events.ts';

/**
 * A conversation as a process body: an agent that waits for what is said next, and around it what nobody has to ask for. What
 * came of a message is said, files that changed are checked, commands of the user are run and told. It lives until it is ended.
 */
export const chat: Body = async (ctx) => {
  const { system, ...args } = CHAT_ARGS.parse(ctx.args);
  const live = follow(ctx, args.task === '' ? 0 : 1);
  const standing = [STANDING, system].filter(Boolean).join('\n');
  const assistant = await ctx.fork({ name: ASSISTANT, body: 'agent', args: { ...args, system: standing, converses: true } as never });
  const lanes = [SAY, CHECK, RUN].map((lane) => walk(live, (course) => lane(course, { ctx, live, assistant })));
  const ended = ctx.wait(assistant);
  // What ends first ends all of it, and what is under way is waited for.
  const exit: Promise<Exit> = Promise.race([ended, ...lanes.map((lane) => lane.then(() => ended))]);
  try {
    return await exit;
  } finally {
    live.close();
    await Promise.allSettled(lanes);
  }
};

interface Live extends CourseFold {
  readonly isOver: boolean;
  /** Resolves at the next event of the run, or when the conversation is over. */
  next(): Promise<void>;
  close(): void;
}

/** The course of the conversation as it goes on, from its earlier lives. */
function follow(ctx: BodyContext, said: number): Live {
  const fold = foldCourse(ctx.pid, said);
  for (const event of ctx.runPast) fold.take(event);
  const waiting: (() => void)[] = [];
  let isOver = false;
  const wake = (): void => {
    for (const go of waiting.splice(0)) go();
  };
  const leave = ctx.watch((event) => {
    fold.take(event);
    wake();
  });
  const close = (): void => {
    isOver = true;
    leave();
    wake();
  };
  ctx.signal.addEventListener('abort', close, { once: true });
  return {
    ...fold,
    get isOver() {
      return isOver;
    },
    next: () => (isOver ? Promise.resolve() : new Promise((go) => waiting.push(go))),
    close,
  };
}

interface Place {
  readonly ctx: BodyContext;
  readonly live: Live;
  readonly assistant: Pid;
}

/** One thing after the other; each is an entry in the log that changes what is due. */
type Lane = (course: Course, place: Place) => Promise<unknown> | undefined;

async function walk(live: Live, step: (course: Course) => Promise<unknown> | undefined): Promise<void> {
  while (!live.isOver) await (step(live.now()) ?? live.next());
}

const SAY: Lane = ({ suggestions: [suggestion], assessments: [assessment] }, { ctx }) => {
  if (suggestion) return ctx.emit({ type: 'chat.suggested', ...suggestion });
  return assessment && ctx.emit({ type: 'chat.assessed', ...assessment });
};

const CHECK: Lane = ({ broken, work: [work], checked }, place) => {
  if (broken.length > 0) return place.ctx.tell(place.assistant, { text: toMend(broken), from: FROM.check, wakes: true });
  return work && checkOne(place, work, checked + 1);
};

const RUN: Lane = ({ commands: [command] }, place) => command && runOne(place, command.line, command.text);

async function checkOne({ ctx, live }: Place, work: Work, nth: number): Promise<void> {
  const found = await checkWork(ctx, work, `check ${nth}`);
  if (!found) return live.dropWork();
  const { tree, changed, checks } = found;
  await ctx.emit({ type: 'chat.checked', message: work.message, baseline: work.baseline, tree, checks: checks as never, changed });
}

/** Told once: what stays broken then is for the user to see. */
const toMend = (broken: readonly ChatCheck[]): string =>
  [
    "[The project's own checks were run on what you changed. These held before and fail now:]",
    ...broken.map(({ why }) => `- ${why}`),
    'Mend what you broke, without making a check weaker, and say in a sentence what it was.',
  ].join('\n');

/** `known`: what it came to before the conversation was cut off. */
async function runOne({ ctx, assistant }: Place, line: string, known: string | undefined): Promise<void> {
  const text = known ?? (await ctx.act('bash', { command: line })).text;
  await ctx.tell(assistant, { text: `[The user ran a command]\n$ ${line}\n${text}`, from: FROM.command, wakes: false });
}
