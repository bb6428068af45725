import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Part } from '../../kernel/message.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import { reading } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { wrap } from '../render/wrap.ts';
import { type Command, flag, PID, pidIn } from './shared.ts';

export const logs: Command = {
  name: 'logs',
  usage: 'logs <pid>',
  describe: 'Show what a process said and did',
  examples: [['oxios logs 2 -f', 'and go on as it happens']],
  options: (yargs) => yargs.positional('pid', PID).option('follow', { alias: 'f', type: 'boolean', describe: 'go on with what comes' }),
  async run(args) {
    const io = createIo(args);
    const pid = pidIn(args);
    const store = reading(homePath(args.home));
    const proc = store
      .runs()
      .flatMap((run) => run.procs)
      .findLast((one) => one.pid === pid);
    if (!proc) throw new OxiosError('NOT_FOUND', `no process ${pid}`, { hint: 'see them with oxios ps --all' });
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    for await (const event of store.read({ run: proc.run, pid: proc.pid, follow: flag(args.follow) }, stop.signal)) {
      const line = io.json ? JSON.stringify(event) : lineOf(event);
      if (line !== undefined) io.out(io.json ? line : wrap(sanitize(line), process.stdout.columns, 9));
      if (event.type === 'process.exited' && flag(args.follow)) break;
    }
    store.close();
    return EXIT.ok;
  },
};

/** One event as a person reads it; undefined for bookkeeping. */
export function lineOf(event: KernelEvent): string | undefined {
  const at = new Date(event.at).toISOString().slice(11, 19);
  switch (event.type) {
    case 'process.forked':
      return `${at} began: ${event.name}\n${String((event.args as JsonObject | null)?.task ?? '')}`.trimEnd();
    case 'message.sent':
      return `${at} ${event.from}: ${event.text}`;
    case 'model.answered': {
      const text = (event.parts as unknown as readonly Part[]).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
      return text === '' ? undefined : `${at} ${text}`;
    }
    case 'model.failed':
      return `${at} ${event.code}: ${event.message}`;
    case 'tool.intended':
      return `${at} > ${event.tool}: ${event.action}`;
    case 'tool.denied':
      return `${at} x ${event.tool}: ${event.action}: ${event.decision.reason}`;
    case 'tool.finished':
      return event.text === '' ? undefined : indented(event.text);
    case 'tool.indoubt':
      return `${at} ? ${event.text}`;
    case 'turn.interrupted':
      return `${event.text.trim() === '' ? '' : `${at} ${event.text}\n`}${at} the turn was interrupted by ${event.by}`;
    case 'process.signalled':
      return `${at} signal ${event.signal} from ${event.by}`;
    case 'process.exited':
      return `${at} ended: ${event.exit.how === 'failed' ? `${event.exit.code}: ${event.exit.message.split('\n')[0]}` : event.exit.how}`;
    default:
      return undefined;
  }
}

const MAX_LINES = 20;

function indented(text: string): string {
  const lines = text.split('\n');
  const shown = lines.slice(0, MAX_LINES).map((line) => `         ${line}`);
  return lines.length > MAX_LINES ? `${shown.join('\n')}\n         [${lines.length - MAX_LINES} more]` : shown.join('\n');
}
