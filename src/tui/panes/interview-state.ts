import type { RunId } from '../../kernel/ids.ts';
import type { Question } from '../../ouroboros/interview/events.ts';
import type { Interview } from '../../ouroboros/view/interview.ts';
import type { ShellAsk, ShellState } from '../state.ts';

type Known = Pick<ShellState, 'interviews' | 'runs' | 'selected' | 'asks'>;

/** The interview that the pane shows: of the process in front, else one that goes on, else the newest. */
export function interviewInFront({ interviews, runs, selected }: Omit<Known, 'asks'>): RunId | undefined {
  const all = [...interviews.keys()].sort();
  const selects = (run: RunId): boolean => runs.get(run)?.procs.some(({ pid }) => pid === selected) === true;
  return all.find(selects) ?? all.findLast((run) => runs.get(run)?.status === 'running') ?? all.at(-1);
}

/** What is asked now, and how it may be answered. */
export interface Asking {
  readonly ask: ShellAsk;
  /** `question`: of a round; `restate`: whether that is it; `force`: whether it is to be written though it is not clear. */
  readonly is: 'question' | 'restate' | 'force';
  /** Undefined: the interview does not know it, as after a redaction. */
  readonly question: Question | undefined;
  /** With what each is answered, as the interview is answered at a terminal. */
  readonly options: readonly { readonly text: string; readonly reply: string }[];
  /** Which one Enter takes at first. */
  readonly recommended: number;
}

/** The first open question in the order of the interview; whether something is meant comes before all that stands behind it. */
export function askingIn(state: Pick<ShellState, 'asks'>, run: RunId, interview: Interview): Asking | undefined {
  const asks = state.asks.filter((one) => one.run === run && one.kind === 'question');
  const [ask] = asks.toSorted((a, b) => numberOf(a) - numberOf(b));
  if (!ask) return undefined;
  const is = ask.key?.startsWith('confirm ') ? 'restate' : ask.key?.startsWith('force ') ? 'force' : 'question';
  const options = ask.options.map((text, at) => ({ text, reply: String(at + 1) }));
  const question = is === 'question' ? interview.questions.find((one) => one.n === numberOf(ask)) : undefined;
  return { ask, is, question, options, recommended: is === 'force' ? options.length - 1 : (question?.recommended ?? 0) };
}

/** Where the selection is: it begins at what is recommended and goes round. */
export const chosenIn = ({ options, recommended }: Asking, at: number): number => (options.length === 0 ? 0 : (recommended + at) % options.length);

/** The place of a question in the interview, from 1; 0 for one that is no question of a round. */
const numberOf = ({ key = '' }: Pick<ShellAsk, 'key'>): number => Number(/^q(\d+)/u.exec(key)?.[1] ?? 0);
