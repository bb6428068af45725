import { isAbsolute, normalize } from 'node:path';
import { z } from 'zod';
import type { AbsPath, RunId } from '../kernel/ids.ts';
import type { ResumeOptions, RunRequest, UndoOptions } from '../kernel/kernel-types.ts';
import { ROLES } from '../kernel/roles.ts';

/** Bodies and queries of the HTTP interface; each is parsed here once and trusted behind. */
const by = z.string().min(1).max(200).default('user');
const amount = z.number().positive().nullable();
const limits = { tokens: amount, usd: amount, turns: amount, wall_ms: amount, tool_calls: amount };
const path = z
  .string()
  .max(4096)
  .refine((text) => isAbsolute(text) && normalize(text) === text && !text.includes('\0'), 'must be an absolute, normalized path')
  .transform((text) => text as AbsPath);
const runId = z
  .string()
  .regex(/^[\w.-]{1,100}$/u, 'must be a run id')
  .transform((text) => text as RunId);

const capability = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('fs'), right: z.enum(['read', 'write']), under: path }),
  z.strictObject({ on: z.literal('exec'), command: z.string().min(1), reads: z.boolean().exactOptional() }),
  z.strictObject({ on: z.literal('net'), host: z.string().min(1) }),
  z.strictObject({ on: z.literal('memory'), right: z.enum(['read', 'write']) }),
  z.strictObject({ on: z.literal('mcp'), server: z.string().min(1) }),
  z.strictObject({ on: z.literal('program'), name: z.string().min(1) }),
  z.strictObject({ on: z.literal('proc'), right: z.enum(['fork', 'kill']) }),
]);

const timed = z.array(z.strictObject({ rule: capability, ms: z.number().positive() }));
const policy = z.array(
  z.strictObject({ verdict: z.enum(['allow', 'ask', 'deny']), rule: capability, at: z.string().max(5000), because: z.string().exactOptional() }),
);

const requestFields = {
  kind: z.enum(['run', 'prompt', 'chat', 'interview']),
  title: z.string(),
  cwd: path,
  body: z.string().min(1),
  args: z.json(),
  model: z.string(),
  limits: z.strictObject(limits),
  grants: z.array(capability),
  timed: timed.exactOptional(),
  asks: z.boolean(),
  denies: z.array(capability),
  interactive: z.boolean(),
  require_sandbox: z.boolean(),
  role: z.enum(ROLES).exactOptional(),
  policy: policy.exactOptional(),
  policy_was: z.string().exactOptional(),
  remembered: z.array(capability).exactOptional(),
  approval_timeout_ms: z.number().positive().exactOptional(),
  models: z.array(z.string()).exactOptional(),
  judge: z.string().min(1).exactOptional(),
  ignored: z.array(z.strictObject({ kind: z.enum(['config', 'context', 'programs', 'hooks', 'mcp']), path: z.string() })).exactOptional(),
  hidden: z.array(path).exactOptional(),
  trusted: z.boolean().exactOptional(),
  trusts: z.array(capability).exactOptional(),
  project: z.strictObject({ files: z.array(z.string()), trusted: z.boolean(), text: z.string() }).exactOptional(),
  run: runId.exactOptional(),
} satisfies Record<keyof RunRequest, z.ZodType>;

const resumeFields = {
  limits: z.strictObject(Object.fromEntries(Object.entries(limits).map(([key, one]) => [key, one.exactOptional()])) as PartialLimits).exactOptional(),
  extend: z.boolean().exactOptional(),
  answer: z.string().exactOptional(),
  model: z.string().min(1).exactOptional(),
  grants: z.array(capability).exactOptional(),
  timed: timed.exactOptional(),
  denies: z.array(capability).exactOptional(),
  policy: policy.exactOptional(),
  remembered: z.array(capability).exactOptional(),
  approval_timeout_ms: z.number().positive().exactOptional(),
  require_sandbox: z.boolean().exactOptional(),
  hidden: z.array(path).exactOptional(),
  interactive: z.boolean().exactOptional(),
} satisfies Record<keyof ResumeOptions, z.ZodType>;

const undoFields = {
  /** Only a rewind goes to another moment than before a step. */
  to: z.strictObject({ tree: z.string(), action: z.string(), note: z.object({ type: z.literal('lineage.rewound') }).catchall(z.json()) }).exactOptional(),
  step: z.number().int().positive().exactOptional(),
  redo: z.boolean().exactOptional(),
  force: z.boolean().exactOptional(),
  keep: z.boolean().exactOptional(),
  dry_run: z.boolean().exactOptional(),
} satisfies Record<keyof UndoOptions, z.ZodType>;

type PartialLimits = { [K in keyof typeof limits]: z.ZodExactOptional<typeof amount> };

export const RUN_REQUEST = z.strictObject(requestFields) satisfies z.ZodType<RunRequest>;
export const RESUME_OPTIONS = z.strictObject(resumeFields) satisfies z.ZodType<ResumeOptions>;
export const UNDO_OPTIONS = z.strictObject(undoFields) satisfies z.ZodType<UndoOptions>;
export const CANCEL = z.strictObject({ signal: z.enum(['TERM', 'KILL']).default('KILL'), by });
export const SIGNAL = z.strictObject({ signal: z.enum(['TERM', 'KILL', 'STOP', 'CONT', 'INT']), by });
export const NICE = z.strictObject({ nice: z.number().int().min(-20).max(19), by });
export const MESSAGE = z
  .strictObject({ text: z.string(), from: z.string().min(1).max(200).default('user'), kind: z.enum(['command', 'compaction']).exactOptional() })
  .refine(({ text, kind }) => text !== '' || kind === 'compaction', { message: 'must not be empty', path: ['text'] });
export const REPLY = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.enum(['allow', 'deny']), scope: z.enum(['once', 'run', 'rule']).default('once'), by }),
  z.strictObject({ verdict: z.literal('text'), text: z.string(), by }),
]);

/** A rule as text; where a path stands in it, it is absolute. */
export const REVOKE = z.strictObject({ rule: z.string().min(1).max(5000), by });

export const REDACT = z.strictObject({
  entries: z.array(z.number().int().nonnegative()).max(100_000).exactOptional(),
  match: z.string().min(1).exactOptional(),
  run: runId.exactOptional(),
  reason: z.string().max(1000).default(''),
  by,
});

const index = z
  .string()
  .regex(/^\d{1,15}$/u, 'must be a whole number')
  .transform(Number);
const yes = z.enum(['true', 'false']).transform((text) => text === 'true');

export const EVENTS_QUERY = z.strictObject({
  run: runId.optional(),
  /** `now`: only what is appended from here on. */
  from: z.union([z.literal('now'), index]).default(0),
  to: index.optional(),
  types: z
    .string()
    .min(1)
    .transform((text) => text.split(','))
    .optional(),
  pid: index.optional(),
  follow: yes.default(false),
  deltas: yes.default(true),
});

export const PID = index;
