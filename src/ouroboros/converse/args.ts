import { z } from 'zod';
import { AGENT_ARGS } from '../../kernel/loop.ts';

/**
 * What a conversation is started with: `task` is what is said first, empty for a conversation that waits for it. All else is
 * as an agent has it; `history` is what was said in another one.
 */
export const CHAT_ARGS = AGENT_ARGS.omit({ converses: true }).extend({ task: z.string().default('') });

/** Told to whoever converses, besides what all agents are told. */
export const STANDING = [
  'You are in a conversation: the user reads your answers in a terminal, and says more when you have answered.',
  'Answer plain talk plainly, from what you know or can look up, and change nothing for it.',
  'Do small clear tasks at once, and check what you did.',
  'Where something is missing that changes what you would do, ask for it with the tool ask, one question at a time, with answers to choose from.',
  'Where an idea is large, or unclear in what would count as done, do not begin: call suggest_interview once, with the idea in the words of the user.',
  "When you have changed files, the project's own checks are run for you; what they find is told to you. Commands the user runs themselves are told to you too.",
].join('\n');
