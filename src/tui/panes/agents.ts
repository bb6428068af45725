import type { Millis, Pid } from '../../kernel/ids.ts';
import type { ProcState, ProcView } from '../../kernel/kernel-types.ts';
import type { ShellState } from '../state.ts';
import { columnsOf, fitLine, type Line, line, padLine, plainText, type Span, span, type Tone } from '../text/line.ts';
import { moneyText, tokensText, wholeTime } from './figures.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A process and where it stands in the tree. */
export interface Branch {
  readonly proc: ProcView;
  /** What is drawn before its name, three columns a level. */
  readonly twigs: string;
  /** The root of a run, with somebody at work below it: it only waits. */
  readonly isParent: boolean;
}

export type AgentsState = Pick<ShellState, 'runs' | 'scroll' | 'selected' | 'focus' | 'now' | 'stopping'>;

/** All processes as a tree, in the order in which they are listed: runs by age, children below their parents. */
export function branchesOf(state: Pick<ShellState, 'runs' | 'scroll'>): readonly Branch[] {
  const wanted = state.scroll.agents.filter.toLowerCase();
  const branches = [...state.runs.values()].flatMap((run) => treeOf(run.procs));
  return wanted === '' ? branches : branches.filter(({ proc }) => `${proc.pid} ${proc.name} ${proc.tool ?? ''} ${proc.model}`.toLowerCase().includes(wanted));
}

/** The process that the keys of the pane act on. */
export const agentAt = (state: Pick<ShellState, 'runs' | 'scroll'>): ProcView | undefined => {
  const branches = branchesOf(state);
  return branches[Math.min(state.scroll.agents.at, branches.length - 1)]?.proc;
};

/** The first that is shown. */
export const agentsTop = (state: Pick<ShellState, 'runs' | 'scroll'>, height: number): number =>
  topOf(state.scroll.agents.at, branchesOf(state).length, height);

const topOf = (at: number, count: number, height: number): number => Math.max(0, Math.min(Math.min(at, count - 1) - Math.floor(height / 2), count - height));

export const agentsTitle = (state: Pick<ShellState, 'runs' | 'scroll'>): string => {
  const alive = [...state.runs.values()].flatMap((run) => run.procs).filter((proc) => proc.state.is !== 'exited').length;
  const { filter } = state.scroll.agents;
  return `Agents${alive > 0 ? ` ${alive}` : ''}${filter === '' ? '' : ` /${filter}`}`;
};

/** The process tree. Columns are dropped from the right of `COLUMNS` where it is narrow; the name is cut last. */
export function agentsRows(state: AgentsState, { width, height }: Size): readonly Line[] {
  const branches = branchesOf(state);
  if (branches.length === 0) return emptyAgents(state.scroll.agents.filter).slice(0, height);
  const at = Math.min(state.scroll.agents.at, branches.length - 1);
  const top = topOf(at, branches.length, height);
  const columns = columnsFor(width);
  return branches.slice(top, top + height).map((branch, index) => {
    const isAt = state.focus === 'agents' && top + index === at;
    return rowOf(branch, { state, width, columns, isAt });
  });
}

/** Newest known state of a process in one word, and how it looks. */
export function stateOf(proc: ProcView, isStopping: boolean): readonly [sign: string, word: string, tone: Tone] {
  if (isStopping && proc.state.is !== 'exited') return ['◌', 'stops', 'warn'];
  return proc.state.is === 'waiting' ? WAITS[proc.state.on] : proc.state.is === 'exited' ? exitOf(proc.state) : STATES[proc.state.is];
}

type Look = readonly [sign: string, word: string, tone: Tone];

const STATES: Readonly<Record<'ready' | 'running' | 'stopped', Look>> = {
  ready: ['○', 'ready', 'dim'],
  running: ['●', 'running', 'accent'],
  stopped: ['‖', 'stopped', 'warn'],
};

const WAITS: Readonly<Record<Extract<ProcState, { is: 'waiting' }>['on'], Look>> = {
  model: ['●', 'model', 'accent'],
  tool: ['●', 'tool', 'accent'],
  approval: ['?', 'asks', 'warn'],
  child: ['○', 'waits', 'dim'],
  timer: ['○', 'timer', 'dim'],
  message: ['○', 'idle', 'text'],
};

function exitOf({ exit }: Extract<ProcState, { is: 'exited' }>): Look {
  if (exit.how === 'done') return ['✓', 'done', 'good'];
  return exit.how === 'failed' ? ['✗', 'failed', 'bad'] : ['✗', 'killed', 'dim'];
}

function treeOf(procs: readonly ProcView[]): readonly Branch[] {
  const known = new Set(procs.map((proc) => proc.pid));
  const children = Map.groupBy(procs, (proc) => (known.has(proc.ppid) && proc.ppid !== proc.pid ? proc.ppid : NO_PARENT));
  return (children.get(NO_PARENT) ?? []).flatMap((proc) => [{ proc, twigs: '', isParent: isParent(proc, children) }, ...below(proc.pid, '', children)]);
}

