import { createInterface } from 'node:readline/promises';
import type { EventOf } from '../../kernel/events.ts';
import type { Reply } from '../../kernel/kernel-types.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';

/** Asks the person at the terminal. Keys pressed before the question was on the screen do not count. */
export async function promptFor(event: EventOf<'approval.asked'>): Promise<Reply> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    await new Promise((resolve) => setImmediate(resolve));
    process.stdin.read();
    if (event.kind === 'question') {
      const options = event.options.map((one, at) => `\n  ${at + 1}) ${sanitize(one)}`).join('');
      const typed = (await terminal.question(`\n${sanitize(event.text)}${options}\n> `)).trim();
      return { verdict: 'text', text: event.options[Number(typed) - 1] ?? typed };
    }
    process.stderr.write(
      `\nAn agent wants to: ${sanitize(event.text)}\n  needs: ${event.needs.map(sanitize).join(', ')}\n  why it is asked: ${sanitize(event.reason)}\n`,
    );
    const typed = (await terminal.question('Allow it? [y] once, [r] for this run, [N] no: ')).trim().toLowerCase();
    if (typed === 'y' || typed === 'yes') return { verdict: 'allow', scope: 'once' };
    return typed === 'r' ? { verdict: 'allow', scope: 'run' } : { verdict: 'deny', scope: 'once' };
  } finally {
    terminal.close();
  }
}
