import { z } from 'zod';
import type { CallId, Millis, Pid, RunId } from './ids.ts';
import type { JsonObject } from './json.ts';

/**
 * The events the kernel itself writes. Types are additive only: a field or a type is never renamed or removed.
 * `docs/events.md` is generated from these schemas.
 */
const count = z.number().int().nonnegative();
const json = z.json();
const rule = z.string();
/** Paths that lead elsewhere through a link. */
const leads = z.array(z.object({ from: z.string(), to: z.string() }));
/** Arguments that stem from text nobody answers for, and where that came from. `found`: the value stands in it. */
const origins = z.array(z.object({ argument: z.string(), value: z.string(), from: z.array(z.string()), found: z.boolean() }));
const usage = z.object({ input: count, output: count, cache_read: count, cache_write: count });
const limits = z.object({
  tokens: z.number().nullable(),
  usd: z.number().nullable(),
  turns: z.number().nullable(),
  wall_ms: z.number().nullable(),
  tool_calls: z.number().nullable(),
});
const part = z.looseObject({ type: z.enum(['text', 'thinking', 'image', 'call', 'answer']) });
const exit = z.discriminatedUnion('how', [
  z.object({ how: z.literal('done'), text: z.string(), data: json.optional() }),
  z.object({ how: z.literal('failed'), code: z.string(), message: z.string(), hint: z.string().optional() }),
  z.object({ how: z.literal('killed'), signal: z.enum(['TERM', 'KILL']) }),
]);
const decision = z.object({ verdict: z.enum(['allow', 'ask', 'deny']), rule: z.string(), reason: z.string() });

const policy = z.object({ hash: z.string(), rules: z.array(z.string()) });

