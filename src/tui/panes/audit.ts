import type { KernelEvent } from '../../kernel/events.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { ShellState } from '../state.ts';
import { fitLine, type Line, line, padLine, type Span, span, type Tone } from '../text/line.ts';
import type { Size } from './agents.ts';

export type AuditState = Pick<ShellState, 'audit' | 'scroll' | 'focus' | 'runs'>;

/** Entries that match all words of the filter: a type (`tool.`), `agent:NAME`, `pid:12`, `run:ID`, or text. */
export function entriesOf({ audit, scroll, runs }: Omit<AuditState, 'focus'>): readonly KernelEvent[] {
  const words = scroll.audit.filter.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return audit.entries;
  const tests = words.map((word) => testOf(word, runs));
  return audit.entries.filter((entry) => tests.every((test) => test(entry)));
}

/** The state with another window of the log, in which what is selected stays so; at the newest one it follows. */
export function withAudit<S extends Omit<AuditState, 'focus'>>(state: S, audit: S['audit']): S {
  const { at } = state.scroll.audit;
  const leaf = at === 0 || audit.entries === state.audit.entries ? undefined : entryAt(state)?.leaf;
  if (leaf === undefined) return { ...state, audit };
  const after = entriesOf({ ...state, audit }).filter((one) => one.leaf > leaf).length;
  return { ...state, audit, scroll: { ...state.scroll, audit: { ...state.scroll.audit, at: after } } };
}

/** The entry that the keys of the pane act on: `at` counts from the newest. */
export function entryAt(state: Omit<AuditState, 'focus'>): KernelEvent | undefined {
  const entries = entriesOf(state);
  return entries[Math.max(0, entries.length - 1 - state.scroll.audit.at)];
}

export const auditTitle = ({ scroll }: Pick<ShellState, 'scroll'>): string => `Audit${scroll.audit.filter === '' ? '' : ` /${scroll.audit.filter}`}`;

/** The log as it grows, newest at the foot, and what is known of its proof above. Only rows that are seen are made. */
export function auditRows(state: AuditState, { width, height }: Size): readonly Line[] {
  const head = headLine(state.audit, width);
  const room = Math.max(0, height - 1);
  const entries = entriesOf(state);
  if (entries.length === 0) return [head, ...emptyAudit(state).slice(0, room)];
  const back = Math.min(state.scroll.audit.at, entries.length - 1);
  const at = entries.length - 1 - back;
  const last = Math.min(entries.length, Math.max(at + 1 + Math.floor(room / 2), room));
  const shown = entries.slice(Math.max(0, last - room), last);
  const selected = state.focus === 'audit' ? entries[at] : undefined;
  return [head, ...shown.map((entry) => rowOf(entry, width, entry === selected))].slice(0, height);
}

/** What an entry says, in one line. */
export function summaryOf(entry: KernelEvent): string {
  const data = entry as unknown as Readonly<Record<string, Json>>;
  const said = SAYS.flatMap((field) => (typeof data[field] === 'string' || typeof data[field] === 'number' ? [String(data[field])] : []));
  const more = MORE[entry.type]?.(data);
  return oneLine([more, ...said].filter((one) => one !== undefined && one !== '').join(' '));
}

type Data = Readonly<Record<string, Json>>;

/** Fields that say most of an entry, in the order in which they are shown. */
const SAYS = [
  'action',
  'title',
  'name',
  'signal',
  'model',
  'outcome',
  'rule',
  'criterion',
  'verdict',
  'status',
  'code',
  'reason',
  'text',
  'message',
  'limit',
  'to',
];

const MORE: Readonly<Record<string, (data: Data) => string>> = {
  'process.exited': ({ exit }) => (isObject(exit) ? [exit.how, exit.code, exit.signal].filter((one) => typeof one === 'string').join(' ') : ''),
  'model.answered': ({ usage }) => (isObject(usage) ? `${String(usage.output)} tokens` : ''),
  'tool.finished': ({ tool, ok, ms }) => `${String(tool)} ${ok === true ? 'ok' : 'failed'} ${Math.round(Number(ms))} ms`,
  'tool.denied': ({ tool }) => String(tool),
};

