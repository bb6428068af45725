import { OxiosError } from '../../kernel/errors.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { type Answer, openQuestions, turnsOf } from '../view/interview.ts';
import type { Question } from './events.ts';
import type { Live } from './live.ts';

/** What a reply to a question means. */
export type Meaning = ({ readonly is: 'answer' } & Answer) | { readonly is: 'back' | 'quit' | 'force' | 'abort' };

export const LATER = 'decide later';

/** Words with a meaning of their own, for every front end; in quotes they are plain text. */
const WORDS: Readonly<Record<string, 'later' | 'auto' | 'back' | 'quit' | 'force' | 'abort'>> = {
  later: 'later',
  [LATER]: 'later',
  auto: 'auto',
  back: 'back',
  quit: 'quit',
  force: 'force',
  abort: 'abort',
};

/** Pure: a number is the proposal of that place, nothing at all the recommended one, anything else stands for itself. */
export function meaningOf(reply: string, { options, recommended }: Pick<Question, 'options' | 'recommended'>): Meaning {
  const said = reply.trim();
  const proposal = options[recommended] ?? '';
  if (said === '') return { is: 'answer', text: proposal, provenance: 'user' };
  const literal = /^"(.+)"$/su.exec(said)?.[1];
  if (literal !== undefined) return { is: 'answer', text: literal, provenance: 'user' };
  const word = WORDS[said.toLowerCase()];
  if (word === 'later') return { is: 'answer', text: '', provenance: 'deferred' };
  if (word === 'auto') return { is: 'answer', text: proposal, provenance: 'auto' };
  if (word !== undefined) return { is: word };
  const chosen = /^\d+$/u.test(said) ? options[Number(said) - 1] : undefined;
  // One more than there are proposals is the last line of every list: decide later.
  if (Number(said) === options.length + 1) return { is: 'answer', text: '', provenance: 'deferred' };
  return { is: 'answer', text: chosen ?? said, provenance: 'user' };
}

/** The name a question has for whoever answers it; put again, it has another. */
export const keyOf = (n: number, turns: number): string => (turns === 0 ? `q${n}` : `q${n} again ${turns}`);

/** Waits until every question of the round has its answer, in whatever order they come. Resolves early when the user wants it written, or given up. */
export async function awaitAnswers(ctx: BodyContext, live: Live): Promise<void> {
  const early = Promise.withResolvers<void>();
  const all = Promise.all(openQuestions(live.now()).map((question) => untilAnswered({ ctx, live, close: early.resolve }, question)));
  // What still waits when it is closed ends with the process.
  all.catch(() => undefined);
  await Promise.race([all, early.promise]);
}

interface Asking {
  readonly ctx: BodyContext;
  readonly live: Live;
  close(): void;
}

async function untilAnswered(asking: Asking, question: Question): Promise<void> {
  const { ctx, live } = asking;
  const { n, text, options } = question;
  for (;;) {
    const reply = await ctx.ask({ text, options: [...options, LATER], key: keyOf(n, turnsOf(live.now(), n)) });
    const meaning = meaningOf(reply, question);
    // It was closed meanwhile, by the answer to another one.
    if (live.now().is !== 'awaiting') return;
    if (meaning.is === 'answer') return live.emit({ type: 'interview.answered', question: n, answer: meaning.text, provenance: meaning.provenance });
    if (meaning.is === 'back') await goBack(asking, n);
    else if (await ends(asking, n, meaning.is)) return;
  }
}

/** The question before is put again, then this one. */
async function goBack(asking: Asking, n: number): Promise<void> {
  const { live } = asking;
  const before = live.now().questions.find((one) => one.n === n - 1);
  const hadAnswer = before !== undefined && live.now().answers.has(before.n);
  await live.emit({ type: 'interview.turned', question: n, to: 'back' });
  if (hadAnswer) await untilAnswered(asking, before);
}

/** Whether the interview is over with it. */
async function ends({ ctx, live, close }: Asking, n: number, word: 'quit' | 'force' | 'abort'): Promise<boolean> {
  if (word === 'force' && !(await isSure(ctx, live, n))) {
    await live.emit({ type: 'interview.turned', question: n, to: 'force' });
    return false;
  }
  if (word === 'force') await live.emit({ type: 'interview.ready', round: live.now().round, score: live.now().scores.at(-1)?.score ?? 1, forced: true });
  if (word === 'abort') await live.emit({ type: 'interview.aborted', reason: 'the user gave it up' });
  if (word === 'quit') {
    await live.emit({ type: 'interview.turned', question: n, to: 'quit' });
    throw leftOpen(ctx, `q${n}`);
  }
  close();
  return true;
}

export const leftOpen = (ctx: BodyContext, at: string): OxiosError =>
  new OxiosError('NEEDS_ANSWER', `the interview waits for an answer at ${at}; all that was answered is kept`, {
    hint: `go on with: oxios interview --resume ${ctx.run}`,
  });

async function isSure(ctx: BodyContext, live: Live, n: number): Promise<boolean> {
  const last = live.now().scores.at(-1);
  const failed = last?.floor_failures.join('; ') ?? '';
  const text = `It is not clear yet: ambiguity ${last?.score ?? 1}${failed === '' ? '' : ` (${failed})`}. Write it all the same, marked as degraded?`;
  return /^(1|y|yes)$/iu.test((await ctx.ask({ text, options: ['yes', 'no'], key: `force at ${keyOf(n, turnsOf(live.now(), n))}` })).trim());
}
