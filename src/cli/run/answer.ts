import { createInterface, type Interface } from 'node:readline/promises';
import { OxiosError } from '../../kernel/errors.ts';
import type { EventOf } from '../../kernel/events.ts';
import type { AskId } from '../../kernel/ids.ts';
import type { Kernel, Reply } from '../../kernel/kernel-types.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';

type Asked = EventOf<'approval.asked'>;

/** Puts approvals and questions to the person at the terminal, one after the other. */
export interface Answering {
  ask(event: Asked, kernel: Kernel): void;
  /** Takes an open question away: its run has ended. */
  stop(): void;
}

export function createAnswering(beforeAsking: () => void): Answering {
  const stopped = new AbortController();
  let turn: Promise<void> = Promise.resolve();
  const put = async (event: Asked, kernel: Kernel) => {
    if (stopped.signal.aborted) return;
    beforeAsking();
    try {
      const reply = await promptFor(event, stopped.signal);
      if (reply) await kernel.answer(event.ask as AskId, reply, 'user at the terminal');
    } catch (error) {
      // The question has been answered elsewhere, or its run has ended.
      if (!(error instanceof OxiosError)) throw error;
      process.stderr.write(`${error.detail}\n`);
    }
  };
  return {
    ask(event, kernel) {
      turn = turn.then(() => put(event, kernel));
    },
    stop: () => stopped.abort(),
  };
}

/** Undefined when the question was taken away. */
async function promptFor(event: Asked, signal: AbortSignal): Promise<Reply | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C ends the run, as it does without a question.
  terminal.on('SIGINT', () => process.emit('SIGINT'));
  try {
    await keysPressedBefore();
    return event.kind === 'question' ? await question(terminal, event, signal) : await approval(terminal, event, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    terminal.close();
  }
}

/** What was typed before the question was painted is no answer to it. */
async function keysPressedBefore(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  while (process.stdin.read() !== null);
}

async function question(terminal: Interface, event: Asked, signal: AbortSignal): Promise<Reply> {
  const options = event.options.map((one, at) => `\n  ${at + 1}) ${sanitize(one)}`).join('');
  const typed = (await terminal.question(`\n${sanitize(event.text)}${options}\n> `, { signal })).trim();
  return { verdict: 'text', text: event.options[Number(typed) - 1] ?? typed };
}

async function approval(terminal: Interface, event: Asked, signal: AbortSignal): Promise<Reply> {
  process.stderr.write(
    `\nAn agent wants to: ${sanitize(event.text)}\n  needs: ${event.needs.map(sanitize).join(', ')}\n  why it is asked: ${sanitize(event.reason)}\n`,
  );
  const typed = (await terminal.question('Allow it? [y] once, [r] for this run, [N] no: ', { signal })).trim().toLowerCase();
  if (typed === 'y' || typed === 'yes') return { verdict: 'allow', scope: 'once' };
  return typed === 'r' ? { verdict: 'allow', scope: 'run' } : { verdict: 'deny', scope: 'once' };
}
