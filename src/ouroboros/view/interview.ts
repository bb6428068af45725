import type { z } from 'zod';
import type { KernelEvent } from '../../kernel/events.ts';
import type { Json } from '../../kernel/json.ts';
import type { Ambiguity, Clarity, Part } from '../interview/ambiguity.ts';
import type { Project } from '../interview/brownfield.ts';
import type { INTERVIEW_EVENTS, Question } from '../interview/events.ts';

export type Phase = 'created' | 'asking' | 'awaiting' | 'scoring' | 'ready' | 'restate' | 'seeded' | 'aborted' | 'blocked';

export interface Answer {
  readonly text: string;
  /** `user` and `auto` (the proposal, as the user left it to Oxios) are decisions; `deferred` is none. */
  readonly provenance: 'user' | 'auto' | 'deferred';
}

export interface Scored extends Ambiguity {
  readonly round: number;
  readonly clarity: Clarity;
  readonly uncited: readonly Part[];
  readonly because: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

export interface Draft {
  readonly revision: number;
  readonly draft: Json;
  readonly flaws: readonly string[];
}

/** An interview so far; a fold of its events. */
export interface Interview {
  readonly is: Phase;
  readonly request: string;
  readonly begunAt: number;
  readonly project: Project;
  readonly rules: { readonly max_rounds: number; readonly unattended: boolean; readonly forced: boolean };
  /** Rounds asked. */
  readonly round: number;
  readonly questions: readonly Question[];
  readonly answers: ReadonlyMap<number, Answer>;
  /** How often each question was put in vain, by its number. */
  readonly turns: ReadonlyMap<number, number>;
  readonly scores: readonly Scored[];
  /** It is to be written though it does not qualify. */
  readonly degraded: boolean;
  /** Since the user last corrected one. */
  readonly drafts: readonly Draft[];
  /** All there ever were. */
  readonly revisions: number;
  /** What the untouched workspace said of commands: by revision, by criterion. */
  readonly preflights: ReadonlyMap<number, ReadonlyMap<string, { readonly flaw?: string; readonly note?: string }>>;
  readonly corrections: readonly string[];
  readonly restated: string | undefined;
  readonly yaml: string | undefined;
  /** Rounds and scores there were when it was blocked last: it goes on from there. */
  readonly blockedAt: { readonly round: number; readonly scores: number };
  readonly stalls: number;
}

export const NO_INTERVIEW: Interview = {
  is: 'created',
  request: '',
  begunAt: 0,
  project: { brownfield: false, observations: [], dependencies: [], patterns: [] },
  rules: { max_rounds: 0, unattended: false, forced: false },
  round: 0,
  questions: [],
  answers: new Map(),
  turns: new Map(),
  scores: [],
  degraded: false,
  drafts: [],
  revisions: 0,
  preflights: new Map(),
  corrections: [],
  restated: undefined,
  yaml: undefined,
  blockedAt: { round: 0, scores: 0 },
  stalls: 0,
};

type Events = typeof INTERVIEW_EVENTS;
type Folds = { readonly [T in keyof Events]: (state: Interview, event: z.infer<Events[T]>, at: number) => Interview };

/** Pure: the same events give the same interview, live, resumed or replayed. */
export function foldInterview(state: Interview, event: KernelEvent): Interview {
  const fold = FOLDS[event.type as keyof Folds] as ((state: Interview, event: unknown, at: number) => Interview) | undefined;
  return fold ? fold(state, event, event.at) : state;
}

const FOLDS: Folds = {
  'interview.begun': (state, { request, brownfield, observations, dependencies, patterns, max_rounds, unattended, forced }, at) => ({
    ...state,
    is: 'scoring',
    request,
    begunAt: at,
    project: { brownfield, observations, dependencies, patterns },
    rules: { max_rounds, unattended, forced },
  }),
  'interview.asked': (state, { round, questions, observations }) => ({
    ...state,
    is: 'awaiting',
    round,
    questions: [...state.questions, ...questions],
    project: { ...state.project, observations: [...state.project.observations, ...observations] },
  }),
  'interview.answered': (state, { question, answer, provenance }) =>
    settled({ ...state, answers: new Map(state.answers).set(question, { text: answer, provenance }) }),
  'interview.turned': (state, { question, to }) => turned(state, question, to),
  'interview.scored': (state, event) => ({ ...state, is: 'asking', scores: [...state.scores, event as Scored] }),
  'interview.ready': (state, { forced }) => ({ ...state, is: 'ready', degraded: forced }),
  'interview.specified': (state, event) => ({ ...state, drafts: [...state.drafts, event], revisions: state.revisions + 1 }),
  'interview.preflighted': (state, { revision, criterion, flaw, note }) => ({
    ...state,
    preflights: new Map(state.preflights).set(
      revision,
      new Map(state.preflights.get(revision)).set(criterion, { ...(flaw === undefined ? {} : { flaw }), ...(note === undefined ? {} : { note }) }),
    ),
  }),
  'interview.restated': (state, { text }) => ({ ...state, is: 'restate', restated: text }),
  'interview.corrected': (state, { text }) => ({ ...state, is: 'ready', drafts: [], restated: undefined, corrections: [...state.corrections, text] }),
  'interview.seeded': (state, { yaml }) => ({ ...state, is: 'seeded', yaml }),
  'interview.stalled': (state) => ({ ...state, drafts: [], stalls: state.stalls + 1 }),
  'interview.blocked': (state) => ({ ...state, is: 'blocked', drafts: [], blockedAt: { round: state.round, scores: state.scores.length } }),
  'interview.aborted': (state) => ({ ...state, is: 'aborted' }),
};

/** Once nothing is open any more, it is scored. */
const settled = (state: Interview): Interview => (openQuestions(state).length === 0 ? { ...state, is: 'scoring' } : state);

function turned(state: Interview, question: number, to: string): Interview {
  const before = question - 1;
  const turns = new Map(state.turns).set(question, turnsOf(state, question) + 1);
  if (to !== 'back' || !state.answers.has(before)) return { ...state, turns };
  const answers = new Map(state.answers);
  answers.delete(before);
  return { ...state, answers, turns: turns.set(before, turnsOf(state, before) + 1) };
}

export const turnsOf = (state: Interview, question: number): number => state.turns.get(question) ?? 0;

export const openQuestions = (state: Interview): readonly Question[] => state.questions.filter(({ n }) => !state.answers.has(n));

/** Questions with what the user decided on them. */
export const decided = (state: Interview): readonly { readonly question: Question; readonly answer: Answer }[] =>
  state.questions.flatMap((question) => {
    const answer = state.answers.get(question.n);
    return answer && answer.provenance !== 'deferred' ? [{ question, answer }] : [];
  });

export const deferred = (state: Interview): readonly Question[] => state.questions.filter(({ n }) => state.answers.get(n)?.provenance === 'deferred');