const isParent = ({ pid, state }: ProcView, children: ReadonlyMap<Pid, readonly ProcView[]>): boolean =>
  state.is === 'running' && (children.get(pid) ?? []).some((one) => one.state.is !== 'exited');

const below = (pid: Pid, lead: string, children: ReadonlyMap<Pid, readonly ProcView[]>): readonly Branch[] =>
  (children.get(pid) ?? []).flatMap((proc, at, all) => {
    const isLast = at === all.length - 1;
    return [{ proc, twigs: `${lead}${isLast ? '└ ' : '├ '}`, isParent: false }, ...below(proc.pid, `${lead}${isLast ? '  ' : '│ '}`, children)];
  });

const NO_PARENT = -1 as Pid;

interface Column {
  readonly width: number;
  /** The pane is at least so wide. */
  readonly from: number;
  text(proc: ProcView, now: Millis): string;
}

/** Right of the name, in this order. */
const COLUMNS: Readonly<Record<'state' | 'turn' | 'tokens' | 'cost' | 'elapsed', Column>> = {
  state: { width: 8, from: 20, text: () => '' },
  turn: { width: 4, from: 44, text: ({ turn }) => (turn > 0 ? `t${turn}` : '') },
  tokens: { width: 6, from: 32, text: ({ tokens }) => (tokens > 0 ? tokensText(tokens) : '') },
  cost: { width: 7, from: 52, text: ({ cost_usd }) => (cost_usd === 0 ? '' : moneyText(cost_usd)) },
  elapsed: { width: 6, from: 30, text: (proc, now) => (isIdle(proc) ? '' : wholeTime((proc.ended_at ?? now) - proc.started_at)) },
};

/** Who waits for what is said next is at nothing that takes time. */
const isIdle = ({ state }: ProcView): boolean => state.is === 'waiting' && state.on === 'message';

/** A tool's line beside the name needs so much. */
const TOOL_FROM = 70;
const NAME = { least: 10, most: 30 };

type ColumnName = keyof typeof COLUMNS;
const columnsFor = (width: number): readonly ColumnName[] => (Object.keys(COLUMNS) as ColumnName[]).filter((name) => width >= COLUMNS[name].from);

interface RowAsk {
  readonly state: AgentsState;
  readonly width: number;
  readonly columns: readonly ColumnName[];
  readonly isAt: boolean;
}

function rowOf({ proc, twigs, isParent }: Branch, { state, width, columns, isAt }: RowAsk): Line {
  const [sign, word, tone] = isParent ? WAITS.child : stateOf(proc, state.stopping.has(proc.pid));
  const isOver = proc.state.is === 'exited';
  const fixed = columns.reduce((sum, name) => sum + COLUMNS[name].width, 0);
  const room = Math.max(0, width - 2 - fixed);
  const label = nameOf(proc, twigs, state.selected === proc.pid);
  const name =
    width >= TOOL_FROM ? Math.min(room, Math.max(NAME.least, Math.min(NAME.most, label.reduce((sum, one) => sum + columnsOf(one.text), 0) + 1))) : room;
  const cells = columns.map((column): Span => {
    if (column === 'state') return span(fitText(` ${width < TOOL_FROM ? toolWord(proc, word) : word}`, COLUMNS.state.width), tone);
    return span(COLUMNS[column].text(proc, state.now).padStart(COLUMNS[column].width), 'dim');
  });
  const tool = width >= TOOL_FROM ? padLine(line(span(` ${proc.tool ?? ''}`, 'code')), room - name) : [];
  const row = [span(`${sign} `, tone), ...padLine(isOver ? dimmed(label) : label, name), ...tool, ...cells];
  return isAt ? fitLine(row, width).map((one) => ({ ...one, tone: 'select' as const })) : fitLine(row, width);
}

/** What runs in one word, where there is no room for its line. */
const toolWord = (proc: ProcView, word: string): string => (word === 'tool' ? (proc.tool?.split(/[\s:(]/u, 1)[0] ?? word) : word);

const fitText = (text: string, width: number): string => plainText(padLine([span(text)], width));

const nameOf = (proc: ProcView, twigs: string, isFront: boolean): Line => [
  span(twigs, 'border'),
  span(proc.name, isFront ? 'strong' : 'text'),
  span(` ${proc.pid}`, 'dim'),
  ...(proc.nice === 0 ? [] : [span(` n${proc.nice > 0 ? '+' : ''}${proc.nice}`, 'dim')]),
];

const dimmed = (of: Line): Line => of.map((one) => ({ ...one, tone: 'dim' as const }));

const emptyAgents = (filter: string): readonly Line[] =>
  filter === ''
    ? [line(span('No agents yet.', 'dim')), [], line(span('Type what you want', 'dim')), line(span('and press Enter.', 'dim'))]
    : [line(span(`No agent matches /${filter}.`, 'dim'))];
