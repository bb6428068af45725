import type { z } from 'zod';
import type { BusEvent, KERNEL_EVENTS } from '../../kernel/events.ts';
import { isDurable } from '../../kernel/events.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import { reveal } from '../../kernel/text/sanitize.ts';
import { triggerText } from '../../ouroboros/evaluate/triggers.ts';
import type { OUROBOROS_EVENTS } from '../../ouroboros/events.ts';
import { oneLine } from './fit.ts';
import { limitsOf } from './limits.ts';
import { type Paint, plain, type Tone } from './paint.ts';
import { TONES } from './verdict-table.ts';

export interface Look {
  /** Also what agents do step by step. */
  readonly verbose?: boolean;
  /** Colour, for a terminal that takes it. */
  readonly paint?: Paint;
}

/** One event as a line for a person who follows a run; undefined for what nobody waits for. Pure, and safe for a terminal. */
export function progressLine(event: BusEvent, { verbose = false, paint = plain }: Look = {}): string | undefined {
  if (!isDurable(event)) return undefined;
  const say = LINES[event.type as keyof typeof LINES] as Say<unknown> | undefined;
  const said = say?.(event, verbose);
  if (said === undefined) return undefined;
  const [tone, text] = said;
  const line = oneLine(text);
  const shown = tone === 'none' ? line : paint(tone, line);
  return STEPS.has(event.type) ? `  ${event.pid > 0 ? `[${event.pid}] ` : ''}${shown}` : shown;
}

/** Source: ouroboros.md, section 3. */
const MAX_DRIFT = 0.3;

const filesOf = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