export const KERNEL_EVENTS = {
  /** First event of a run: what was asked, under which limits, with what authority, in which sandbox. */
  'run.started': z.object({
    kind: z.enum(['run', 'prompt', 'chat', 'interview']),
    title: z.string(),
    cwd: z.string(),
    version: z.string(),
    model: z.string(),
    /** Window, output limit and price of the model, as they were known then. */
    facts: json,
    /** The same of the model that judges, where it is another one. */
    second: json.optional(),
    /** The same of those that vote, where they are not the one that judges. */
    ballots: json.optional(),
    /** The same of other models that agents of the run may be started with. */
    workers: json.optional(),
    limits,
    /** `kind` is `none` where commands run with the rights of the user; `hint` says how to change that. */
    sandbox: z.object({ kind: z.string(), detail: z.string(), hint: z.string().optional() }),
    grants: z.array(rule),
    /** Granted for so long from here on. */
    timed: z.array(z.object({ rule, ms: z.number() })).optional(),
    denies: z.array(rule),
    interactive: z.boolean(),
    /** The named set that the grants began with. */
    role: z.string().optional(),
    /** Rules of the policy files, each with the place it stands in; absent when there is none. */
    policy: policy.optional(),
    /** What a person approved for this folder in earlier runs. */
    remembered: z.array(rule).optional(),
    /** What the project says to agents, and whether its folder is trusted, so that they are told. */
    project: z.object({ files: z.array(z.string()), trusted: z.boolean() }).optional(),
    /** The request as submitted, enough to resume or replay it. */
    request: json,
  }),
  'run.resumed': z.object({
    /** `seq` of the last event before the interruption. */
    after: count,
    version: z.string(),
    model: z.string(),
    facts: json,
    second: json.optional(),
    ballots: json.optional(),
    /** The same of other models that agents of the run may be started with. */
    workers: json.optional(),
    limits,
    /** What this resumption changes of the request. */
    request: json,
  }),
  'run.finished': z.object({ outcome: z.string(), exit_code: count }),
  /** Last event of a run; the shape is ouroboros.md section 6. */
  'run.result': z.object({
    outcome: z.string(),
    exit_code: count,
    text: z.string().optional(),
    criteria: z.array(json),
    denials: z.array(json),
    usage,
    cost_usd: z.number().nullable(),
    files_changed: z.array(z.string()),
    audit_head: z.object({ size: count, root: z.string() }),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
    resumable: z.boolean().optional(),
    /** Of a specification that was worked on: the number of its last generation. */
    generations: count.optional(),
    /** Of the same: the run that began its lineage. */
    lineage: z.string().optional(),
  }),

  'process.forked': z.object({
    ppid: count,
    name: z.string(),
    body: z.string(),
    args: json,
    cwd: z.string(),
    /** The folder that it sees in the place of the workspace, and names of the workspace that it sees all the same; absent: the workspace itself. */
    mount: z.object({ root: z.string(), through: z.array(z.string()) }).optional(),
    caps: z.array(rule),
    /** All it may ever hold, whatever the run is granted later; absent when it was not narrowed. */
    narrowed_to: z.array(rule).optional(),
    nice: z.number().int(),
    limits,
    model: z.string(),
    /** The tool call that asked for it; absent when a body did. */
    call: z.string().optional(),
    /** What its parent tells it apart by from others of its name. */
    key: z.string().optional(),
  }),
  /** A change of state that no other event implies. */
  'process.moved': z.object({ to: z.enum(['ready', 'running', 'stopped', 'waiting']), turn: count.optional() }),
  'process.signalled': z.object({ signal: z.enum(['TERM', 'KILL', 'STOP', 'CONT', 'INT']), by: z.string() }),
  'process.niced': z.object({ nice: z.number().int(), by: z.string() }),
  'process.exited': z.object({ exit }),

  /**
   * `kind`: a command line for the gate, a word on what a summary has to keep, or something to know that goes with what is
   * said next; absent: something said.
   */
  'message.sent': z.object({ from: z.string(), text: z.string(), kind: z.enum(['command', 'compaction', 'context']).optional() }),
  /** A person ended the turn under way; `text` is what the model had answered so far. The process lives on. */
  'turn.interrupted': z.object({ turn: count, text: z.string(), by: z.string() }),

  /** `messages` counts what is sent; the content is in earlier entries and never copied. */
  'model.requested': z.object({
    request: count,
    model: z.string(),
    turn: count,
    messages: count,
    est_tokens: count,
    max_output: count,
    purpose: z.literal('compaction').optional(),
  }),
  'model.answered': z.object({
    request: count,
    model: z.string(),
    stop: z.enum(['end', 'tools', 'length', 'refusal']),
    parts: z.array(part),
    usage,
    cost_usd: z.number().nullable(),
    ms: z.number(),
    purpose: z.literal('compaction').optional(),
  }),
  'model.failed': z.object({
    request: count,
    model: z.string(),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    attempt: count,
    wait_ms: z.number().optional(),
    next_model: z.string().optional(),
    /** The provider said that it is asked too often. */
    limited: z.literal(true).optional(),
    final: z.boolean(),
    /** What the attempt used all the same; absent when that is nothing. */
    usage: usage.optional(),
    cost_usd: z.number().nullable().optional(),
  }),
  /** Older messages were replaced in the model's view by a summary; the log keeps them all. */
  'context.compacted': z.object({ summary: z.string(), kept_messages: count, dropped_messages: count, before_tokens: count, after_tokens: count }),

  'tool.intended': z.object({
    call: z.string(),
    /** The provider's id of the call, empty for a body's own call. */
    answers: z.string(),
    tool: z.string(),
    action: z.string(),
    input: json,
    input_sha256: z.string(),
    effect: z.enum(['read', 'idempotent', 'once']),
    needs: z.array(rule),
    decision,
  }),
  'tool.started': z.object({ call: z.string(), group: z.object({ pgid: count, start_ticks: count, mark: z.string().optional() }).optional() }),
  'tool.finished': z.object({
    call: z.string(),
    tool: z.string(),
    ok: z.boolean(),
    text: z.string(),
    text_sha256: z.string(),
    images: z.array(z.object({ mime: z.string(), base64: z.string() })).optional(),
    details: json.optional(),
    notes: json.optional(),
    diff: z.string().optional(),
    /** What the sandbox, not the gate, refused the command: told from what it printed. `start`: it did not run at all. */
    sandbox: z.object({ what: z.enum(['write', 'read', 'network', 'start']), path: z.string().optional(), text: z.string() }).optional(),
    ms: z.number(),
  }),
  'tool.denied': z.object({
    call: z.string(),
    answers: z.string(),
    tool: z.string(),
    action: z.string(),
    input: json,
    input_sha256: z.string(),
    needs: z.array(rule),
    leads: leads.optional(),
    origins: origins.optional(),
    decision,
    text: z.string(),
    /** The call had started, and came upon what it may not touch: this is its outcome. */
    begun: z.literal(true).optional(),
  }),
  /** After a crash: the call had started and its outcome is unknown. */
  'tool.indoubt': z.object({ call: z.string(), tool: z.string(), text: z.string() }),

  'approval.asked': z.object({
    ask: z.string(),
    kind: z.enum(['approval', 'question']),
    call: z.string(),
    text: z.string(),
    /** What would change. */
    detail: z.string().optional(),
    options: z.array(z.string()),
    /** With the places that named paths lead to. */
    needs: z.array(rule),
    leads: leads.optional(),
    origins: origins.optional(),
    reason: z.string(),
    /** SHA-256 over tool, arguments, cwd, needs and leads: an answer counts for exactly this. */
    bound_to: z.string(),
    /** Which of its body's questions it is: asked again, it has the same. */
    key: z.string().optional(),
    /** Unanswered for this long it is refused; absent: it waits. */
    timeout_ms: z.number().optional(),
  }),
  'approval.answered': z.object({
    ask: z.string(),
    verdict: z.enum(['allow', 'deny', 'text']),
    scope: z.enum(['once', 'run', 'rule']),
    text: z.string(),
    by: z.string(),
  }),
  /** An answer that did not count, because of where it came from. */
  'approval.refused': z.object({ ask: z.string(), verdict: z.enum(['allow', 'text']), by: z.string(), reason: z.string() }),
  'approval.expired': z.object({ ask: z.string(), reason: z.string() }),

  'budget.reserved': z.object({ what: z.string(), tokens: z.number(), usd: z.number(), turns: count, tool_calls: count }),
  'budget.settled': z.object({ what: z.string(), tokens: z.number(), usd: z.number(), turns: count, tool_calls: count }),
  'budget.exceeded': z.object({
    limit: z.enum(['tokens', 'usd', 'turns', 'wall_ms', 'tool_calls']),
    of: count,
    asked: z.number(),
    spent: z.number(),
    max: z.number(),
  }),

  'capability.granted': z.object({ rule, by: z.string(), scope: z.string() }),
  /** The whole run lost what this rule covers: every process of it, those to come included. */
  'capability.revoked': z.object({ rule, by: z.string() }),
  /** The policy files say something else than for the last run in this folder, or than before the interruption. */
  'policy.changed': z.object({ was: z.string(), hash: z.string(), rules: z.array(z.string()) }),
  /** What the project brings along and its folder is not trusted with. */
  'project.ignored': z.object({
    extras: z.array(z.object({ kind: z.enum(['config', 'context', 'programs', 'hooks', 'mcp']), path: z.string() })),
    reason: z.string(),
  }),
  'checkpoint.signed': z.object({ size: count, root: z.string(), note: z.string() }),
  /** The bodies of these entries (`leaf`) were taken out for good, with these files of `blobs/`; their hashes and all proofs stay. */
  'entry.redacted': z.object({ entries: z.array(count), files: z.array(z.string()), reason: z.string(), by: z.string() }),
  /** `root`: of a folder that agents see in the place of the workspace; absent: of the workspace. */
  'workspace.snapshotted': z.object({ tree: z.string(), files: count, before: z.string(), ms: z.number(), root: z.string().optional() }),
  /** A person put the workspace back to before a step (null: before the first), or took that back. */
  'workspace.restored': z.object({
    /** As it is now, and as it was. */
    tree: z.string(),
    from: z.string(),
    step: count.nullable(),
    action: z.string(),
    redo: z.boolean(),
    /** How many files were put back; the first thousand of them are named. */
    count,
    changed: z.array(z.object({ path: z.string(), change: z.enum(['added', 'removed', 'modified']), unkept: z.literal(true).optional() })),
  }),
} as const;

