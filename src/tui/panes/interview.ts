import type { Answer, Interview } from '../../ouroboros/view/interview.ts';
import { flow } from '../overlays/flow.ts';
import { fitRow, hints, type Size, type View } from '../overlays/sheet.ts';
import type { ShellState } from '../state.ts';
import { type Line, line, span } from '../text/line.ts';
import { gauge } from './gauge.ts';
import { type Asking, askingIn, chosenIn, interviewInFront } from './interview-state.ts';
import { isWanted } from './seed-state.ts';

export function interviewTitle(state: ShellState): string {
  const run = interviewInFront(state);
  const interview = run && state.interviews.get(run);
  if (!interview) return 'Interview';
  const open = interview.questions.length - interview.answers.size;
  const { filter } = state.scroll.interview;
  return `Interview ${interview.round === 0 ? '' : `round ${interview.round}`}${open > 0 ? ` · ${open} open` : ''}${filter === '' ? '' : ` /${filter}`}`.trim();
}

/** What is asked and how clear it is by now; all that was said before is above, to be scrolled to: `most` rows back. */
export function interviewShown(view: View, { width, height }: Size): { readonly rows: readonly Line[]; readonly most: number } {
  const { state, keymap } = view;
  const run = interviewInFront(state);
  const interview = run && state.interviews.get(run);
  if (!run || !interview) return { rows: nothing(width).slice(0, height), most: 0 };
  const asking = askingIn(state, run, interview);
  const foot = hints(keymap, 'interview', actionsOf(asking, interview), width).slice(0, height < LEAST ? 0 : height < SMALL ? 1 : MOST_HINTS);
  // Of a text that is to be confirmed as much as can be is seen.
  const head = asking?.is === 'restate' ? [] : gauge(interview, width, Math.max(1, Math.floor((height - foot.length) / 2) - (height < SMALL ? 2 : 0)));
  const { at, back } = state.scroll.interview;
  const now = asking ? askedRows(asking, at, width) : { rows: phaseRows(interview, state.runs.get(run)?.status === 'running', width), row: 0 };
  const room = Math.max(1, height - head.length - foot.length);
  const body = windowed(historyRows(interview, state.scroll.interview.filter, width), now, room, back);
  return { rows: [...head, ...body.rows, ...foot].slice(0, height).map((one) => fitRow(one, width)), most: body.most };
}

/** Below these rows there is no room for keys, or for bars. */
const LEAST = 6;
const SMALL = 16;
const MOST_HINTS = 3;

interface Asked {
  readonly rows: readonly Line[];
  /** The one that has to be seen. */
  readonly row: number;
}

const nothing = (width: number): readonly Line[] => [
  ...flow('No interview yet.', width, { tone: 'dim' }),
  ...flow('It turns an idea into a specification that can be checked: you are asked until it is clear.', width, { tone: 'dim' }),
  ...flow('Begin one in the prompt:', width, { tone: 'dim' }),
  ...flow('/interview a tool that counts words', width, { tone: 'accent', indent: 2 }),
];

function actionsOf(asking: Asking | undefined, interview: Interview): Readonly<Record<string, string>> {
  if (!asking) return interview.is === 'seeded' ? { open: 'to the seed' } : {};
  if (asking.is === 'question')
    return {
      choose: `to ${asking.options.length}`,
      write: 'own words',
      later: 'later',
      auto: 'leave it to Oxios',
      back: 'back',
      force: 'write it as it is',
      stop: 'stop',
    };
  return asking.is === 'restate' ? { choose: 'that is it', write: 'say otherwise', stop: 'stop' } : { choose: 'yes', write: 'own words' };
}

