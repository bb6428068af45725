import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../kernel/error-codes.ts';
import { OxiosError } from '../kernel/errors.ts';

/** What stood in the way of a process or a check; the details of a tool call that failed have the same form. */
export const OBSTACLE = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

/**
 * The machine or the provider failed, or a question waits for its answer: that says nothing about the work, and no verdict
 * is made of it. The run ends in a way that can be resumed, and goes on at the same place.
 */
export function pauseOn({ code, message, hint }: z.infer<typeof OBSTACLE>): void {
  if (isErrorCode(code) && (code === 'NEEDS_ANSWER' || ERROR_CODES[code][0] === 'environment') && !OF_ONE_CONVERSATION.has(code))
    throw new OxiosError(code, message, hint === undefined ? {} : { hint });
}

/** These end one agent; another may still succeed. */
const OF_ONE_CONVERSATION: ReadonlySet<ErrorCode> = new Set(['CONTEXT_FULL', 'MODEL_REFUSED', 'SCRIPT_EXHAUSTED']);

const isErrorCode = (code: string): code is ErrorCode => code in ERROR_CODES;
