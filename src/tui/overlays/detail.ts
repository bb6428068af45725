import type { Millis, Pid } from '../../kernel/ids.ts';
import type { ProcView } from '../../kernel/kernel-types.ts';
import { totalTokens } from '../../kernel/model.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { diffRows } from '../diff/rows.ts';
import type { Item, Overlay, ShellState } from '../state.ts';
import { columnsOf, type Line, line, span, type Tone } from '../text/line.ts';
import { dollars } from './ago.ts';
import { flow } from './flow.ts';
import { hints, type Size, sheetRows, type View } from './sheet.ts';
import { valueRows } from './value.ts';

export type DetailOf = Extract<Overlay, { readonly is: 'detail' }>['of'];

/** All that is known of one thing: a process, an entry of the log, a tool call; or what everything cost. */
export function detailRows(view: View & { readonly of: DetailOf }, size: Size): readonly Line[] {
  const { state, keymap, of } = view;
  const { title, body } = detailOf(of, state, size.width);
  const foot = hints(keymap, 'detail', { up: 'up', down: 'down', page: 'pager', interrupt: 'close' }, size.width);
  return sheetRows({ title: line(span(title, 'title')), body, foot, at: { top: state.scroll.overlay.at } }, size);
}

export interface Detail {
  readonly title: string;
  readonly body: readonly Line[];
}

export function detailOf(of: DetailOf, state: ShellState, width: number): Detail {
  if ('pid' in of) return processDetail(of.pid, state, width);
  if ('leaf' in of) return entryDetail(of.leaf, state, width);
  return 'call' in of ? callDetail(of.call, state, width) : costDetail(state, width);
}

function processDetail(pid: Pid, state: ShellState, width: number): Detail {
  const run = [...state.runs.values()].find((one) => one.procs.some((proc) => proc.pid === pid));
  const proc = run?.procs.find((one) => one.pid === pid);
  if (!run || !proc) return { title: `Process ${pid}`, body: flow('It is not known any more: /sessions has what its run was.', width, { tone: 'dim' }) };
  const fields: readonly Field[] = [
    ['state', ...stateText(proc)],
    ['tool', proc.tool ?? ''],
    ['run', `${run.run} ${run.title}`],
    ['parent', proc.ppid === 0 ? '' : String(proc.ppid)],
    ['body', proc.body],
    ['model', proc.model],
    ['turn', String(proc.turn)],
    ['tokens', String(proc.tokens)],
    ['cost', dollars(proc.cost_usd)],
    ['nice', String(proc.nice)],
    ['began', timeOf(proc.started_at)],
    ['took', `${Math.max(0, Math.round(((proc.ended_at ?? state.now) - proc.started_at) / 1000))} s`],
    ['folder', run.cwd],
  ];
  return { title: `Process ${pid} · ${proc.name}`, body: table(fields, width) };
}

function stateText({ state }: ProcView): readonly [text: string, tone: Tone] {
  if (state.is === 'waiting') return [`waits for ${state.on}`, 'text'];
  if (state.is !== 'exited') return [state.is, 'text'];
  const { exit } = state;
  if (exit.how === 'done') return [`done: ${exit.text}`, 'good'];
  if (exit.how === 'failed') return [`failed: ${exit.code}: ${exit.message}${exit.hint === undefined ? '' : ` (${exit.hint})`}`, 'bad'];
  return [`killed by ${exit.signal}`, 'warn'];
}

function entryDetail(leaf: number, { audit }: ShellState, width: number): Detail {
  const entry = audit.entries.find((one) => one.leaf === leaf);
  if (!entry) return { title: `Entry ${leaf}`, body: flow('It is only in the log: oxios audit list.', width, { tone: 'dim' }) };
  const { type, at, run, pid, actor, seq, taint, v: _v, leaf: _leaf, mono: _mono, boot: _boot, ...said } = entry;
  const fields: readonly Field[] = [
    ['at', timeOf(at)],
    ['run', `${run}, its entry ${seq}`],
    ['process', String(pid)],
    ['actor', actor],
    ['taint', (taint ?? []).join(', '), 'warn'],
  ];
  const body = Object.entries(said).flatMap(([key, value]) => valueRows(key, value, 0, width));
  return { title: `Entry ${leaf} · ${type}`, body: [...table(fields, width), [], ...body] };
}

function callDetail(call: string, state: ShellState, width: number): Detail {
  const item = toolItem(state, call);
  if (!item) return { title: `Call ${call}`, body: flow('It is only in the log: oxios logs.', width, { tone: 'dim' }) };
  const { tool, action, how, text, cut, diff, ms } = item;
  const fields: readonly Field[] = [
    ['action', action, 'strong'],
    ['outcome', ms === undefined ? how : `${how} after ${ms} ms`, TONES[how]],
  ];
  return {
    title: `Call ${call} · ${tool}`,
    body: [
      ...table(fields, width),
      ...(text === '' ? [] : [[], ...flow(text, width)]),
      ...(cut > 0 ? flow(`${cut} characters more are in the log.`, width, { tone: 'dim' }) : []),
      ...(diff === undefined ? [] : [[], ...diffRows(diff, { width })]),
    ],
  };
}

export const toolItem = ({ transcripts }: Pick<ShellState, 'transcripts'>, call: string): Extract<Item, { readonly is: 'tool' }> | undefined => {
  for (const { items } of transcripts.values()) {
    const found = items.find((one) => one.is === 'tool' && one.call === call);
    if (found?.is === 'tool') return found;
  }
  return undefined;
};

const TONES: Readonly<Record<Extract<Item, { readonly is: 'tool' }>['how'], Tone>> = {
  asks: 'warn',
  runs: 'accent',
  ok: 'good',
  failed: 'bad',
  denied: 'bad',
  unknown: 'warn',
};

function costDetail({ runs }: ShellState, width: number): Detail {
  const all = [...runs.values()];
  if (all.length === 0) return { title: 'Cost', body: flow('Nothing was asked of a model yet.', width, { tone: 'dim' }) };
  const known = all.every((one) => one.cost_usd !== null);
  const rows = [
    ['TOKENS', 'COST', 'TURNS', 'WHAT'] as const,
    ...all.map((one) => [String(totalTokens(one.usage)), dollars(one.cost_usd), String(one.turns), whatOf(one)] as const),
    [
      String(all.reduce((sum, one) => sum + totalTokens(one.usage), 0)),
      dollars(known ? all.reduce((sum, one) => sum + (one.cost_usd ?? 0), 0) : null),
      String(all.reduce((sum, one) => sum + one.turns, 0)),
      'all together',
    ] as const,
  ];
  const wide = [0, 1, 2].map((at) => Math.max(...rows.map((row) => columnsOf(row[at] ?? ''))));
  const body = rows.map((row, at) => {
    const figures = wide.map((columns, place) => `${(row[place] ?? '').padStart(columns)}  `).join('');
    return line(span(`${figures}${row[3]}`, at === 0 ? 'dim' : at === rows.length - 1 ? 'strong' : 'text'));
  });
  return { title: 'Cost', body };
}

const whatOf = ({ kind, title, run }: RunView): string => `${kind}: ${title === '' ? run : title.replace(/\s+/gu, ' ')}`;

type Field = readonly [name: string, text: string, tone?: Tone];

const table = (fields: readonly Field[], width: number): readonly Line[] =>
  fields.flatMap(([name, text, tone = 'text']) => (text === '' ? [] : flow(text, width, { tone, lead: span(name.padEnd(NAME), 'dim') })));

const NAME = 9;

const timeOf = (at: Millis): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