/** The question with its proposals. What Enter takes is marked. */
function askedRows(asking: Asking, at: number, width: number): Asked {
  const { ask, question, options, recommended } = asking;
  const chosen = chosenIn(asking, at);
  const head = question
    ? [
        ...flow(question.text, width, { tone: 'strong', lead: span(`${question.n}. `, 'accent') }),
        ...(question.why === '' ? [] : flow(question.why, width, { tone: 'dim', indent: 3 })),
      ]
    : flow(ask.text, width, { tone: asking.is === 'restate' ? 'text' : 'strong' });
  const rows = options.map(({ text }, place) =>
    flow(place === recommended && asking.is === 'question' ? `${text} (recommended)` : text, width, {
      tone: place === chosen ? 'select' : 'text',
      lead: span(`${place === chosen ? '>' : ' '} ${place + 1} `, 'accent'),
    }),
  );
  // What is to be confirmed stands above its answers, which are seen first.
  const seen = asking.is === 'restate' ? rows : rows.slice(0, chosen + 1);
  return { rows: [...head, ...rows.flat()], row: head.length + seen.flat().length - 1 };
}

/** All that was asked and said, oldest first, and how the scores went. */
function historyRows({ request, questions, answers, scores, corrections }: Interview, filter: string, width: number): readonly Line[] {
  const said = questions.flatMap((one) => {
    const answer = answers.get(one.n);
    return answer && isWanted(filter, one.text, answer.text)
      ? [...flow(one.text, width, { tone: 'dim', lead: span(`${one.n}. `, 'dim') }), ...answerRows(answer, width)]
      : [];
  });
  const rounds =
    scores.length < 2
      ? []
      : flow(scores.map(({ round, score }) => `round ${round}: ${score.toFixed(2)}`).join(', '), width, { tone: 'dim', lead: span('ambiguity ', 'dim') });
  return [
    ...(request === '' ? [] : flow(request, width, { tone: 'user', lead: span('> ', 'user') })),
    ...said,
    ...rounds,
    ...corrections.flatMap((text) => flow(text, width, { tone: 'user', lead: span('> ', 'user') })),
    [],
  ];
}

const answerRows = ({ text, provenance }: Answer, width: number): readonly Line[] =>
  provenance === 'deferred'
    ? [line(span('   decided later', 'warn'))]
    : flow(provenance === 'auto' ? `${text} (left to Oxios)` : text, width, { lead: span('   ', 'text') });

function phaseRows(interview: Interview, isAlive: boolean, width: number): readonly Line[] {
  const { is } = interview;
  if (is === 'seeded') {
    return [
      ...flow('The seed is written.', width, { tone: 'good' }),
      ...flow('Look at it in the Seed pane: approve it there to have it worked on, edit it, or save it to a file.', width, { tone: 'dim' }),
    ];
  }
  if (is === 'aborted') return flow('It was given up. Begin another one with /interview.', width, { tone: 'dim' });
  if (is === 'blocked')
    return flow('It is not clear enough, and nothing is left to ask. Go on with /resume, or answer with f there to have it written as it is.', width, {
      tone: 'warn',
    });
  if (!isAlive) return flow('It waits; all that was answered is kept. Go on with /resume.', width, { tone: 'warn' });
  return flow(PHASES[is] ?? '', width, { tone: 'accent' });
}

const PHASES: Readonly<Partial<Record<Interview['is'], string>>> = {
  created: 'Looking at the folder…',
  scoring: 'Weighing how clear it is…',
  asking: 'Thinking of questions…',
  awaiting: 'A question comes…',
  ready: 'Writing the specification…',
  restate: 'Saying it in plain words…',
};

/** The newest rows, `back` of them scrolled away; of what is asked now the beginning, as long as the row that counts is seen. */
function windowed(before: readonly Line[], now: Asked, room: number, back: number): { readonly rows: readonly Line[]; readonly most: number } {
  const all = [...before, ...now.rows];
  const bottom = Math.max(0, all.length - room);
  const start = now.rows.length > room ? before.length + Math.max(0, now.row - room + 1) : bottom;
  const first = Math.max(0, Math.min(start - back, bottom));
  return { rows: all.slice(first, first + room), most: start };
}
