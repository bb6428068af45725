import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { KERNEL_EVENTS, type KernelEvent } from '../../kernel/events.ts';
import { nearest } from '../../kernel/text/nearest.ts';
import { OUROBOROS_EVENTS } from '../../ouroboros/events.ts';
import { reading } from '../boot.ts';
import { type Args, flag, text, texts } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import type { Io } from '../io.ts';
import { fit, oneLine } from '../render/fit.ts';
import { runWanted } from './run-wanted.ts';

/** Entries as lines, oldest first; on a terminal each fits its width. */
export async function list(io: Io, args: Args<Record<string, unknown>>): Promise<number> {
  const types = texts(args.type);
  types?.forEach(checkType);
  const store = reading(homePath(args.home));
  const run = runWanted(store, text(args.run));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const show = io.json ? (event: KernelEvent) => JSON.stringify(event) : lineFor(run === undefined, process.stdout.isTTY ? process.stdout.columns : undefined);
  const range = { follow: flag(args.follow), ...(run ? { run } : {}), ...(types ? { types } : {}) };
  for await (const event of store.read(range, stop.signal)) io.out(show(event));
  store.close();
  return EXIT.ok;
}

const lineFor = (ofAll: boolean, width: number | undefined) => (event: KernelEvent) => {
  const line = lineOf(event, ofAll ? ` ${event.run.padEnd(18)}` : '');
  return width === undefined ? line : fit(line, width);
};

const TYPES: readonly string[] = [...Object.keys(KERNEL_EVENTS), ...Object.keys(OUROBOROS_EVENTS)];

function checkType(type: string): void {
  if (TYPES.includes(type)) return;
  const meant = nearest(type, TYPES);
  throw new OxiosError('USAGE', `there is no event of type ${type}${meant === undefined ? '' : `; did you mean ${meant}?`}`, {
    hint: 'all types are in docs/events.md',
  });
}

/** Number, time (UTC), run, process, who, what: they stand straight in a log of up to 99,999 entries. */
const lineOf = (event: KernelEvent, run: string): string => {
  const { leaf, at, pid, actor, type } = event;
  const time = new Date(at).toISOString().slice(0, 19);
  return `${String(leaf).padStart(5)} ${time}Z${run} ${String(pid).padStart(3)} ${actor.padEnd(8)} ${oneLine(`${type} ${detailOf(event)}${event.redacted ? ' [redacted]' : ''}`)}`;
};

/** What tells one event from another of its type, in the order in which it is looked for. */
const TELLING = ['action', 'criterion', 'outcome', 'signal', 'rule', 'key', 'code', 'name', 'title'];

function detailOf(event: KernelEvent): string {
  const fields = event as unknown as Readonly<Record<string, unknown>>;
  const found = TELLING.map((field) => fields[field]).find((value) => typeof value === 'string');
  return found === undefined ? '' : String(found);
}