/**
 * Fields that hold text from people, models and tools. They are kept beside the entry behind a salted commitment, so
 * that one can be removed later without breaking a proof.
 */
export const KERNEL_BODIES: BodyFields = {
  'run.started': ['title', 'request'],
  'run.resumed': ['request'],
  'run.result': ['text', 'criteria', 'denials', 'error'],
  'process.forked': ['args'],
  'process.exited': ['exit'],
  'message.sent': ['text'],
  'turn.interrupted': ['text'],
  'model.answered': ['parts'],
  'model.failed': ['message'],
  'context.compacted': ['summary'],
  'tool.intended': ['input', 'action'],
  'tool.finished': ['text', 'images', 'details', 'notes', 'diff', 'sandbox'],
  'tool.denied': ['input', 'action', 'text', 'origins'],
  'tool.indoubt': ['text'],
  'approval.asked': ['text', 'detail', 'options', 'origins'],
  'approval.answered': ['text'],
  'workspace.restored': ['action', 'changed'],
};

export type BodyFields = Readonly<Record<string, readonly string[]>>;

const TAKEN_OUT = '[redacted]';
/** What stands for the field of a body that was redacted; undefined where it may be absent. */
export function standIn(type: string, field: string): unknown {
  const key = [`${type} ${field}`, field].find((one) => one in REDACTED_FIELDS);
  return key === undefined ? TAKEN_OUT : REDACTED_FIELDS[key];
}