/** ` (try 3, as hacker)`; nothing of a first one. */
function tryIn(attempt: number, persona: string | undefined): string {
  const said = [attempt > 1 ? `try ${attempt}` : [], persona === undefined ? [] : `as ${persona}`].flat();
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

/** Whom the agent is to be. */
function personaIn(request: Json): readonly string[] {
  const args = isObject(request) ? request.args : undefined;
  const labels = isObject(args) ? args.labels : undefined;
  return isObject(labels) && typeof labels.persona === 'string' ? [`persona ${labels.persona}`] : [];
}

type Said = readonly [tone: Tone | 'none', text: string];
type Say<E> = (event: E, verbose: boolean) => Said | undefined;
type Schemas = typeof KERNEL_EVENTS & typeof OUROBOROS_EVENTS;
type Lines = { readonly [T in keyof Schemas]?: Say<z.infer<Schemas[T]>> };

const LINES: Lines = {
  'run.started': ({ title, model, sandbox, limits, request }) => [
    'strong',
    [title, `model ${model}`, ...personaIn(request), sandbox.detail, limitsOf(limits)].join(' · '),
  ],
  'run.resumed': () => ['none', 'going on where it stopped'],
  'run.result': ({ outcome, exit_code, cost_usd, files_changed, error }) => [
    exit_code === 0 ? 'good' : 'bad',
    [
      `${outcome} (exit ${exit_code})`,
      `${filesOf(files_changed.length)} changed`,
      cost_usd === null ? '' : usd(cost_usd),
      error === undefined ? '' : `${error.code}: ${error.message}`,
    ]
      .filter(Boolean)
      .join(' · '),
  ],
  'interview.begun': ({ brownfield, patterns }) => ['none', brownfield ? `a project is here: ${patterns[0] ?? 'a manifest'}` : 'nothing is here yet'],
  'interview.scored': (event) => [event.qualifies ? 'good' : 'none', scoreLine(event)],
  'interview.asked': ({ round, questions, perspectives }, verbose) => [
    'none',
    `round ${round}: ${questions.map(({ n, text }) => `${n}. ${text}`).join(' ')}${verbose ? ` (${perspectives.join(', ')})` : ''}`,
  ],
  'interview.answered': ({ question, answer, provenance }, verbose) =>
    verbose ? ['dim', `${question}: ${provenance === 'deferred' ? 'decided later' : answer}${provenance === 'auto' ? ' (left to Oxios)' : ''}`] : undefined,
  'interview.preflighted': ({ criterion, flaw, note }, verbose) =>
    flaw !== undefined
      ? ['warn', `${criterion}: its check: ${flaw}`]
      : verbose && note !== undefined
        ? ['dim', `${criterion}: its check was ${note}`]
        : undefined,
  'interview.specified': ({ flaws, revision }) => [
    'none',
    flaws.length === 0 ? '> the specification is drafted' : `> draft ${revision + 1} of the specification: ${flaws.length} to mend`,
  ],
  'interview.blocked': ({ reason }) => ['warn', reason],
  'plan.made': ({ levels }) => ['none', `plan: ${levels.map((level) => level.join(' ')).join(' > ')}`],
  'ac.started': ({ criterion, title, attempt, persona }) => ['none', `> ${criterion} ${title}${tryIn(attempt, persona)}`],
  'router.decided': ({ criterion, tier, model, why }, verbose) => (verbose ? ['dim', `${criterion} on ${tier} (${model}): ${why}`] : undefined),
  'ac.worked': ({ criterion, part = criterion, how, code }, verbose) =>
    how === 'done' && !verbose ? undefined : [how === 'done' ? 'dim' : 'warn', `${part} worker ended: ${code ?? how}`],
  'ac.split': ({ criterion, part = criterion, parts }) => [
    'none',
    `${part} is too big for one: ${parts.map((one) => `${one.id} ${one.description}`).join('; ')}`,
  ],
  'ac.tried': ({ criterion, attempt, next, why, beside }, verbose) =>
    (next === 'again' && !beside) || verbose ? [next === 'done' ? 'dim' : 'warn', `${criterion}, try ${attempt}: ${why}`] : undefined,
  'ac.stagnated': ({ criterion, pattern, personas }) => ['bad', `${criterion} goes nowhere: ${pattern.replaceAll('_', ' ')}, also as ${personas.join(', ')}`],
  'drift.measured': ({ score, outside }) =>
    score === null || score <= MAX_DRIFT ? undefined : ['warn', `drift ${score.toFixed(2)}: ${filesOf(outside.length)} beyond the criteria`],
  'ac.merged': ({ criterion, changed, conflicts, again, why }, verbose) => {
    if (again) return ['warn', `${criterion} is worked on again: ${why ?? `others changed ${conflicts.slice(0, 5).join(', ')} too`}`];
    return verbose ? ['dim', `${criterion} merged, ${filesOf(changed.length)}`] : undefined;
  },
  'plan.paced': ({ workers, why }) => ['warn', `${workers} at once from here on: ${why}`],
  'evaluation.started': ({ changed }) => ['none', `> checking in disposable copies, ${filesOf(changed.length)} changed`],
  'evaluation.project': ({ command, facts }) => [
    'none',
    `the project's own ${command}: ${facts.timed_out ? 'no end in time' : `exit ${facts.exit_code ?? 'unknown'}`}`,
  ],
  'evaluation.requested': ({ of }) => ['none', `evaluating what run ${of} left, and what was done since`],
  'evaluation.convened': ({ criterion, triggers }) => ['none', `> three vote on ${criterion}: ${triggers.map(triggerText).join('; ')}`],
  'evaluation.balloted': ({ criterion, persona, model, vote, reasons, why_not }, verbose) => {
    const by = `${criterion}, ${persona}${verbose ? ` (${model})` : ''}`;
    if (vote === 'approve') return ['none', `${by}: approve`];
    return ['warn', vote === null ? `${by}: does not count: ${why_not ?? ''}` : `${by}: reject: ${reasons}`];
  },
  'evaluation.outdated': ({ changed }) => ['warn', `the workspace changed meanwhile: ${changed.slice(0, 5).join(', ')}`],
  'ac.judged': ({ criterion, status, evidence }) => {
    const why = status === 'PASS' ? [] : evidence.filter((one) => !one.ok).map((one) => one.text.split('\n')[0] ?? '');
    return [TONES[status], `${status} ${criterion}${why.length > 0 ? `: ${why.join('; ')}` : ''}`];
  },
  'lineage.advanced': ({ generation, digest, parent_digest }) =>
    parent_digest === null ? undefined : ['strong', `generation ${generation}, seed ${digest.slice(0, DIGITS)} from ${parent_digest.slice(0, DIGITS)}`],
  'lineage.judged': ({ generation, outcome, decision, reason, results, regressed = [] }) => {
    // How the only generation ended is said by the result.
    if (generation === 1 && (decision === 'converged' || decision === 'stands')) return undefined;
    const passed = results.filter((one) => one.status === 'PASS').length;
    const lost = regressed.length > 0 ? `; lost what held before: ${regressed.join(', ')}` : '';
    const then = decision === 'continue' ? 'going on' : decision === 'stands' ? `the end: ${reason}` : `${decision}: ${reason}`;
    return [decision === 'converged' ? 'good' : 'none', `generation ${generation} ${outcome}: ${passed} of ${results.length} hold${lost}; ${then}`];
  },
  'lineage.wondered': ({ questions, why_not }) => [
    'none',
    why_not === undefined ? `still not known: ${questions.join(' / ') || 'nothing'}` : `no further generation: ${why_not}`,
  ],
  'lineage.reflected': ({ why_not }) => (why_not === undefined ? undefined : ['warn', `no further generation: ${why_not}`]),
  'lineage.proposed': ({ changes, approvals, valid, answer, applied }) => [
    'warn',
    `proposed, ${approvals} of ${valid} for it${answer === null ? '' : `, the user says ${answer}`}: ${changes.map((one) => [one.what, one.criterion].filter(Boolean).join(' of ')).join(', ')} ${applied ? 'changes' : 'stays'}`,
  ],
  'lineage.rewound': ({ generation, from }) => ['warn', `rewound from generation ${from} to ${generation}`],
  'chat.assessed': ({ kind, why }, verbose) => (verbose ? ['dim', `${kind}: ${why}`] : undefined),
  'chat.checked': ({ checks, changed }) => {
    if (checks.length === 0) return ['dim', `${filesOf(changed.length)} changed; this project has no checks of its own`];
    const isBroken = checks.some((one) => one.how === 'broken');
    const said = checks.map(({ command, name, how, why }) => (how === 'holds' ? `${command} holds` : why || `${name}: ${how}`));
    return [isBroken ? 'bad' : checks.every((one) => one.ok) ? 'good' : 'warn', `${filesOf(changed.length)} changed; ${said.join('; ')}`];
  },
  'chat.suggested': ({ idea, why }) => ['strong', `an interview is worth it: ${why} (oxios interview ${JSON.stringify(idea.slice(0, 200))})`],
  'turn.interrupted': ({ by }) => ['warn', `the turn was interrupted by ${by}`],
  'message.sent': ({ from, text, kind }, verbose) => (verbose && kind !== 'context' ? ['dim', `${from}${kind ? ` (${kind})` : ''}: ${text}`] : undefined),
  'process.moved': ({ to }) => (to === 'waiting' ? ['dim', 'waits for a message: oxios send'] : undefined),
  'process.forked': ({ name, ppid }, verbose) => (verbose && ppid !== 0 ? ['dim', `${name} began`] : undefined),
  'process.exited': ({ exit }, verbose) => {
    if (exit.how === 'failed') return ['bad', `failed: ${exit.code}: ${exit.message.split('\n')[0]}`];
    if (exit.how === 'killed') return ['warn', `ended by ${exit.signal}`];
    return verbose ? ['dim', 'done'] : undefined;
  },
  'process.signalled': ({ signal, by }) => ['warn', `${signal} from ${by}`],
  'model.failed': ({ final, code, message, wait_ms, model, next_model }) => {
    const then = next_model !== undefined && next_model !== model ? `, going on with ${next_model}` : final ? '' : `, again in ${seconds(wait_ms ?? 0)}`;
    return [final ? 'bad' : 'warn', `${code}: ${message}${then}`];
  },
  'model.answered': ({ model, usage, ms, cost_usd }, verbose) =>
    verbose
      ? [
          'dim',
          `${model}: ${usage.input + usage.cache_read + usage.cache_write} in, ${usage.output} out, ${seconds(ms)}${cost_usd === null ? '' : `, ${usd(cost_usd)}`}`,
        ]
      : undefined,
  'context.compacted': ({ before_tokens, after_tokens }) => ['dim', `conversation shortened from ${before_tokens} to ${after_tokens} tokens`],
  'tool.intended': ({ tool, action }, verbose) => (verbose ? ['none', `${tool}: ${action}`] : undefined),
  'tool.finished': ({ tool, ok, ms, text, sandbox }, verbose) => {
    if (sandbox) return ['warn', `sandbox: ${sandbox.text}${sandbox.path === undefined || sandbox.text.includes(sandbox.path) ? '' : ` (${sandbox.path})`}`];
    if (!verbose) return undefined;
    return ok ? ['dim', `${tool} done in ${seconds(ms)}`] : ['warn', `${tool} failed: ${text.split('\n')[0]}`];
  },
  'tool.denied': ({ action, decision }) => ['warn', `refused: ${action}: ${decision.reason}`],
  'tool.indoubt': ({ text }) => ['warn', `unknown outcome: ${text}`],
  'approval.asked': ({ kind, text, ask }) => ['warn', `${kind === 'question' ? 'asks' : 'wants to'}: ${reveal(text)} (${ask})`],
  'approval.answered': ({ verdict, by }) => ['none', `${verdict === 'text' ? 'answered' : verdict} by ${by}`],
  'approval.expired': ({ reason }) => ['warn', `not answered: ${reason}`],
  'approval.refused': ({ by, ask }) => ['bad', `an answer to ${ask} by ${by} does not count`],
  'capability.revoked': ({ rule, by }) => ['warn', `${rule} taken back by ${by}`],
  'policy.changed': () => ['warn', 'the policy is another one than before: oxios policy list'],
  'workspace.restored': ({ count, redo }) => ['warn', `${redo ? 'an undo was taken back' : 'undone'}: ${filesOf(count)} put back`],
  'budget.exceeded': ({ limit, spent, max }) => ['bad', `limit reached: ${limit}, ${spent} of ${max}`],
};

/** What one process of a run does, below what the run does. */
const STEPS: ReadonlySet<string> = new Set(Object.keys(LINES).filter((type) => /^(process|message|turn|model|context|tool|approval|budget)\./u.test(type)));

/** Of a digest, for people. */
const DIGITS = 12;

/** The score, what moved it, and what is still missing. */
function scoreLine({ score, before, milestone, clarity, floor_failures, uncited, missing }: z.infer<Schemas['interview.scored']>): string {
  const parts = Object.entries(clarity).flatMap(([part, value]) =>
    value === null ? [] : [`${part} ${percent(value)}${movedBy(value, before?.clarity[part as 'goal'])}`],
  );
  return [
    `ambiguity ${score}${before ? ` (was ${before.score})` : ''}, ${milestone}`,
    parts.join(', '),
    floor_failures.length === 0 ? '' : `too low: ${floor_failures.join('; ')}`,
    uncited.length === 0 ? '' : `nothing said shows it, capped: ${uncited.join(', ')}`,
    missing.length === 0 ? '' : `missing: ${missing.join('; ')}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

const percent = (value: number): string => `${Math.round(value * 100)} %`;

function movedBy(now: number, was: number | null | undefined): string {
  const by = Math.round((now - (was ?? now)) * 100);
  return by === 0 ? '' : ` (${by > 0 ? '+' : ''}${by})`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const usd = (amount: number): string => `$${amount.toFixed(4)}`;