type Test = (entry: KernelEvent) => boolean;

function testOf(word: string, runs: AuditState['runs']): Test {
  const [, field, value = ''] = /^(agent|pid|run|type):(.+)$/u.exec(word) ?? [];
  const test = field === undefined ? undefined : FIELDS[field]?.(value, runs);
  return test ?? ((entry) => entry.type.includes(word) || summaryOf(entry).toLowerCase().includes(word));
}

const FIELDS: Readonly<Record<string, (value: string, runs: AuditState['runs']) => Test>> = {
  agent(value, runs) {
    const named = [...runs.values()].flatMap(({ procs }) => procs.filter(({ name }) => name.toLowerCase().startsWith(value)));
    const pids = new Set(named.map(({ pid }) => pid));
    return ({ pid }) => pids.has(pid);
  },
  pid: (value) => (entry) => String(entry.pid) === value,
  run: (value) => (entry) => entry.run.toLowerCase().startsWith(value),
  type: (value) => (entry) => entry.type.startsWith(value),
};

function headLine({ entries, size, root, verified, verifying }: ShellState['audit'], width: number): Line {
  const proof: Span = verifying ? span('proving…', 'accent') : verified === undefined ? span('v proves it', 'dim') : proved(verified, size);
  if (size === 0 && entries.length > 0) return fitLine([span('counting…', 'dim')], width);
  if (size === 0) return fitLine([span('no entries', 'dim')], width);
  return fitLine([span(`${size} ${size === 1 ? 'entry' : 'entries'} · `, 'dim'), proof, span(` · head ${root.slice(0, 16)}`, 'dim')], width);
}

/** Of a log that went on growing since, not all is proved. */
function proved({ ok, entries, of, reason }: NonNullable<ShellState['audit']['verified']>, size: number): Span {
  if (ok) return span(`verified ${entries} of ${Math.max(size, of)}`, entries < size ? 'dim' : 'good');
  return span(`broken after ${entries} of ${of}${reason === undefined ? '' : `: ${reason}`}`, 'bad');
}

const TONES: Readonly<Record<string, Tone>> = {
  'tool.denied': 'bad',
  'model.failed': 'bad',
  'budget.exceeded': 'bad',
  'tool.indoubt': 'warn',
  'approval.asked': 'warn',
  'approval.refused': 'bad',
  'capability.granted': 'warn',
  'capability.revoked': 'warn',
  'run.started': 'accent',
  'run.result': 'accent',
};

/** The type needs so many columns; where it is narrow, less than half of the row. */
const TYPE = { most: 20, from: 44 };

function rowOf(entry: KernelEvent, width: number, isAt: boolean): Line {
  const leaf = String(entry.leaf);
  const pid = entry.pid > 0 ? String(entry.pid) : '-';
  const type = width >= TYPE.from ? TYPE.most : Math.max(8, Math.floor(width * 0.45));
  const row = line(
    span(`${leaf.padStart(5)} `, 'dim'),
    ...padLine([span(entry.type, TONES[entry.type] ?? 'text')], type),
    ...(width >= TYPE.from ? [span(`${pid.padStart(5)} `, 'dim')] : [span(' ')]),
    span(summaryOf(entry), 'dim'),
  );
  const fitted = fitLine(row, width);
  return isAt ? fitted.map((one) => ({ ...one, tone: 'select' as const })) : fitted;
}

const emptyAudit = ({ scroll }: AuditState): readonly Line[] =>
  scroll.audit.filter === ''
    ? [line(span('Everything that happens is an entry here.', 'dim')), line(span('Say something to an agent to see the first.', 'dim'))]
    : [
        line(span(`No entry of the last ones matches /${scroll.audit.filter}.`, 'dim')),
        line(span('Words: a type (tool.), agent:NAME, pid:12, run:ID, or text.', 'dim')),
      ];

/** A long text is looked at only as far as a row can be. */
const MOST = 400;
const oneLine = (text: string): string =>
  sanitize(text.slice(0, MOST))
    .replace(/\s*[\n\t]\s*/gu, ' ')
    .trim();
