import type { z } from 'zod';
import type { KERNEL_EVENTS, KernelEvent } from '../../kernel/events.ts';
import type { CHAT_EVENTS } from '../../ouroboros/converse/events.ts';
import type { OUROBOROS_EVENTS } from '../../ouroboros/events.ts';
import type { NoteTone } from './items.ts';

export type Note = readonly [tone: NoteTone, text: string];

/** What an event is to somebody who reads along; undefined where the transcript shows it otherwise, or nobody waits for it. */
export function noteOf(event: KernelEvent): Note | undefined {
  const say = NOTES[event.type as keyof typeof NOTES] as ((event: unknown) => Note | undefined) | undefined;
  return say?.(event);
}

type Schemas = typeof KERNEL_EVENTS & typeof OUROBOROS_EVENTS & typeof CHAT_EVENTS;
type Notes = { readonly [T in keyof Schemas]?: (event: z.infer<Schemas[T]>) => Note | undefined };

const NOTES: Notes = {
  'run.resumed': () => ['info', 'going on where it stopped'],
  'run.result': ({ outcome, exit_code, files_changed, error }) => [
    exit_code === 0 ? 'good' : 'bad',
    [outcome, filesOf(files_changed.length), error === undefined ? '' : `${error.code}: ${error.message}`, error?.hint ?? ''].filter(Boolean).join(' · '),
  ],
  'process.exited': ({ exit }) => (exit.how === 'failed' ? ['bad', faultText(exit)] : exit.how === 'killed' ? ['warn', `ended by ${exit.signal}`] : undefined),
  'process.signalled': ({ signal, by }) => (signal === 'INT' ? undefined : ['warn', `${signal} from ${by}`]),
  'turn.interrupted': ({ by }) => ['warn', `interrupted by ${by}`],
  'model.failed': ({ final, code, message, hint, wait_ms, model, next_model }) => {
    if (code === 'ABORTED') return undefined;
    const then = next_model !== undefined && next_model !== model ? `, going on with ${next_model}` : `, again in ${seconds(wait_ms ?? 0)}`;
    return final ? ['bad', faultText({ code, message, hint })] : ['warn', `${code}: ${firstLine(message)}${then}`];
  },
  'context.compacted': ({ before_tokens, after_tokens }) => ['info', `shortened from ${before_tokens} to ${after_tokens} tokens`],
  'approval.refused': ({ by, reason }) => ['bad', `an answer by ${by} does not count: ${reason}`],
  'budget.exceeded': ({ limit, spent, max }) => ['bad', `limit reached: ${limit.replaceAll('_', ' ')}, ${spent} of ${max}`],
  'capability.granted': ({ rule, by, scope }) => (scope === 'once' ? undefined : ['info', `${rule} allowed by ${by}`]),
  'capability.revoked': ({ rule, by }) => ['warn', `${rule} taken back by ${by}`],
  'policy.changed': () => ['warn', 'the policy is another one than before'],
  'project.ignored': ({ extras, reason }) => ['warn', `${extras.map(({ path }) => path).join(', ')} left alone: ${reason}`],
  'workspace.restored': ({ count, redo }) => ['warn', `${redo ? 'an undo was taken back' : 'undone'}: ${count} put back`],

  // What was only talked about needs no word.
  'chat.assessed': ({ kind, why }) => (kind === 'task' ? ['info', why] : undefined),
  'chat.checked': ({ checks, changed }) => {
    if (checks.length === 0) return ['info', `${filesOf(changed.length)}; the project has no checks of its own`];
    const broken = checks.some(({ how }) => how === 'broken');
    const said = checks.map(({ name, how, why }) => `${name}: ${how === 'holds' ? 'holds' : firstLine(why)}`).join('; ');
    return [broken ? 'bad' : checks.every(({ ok }) => ok) ? 'good' : 'warn', `checked, ${filesOf(changed.length)}: ${said}`];
  },
  'chat.suggested': ({ why }) => ['info', `an interview would make clear what counts as done: ${why}`],

  'interview.begun': ({ brownfield, patterns }) => ['info', brownfield ? `a project is here: ${patterns[0] ?? 'a manifest'}` : 'nothing is here yet'],
  'interview.asked': ({ round, questions }) => ['info', [`round ${round}`, ...questions.map(({ n, text }) => `${n}. ${text}`)].join('\n')],
  'interview.answered': ({ question, answer, provenance }) => [
    'info',
    `${question}. ${provenance === 'deferred' ? 'decided later' : answer}${provenance === 'auto' ? ' (left to Oxios)' : ''}`,
  ],
  'interview.scored': ({ score, before, milestone, missing, qualifies }) => [
    qualifies ? 'good' : 'info',
    `ambiguity ${score}${before ? ` (was ${before.score})` : ''}, ${milestone}${missing.length === 0 ? '' : ` · missing: ${missing.join('; ')}`}`,
  ],
  'interview.preflighted': ({ criterion, flaw }) => (flaw === undefined ? undefined : ['warn', `${criterion}: its check: ${flaw}`]),
  'interview.specified': ({ flaws, revision }) =>
    flaws.length === 0 ? ['good', 'the specification is drafted'] : ['info', `draft ${revision + 1} of the specification: ${flaws.length} to mend`],
  'interview.restated': ({ text }) => ['info', text],
  'interview.corrected': ({ text }) => ['info', `corrected: ${text}`],
  'interview.blocked': ({ reason }) => ['warn', reason],
  'interview.aborted': ({ reason }) => ['warn', reason],

  'plan.made': ({ levels }) => ['info', `plan: ${levels.map((level) => level.join(' ')).join(' > ')}`],
  'plan.paced': ({ workers, why }) => ['warn', `${workers} at once from here on: ${why}`],
  'ac.started': ({ criterion, title, attempt, persona }) => [
    'info',
    `${criterion} ${title}${attempt > 1 ? ` (try ${attempt}${persona === undefined ? '' : ` as ${persona}`})` : ''}`,
  ],
  'ac.worked': ({ criterion, part = criterion, how, code }) => (how === 'done' ? undefined : ['warn', `${part}: its worker ended: ${code ?? how}`]),
  'ac.split': ({ criterion, part = criterion, parts }) => [
    'info',
    `${part} is too big for one: ${parts.map((one) => `${one.id} ${one.description}`).join('; ')}`,
  ],
  'ac.tried': ({ criterion, attempt, next, why, beside }) => (next === 'again' && !beside ? ['warn', `${criterion}, try ${attempt}: ${why}`] : undefined),
  'ac.stagnated': ({ criterion, pattern }) => ['bad', `${criterion} goes nowhere: ${pattern.replaceAll('_', ' ')}`],
  'ac.merged': ({ criterion, conflicts, again, why }) =>
    again ? ['warn', `${criterion} is worked on again: ${why ?? `others changed ${conflicts.slice(0, 5).join(', ')} too`}`] : undefined,
  'ac.judged': ({ criterion, status, evidence }) => {
    const why = status === 'PASS' ? [] : evidence.filter(({ ok }) => !ok).map(({ text }) => firstLine(text));
    return [VERDICTS[status], `${status} ${criterion}${why.length === 0 ? '' : `: ${why.join('; ')}`}`];
  },
  'evaluation.started': ({ changed }) => ['info', `checking in disposable copies, ${filesOf(changed.length)}`],
  'evaluation.project': ({ command, facts }) => [
    facts.exit_code === 0 ? 'good' : 'warn',
    `the project's own ${command}: ${facts.timed_out ? 'no end in time' : `exit ${facts.exit_code ?? 'unknown'}`}`,
  ],
  'evaluation.convened': ({ criterion, triggers }) => ['info', `three vote on ${criterion}: ${triggers.map((one) => one.replaceAll('_', ' ')).join(', ')}`],
  'evaluation.balloted': ({ criterion, persona, vote, reasons, why_not }) =>
    vote === 'approve'
      ? ['good', `${criterion}, ${persona}: approve`]
      : ['warn', `${criterion}, ${persona}: ${vote === null ? `does not count: ${why_not ?? ''}` : `reject: ${reasons}`}`],
  'evaluation.outdated': ({ changed }) => ['warn', `the workspace changed meanwhile: ${changed.slice(0, 5).join(', ')}`],
  'lineage.advanced': ({ generation, parent_digest }) => (parent_digest === null ? undefined : ['info', `generation ${generation}`]),
  'lineage.judged': ({ generation, outcome, decision, reason, results }) => {
    const passed = results.filter(({ status }) => status === 'PASS').length;
    const then = decision === 'continue' ? 'going on' : decision === 'stands' ? reason : `${decision}: ${reason}`;
    return [decision === 'converged' ? 'good' : 'info', `generation ${generation} ${outcome}: ${passed} of ${results.length} hold; ${then}`];
  },
  'lineage.wondered': ({ questions, why_not }) =>
    why_not === undefined ? ['info', `still not known: ${questions.join(' / ') || 'nothing'}`] : ['warn', `no further generation: ${why_not}`],
  'lineage.reflected': ({ why_not }) => (why_not === undefined ? undefined : ['warn', `no further generation: ${why_not}`]),
  'lineage.proposed': ({ changes, applied }) => [
    'warn',
    `proposed: ${changes.map((one) => [one.what, one.criterion].filter(Boolean).join(' of ')).join(', ')}: ${applied ? 'changed' : 'stays'}`,
  ],
  'lineage.rewound': ({ generation, from }) => ['warn', `rewound from generation ${from} to ${generation}`],
};

/** The same whoever says it, so that it stands once. */
const faultText = ({ code, message, hint }: { readonly code: string; readonly message: string; readonly hint?: string | undefined }): string =>
  [`${code}: ${firstLine(message)}`, hint].filter(Boolean).join(' · ');

const VERDICTS = { PASS: 'good', FAIL: 'bad', UNVERIFIED: 'warn', UNAVAILABLE: 'warn', INVALID: 'warn', BLOCKED: 'warn' } as const;

const filesOf = (count: number): string => (count === 1 ? '1 file changed' : `${count} files changed`);
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
