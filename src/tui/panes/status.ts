import { totalTokens } from '../../kernel/model.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import type { ShellState } from '../state.ts';
import { columnsOf, fitLine, type Line, span, type Tone } from '../text/line.ts';
import { moneyText, tokensText } from './figures.ts';

export type StatusState = Pick<
  ShellState,
  'kernel' | 'runs' | 'session' | 'interviews' | 'work' | 'asks' | 'audit' | 'model' | 'sandbox' | 'context' | 'stopping' | 'queued'
>;

/** One thing the line tells. */
interface Part {
  readonly text: string;
  readonly tone: Tone;
  /** The lowest is left out first where it is narrow; 9 is never left out. */
  readonly worth: number;
}

/** The line at the foot of the screen: the most important at the left, and all that fits. `spin` turns while something runs. */
export function statusLine(state: StatusState, width: number, spin = '●'): Line {
  let parts = partsOf(state, spin);
  while (parts.length > 1 && widthOf(parts) > width) {
    const least = parts.reduce((low, one) => (one.worth <= low.worth ? one : low));
    if (least.worth >= 9) break;
    parts = parts.filter((one) => one !== least);
  }
  return fitLine(
    parts.flatMap((one, at): Line => (at === 0 ? [span(one.text, one.tone)] : [span(GAP, 'border'), span(one.text, one.tone)])),
    width,
  );
}

/** Agents that work: not those that wait for what is said next, and not a root that only waits for those below it. */
export const working = ({ runs }: Pick<ShellState, 'runs'>): number => [...runs.values()].reduce((sum, run) => sum + atWork(run).length, 0);

const GAP = ' · ';
/** From here on a budget or a window is worth a look. */
const NEARLY = 0.8;

const widthOf = (parts: readonly Part[]): number => parts.reduce((sum, one) => sum + columnsOf(one.text), 0) + GAP.length * (parts.length - 1);

function atWork({ status, procs }: RunView): RunView['procs'] {
  if (status !== 'running') return [];
  const parents = new Set(procs.flatMap(({ ppid, state }) => (state.is === 'exited' ? [] : [ppid])));
  const known = new Set(procs.map(({ pid }) => pid));
  return procs.filter(({ pid, ppid, state }) => isBusy(state) && (known.has(ppid) || !parents.has(pid) || runsTool(state)));
}

/** Such as the checks of a conversation, which its root runs. */
const runsTool = (state: RunView['procs'][number]['state']): boolean => state.is === 'waiting' && state.on === 'tool';

const isBusy = (state: RunView['procs'][number]['state']): boolean =>
  state.is === 'ready' || state.is === 'running' || (state.is === 'waiting' && (state.on === 'model' || state.on === 'tool'));

function partsOf(state: StatusState, spin: string): readonly Part[] {
  const busy = working(state);
  const { context, sandbox } = state;
  const asks = state.asks.length;
  return [
    phaseOf(state, busy, spin),
    ...(asks > 0 ? [part(`${asks} ${asks === 1 ? 'waits' : 'wait'} for you (Alt-A)`, 'warn', 8)] : []),
    state.model === '' ? part('no model', 'warn', 7) : part(state.model ?? '', 'text', 7),
    ...(busy > 0 ? [part(`${busy} ${busy === 1 ? 'agent' : 'agents'}`, 'text', 4)] : []),
    ...spent(state),
    ...(context === undefined ? [] : [part(`context ${Math.round(context * 100)}%`, context >= NEARLY ? 'warn' : 'dim', 5)]),
    sandbox === 'none' ? part('no sandbox', 'warn', 6) : part(sandbox, 'dim', 2),
    ...headOf(state),
  ].filter(({ text }) => text !== '');
}

const part = (text: string, tone: Tone, worth: number): Part => ({ text, tone, worth });

/** What goes on. */
function phaseOf(state: StatusState, busy: number, spin: string): Part {
  const { kernel, stopping } = state;
  if (kernel.is === 'opening') return part('opening…', 'dim', 9);
  if (kernel.is === 'failed') return part(kernel.text, 'bad', 9);
  if (stopping.size > 0) return part('stopping…', 'warn', 9);
  if (busy === 0) return part(state.asks.length > 0 ? 'waiting' : 'ready', 'dim', 9);
  return part(`${spin} ${wordOf(state)}`, 'accent', 9);
}

function wordOf({ runs, interviews, work }: StatusState): string {
  const live = [...runs.values()].filter((run) => atWork(run).length > 0);
  const newest = live.at(-1);
  if (newest?.kind === 'interview' || (newest && interviews.has(newest.run))) return 'interview';
  if (newest?.kind === 'run') return phaseOfWork(work.get(newest.run));
  return 'working';
}

function phaseOfWork(progress: ReturnType<StatusState['work']['get']>): string {
  if (progress === undefined) return 'starting';
  const generation = progress.generations.length;
  const of = generation > 1 ? ` (generation ${generation})` : '';
  if (progress.next.wondered) return `evolving${of}`;
  return `${progress.final === undefined ? 'executing' : 'evaluating'}${of}`;
}

/** Of the runs that are here, against the budget of the conversation or the work in front. */
function spent({ runs, session }: StatusState): readonly Part[] {
  const all = [...runs.values()];
  const tokens = all.reduce((sum, run) => sum + totalTokens(run.usage), 0);
  if (tokens === 0) return [];
  const usd = all.reduce<number | null>((sum, { cost_usd }) => (sum === null || cost_usd === null ? null : sum + cost_usd), 0);
  const limits = (session === undefined ? all.at(-1) : runs.get(session))?.limits;
  const of = (limit: string | undefined): string => (limit === undefined ? '' : ` of ${limit}`);
  const tokensOf = limits?.tokens ?? undefined;
  const usdOf = limits?.usd ?? undefined;
  return [
    part(`${tokensText(tokens)}${of(tokensOf === undefined ? undefined : tokensText(tokensOf))} tokens`, tone(tokens, tokensOf), 3),
    part(`${moneyText(usd)}${of(usdOf === undefined ? undefined : moneyText(usdOf))}`, tone(usd ?? 0, usdOf), 6),
  ];
}

const tone = (used: number, limit: number | undefined): Tone => (limit !== undefined && used >= limit * NEARLY ? 'warn' : 'dim');

function headOf({ audit }: StatusState): readonly Part[] {
  if (audit.size === 0) return [];
  const head = `#${audit.size} ${audit.root.slice(0, 8)}`;
  const { verified } = audit;
  if (verified === undefined) return [part(head, 'dim', 1)];
  return verified.ok ? [part(`${head} ✓`, 'dim', 1)] : [part(`${head} ✗ not proved`, 'bad', 8)];
}