/** Of fields that are no text, of every type or of one. */
const REDACTED_FIELDS: Readonly<Record<string, unknown>> = {
  request: {},
  args: {},
  input: {},
  facts: { exit_code: null, timed_out: false, assertion_found: null, artifacts: [], output_tail: TAKEN_OUT },
  criteria: [],
  denials: [],
  options: [],
  evidence: [],
  observations: [],
  patterns: [],
  questions: [],
  because: {},
  missing: [],
  draft: {},
  flaws: [],
  changed: [],
  checks: [],
  parts: [{ type: 'text', text: TAKEN_OUT }],
  exit: { how: 'done', text: TAKEN_OUT },
  judgement: null,
  yields: [],
  conflicts: [],
  changes: [],
  violations: [],
  'ac.split parts': [],
  'interview.begun request': TAKEN_OUT,
  ...Object.fromEntries(
    ['error', 'images', 'details', 'notes', 'diff', 'detail', 'before', 'with_restored', 'without_added', 'sandbox', 'origins', 'dropped'].map((one) => [
      one,
      undefined,
    ]),
  ),
};

type KernelType = keyof typeof KERNEL_EVENTS;
/** Plain mutable inference made deeply readonly at the top level only: entries are never changed after `append`. */
type KernelPayload = { [T in KernelType]: Readonly<{ type: T } & z.infer<(typeof KERNEL_EVENTS)[T]>> }[KernelType];

export type DomainNoun = 'interview' | 'seed' | 'plan' | 'ac' | 'evaluation' | 'lineage' | 'router' | 'drift' | 'chat';
/** An event of the protocol; the kernel carries it and folds nothing of it. */
export type DomainPayload = { readonly type: `${DomainNoun}.${string}` } & JsonObject;

export type Payload = KernelPayload | DomainPayload;
export type PayloadOf<T extends KernelType> = Extract<KernelPayload, { type: T }>;

export interface Envelope {
  readonly v: 1;
  /** Per run, gapless from 0. */
  readonly seq: number;
  /** Index in the log. */
  readonly leaf: number;
  readonly at: Millis;
  /** Monotonic milliseconds of the kernel that wrote it; comparable within one `boot`. */
  readonly mono: Millis;
  readonly boot: string;
  readonly run: RunId;
  readonly pid: Pid;
  /** Who acted: `kernel`, `user`, `agent`, `protocol`. */
  readonly actor: string;
  /** Sources of untrusted text this entry carries; absent when none. */
  readonly taint?: readonly string[];
  /** What was said in it was taken out later (`entry.redacted`); never in the stored bytes. */
  readonly redacted?: true;
}

export type KernelEvent = Envelope & Payload;
export type EventOf<T extends KernelType> = Envelope & PayloadOf<T>;

/** What a writer hands to the log; the log adds the rest of the envelope. */
export type EventDraft = { readonly run: RunId; readonly pid: Pid; readonly actor: string; readonly taint?: readonly string[] } & Payload;

/** Live only: never stored, never replayed; the whole text follows in a durable event. */
export type Delta = {
  readonly v: 1;
  readonly run: RunId;
  readonly pid: Pid;
  /** `seq` of the run's last durable event. */
  readonly after: number;
  /** Counts the deltas since `after`. */
  readonly n: number;
} & (
  | { readonly type: 'model.delta'; readonly kind: 'text' | 'thinking'; readonly text: string }
  | { readonly type: 'tool.delta'; readonly call: CallId; readonly text: string }
  | { readonly type: 'progress'; readonly text: string }
);

export type BusEvent = KernelEvent | Delta;
export const isDurable = (event: BusEvent): event is KernelEvent => 'seq' in event;

export type Exit = z.infer<typeof exit>;
export type Leads = z.infer<typeof leads>;
export type Origins = z.infer<typeof origins>;
export type Limits = Readonly<z.infer<typeof limits>>;
export type Decision = Readonly<z.infer<typeof decision>>;
