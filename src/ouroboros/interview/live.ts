import type { ZodType } from 'zod';
import { OxiosError } from '../../kernel/errors.ts';
import type { DomainPayload } from '../../kernel/events.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { consult } from '../consult.ts';
import { foldInterview, type Interview, NO_INTERVIEW } from '../view/interview.ts';

/** An interview under way: the state, and the way to bring it further, which is an event in the log. */
export interface Live {
  now(): Interview;
  emit(payload: DomainPayload): Promise<void>;
}

export function createLive(ctx: BodyContext): Live {
  let state = ctx.past.reduce(foldInterview, NO_INTERVIEW);
  return {
    now: () => state,
    async emit(payload) {
      // Answers come side by side: the state is read when the event is there.
      const event = await ctx.emit(payload);
      state = foldInterview(state, event);
    },
  };
}

interface Asked<T> {
  readonly role: 'scorer' | 'interviewer' | 'specifier';
  readonly key: string;
  readonly system: string;
  readonly task: string;
  readonly schema: ZodType<T>;
  /** May look at the working directory. */
  readonly looks?: boolean;
  readonly refuse?: (value: T) => string | undefined;
}

const LOOKING = { tools: ['read', 'grep', 'find', 'ls'], turns: 12 } as const;

/** A form filled in by a model. Throws SCRIPT_EXHAUSTED where nobody is there, REPLY_UNUSABLE where nothing can be made of what it says. */
export async function opinionOf<T>(ctx: BodyContext, live: Live, { looks, role, key, ...asked }: Asked<T>): Promise<T> {
  // Asked anew after an answer that could not be used, it is somebody else.
  const { stalls } = live.now();
  const given = await consult(ctx, {
    ...asked,
    role,
    name: role,
    key: stalls === 0 ? key : `${key} after ${stalls}`,
    ...(looks ? { ...LOOKING, grants: [{ on: 'fs', right: 'read', under: ctx.cwd }] } : {}),
  });
  if (given.ok) return given.value;
  if (given.kind === 'absent') throw new OxiosError('SCRIPT_EXHAUSTED', given.why, { hint: `give the script turns for ${role}` });
  await live.emit({ type: 'interview.stalled', who: role, why: given.why });
  throw new OxiosError('REPLY_UNUSABLE', `the ${role} gave no answer that could be used, also when asked again: ${given.why}`, {
    hint: `ask anew: oxios interview --resume ${ctx.run}, perhaps with another --model`,
  });
}
