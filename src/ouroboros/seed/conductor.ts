import type { JsonObject } from '../../kernel/json.ts';
import { isMapping } from './lax.ts';
import { strip } from './python.ts';

export type ConductorReading = { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly message: string };

/** A handover note of the reference's conductor, completed with its defaults, or what is wrong with it. */
export function readConductor(value: unknown): ConductorReading {
  if (!isMapping(value)) return { ok: false, message: 'should be a mapping' };
  const faults: string[] = [];
  const text: TextOf = (name, given, limit, secrets = true) => {
    const fault = textFault(name, given, limit, secrets);
    if (fault) faults.push(fault);
    return typeof given === 'string' ? strip(given) : '';
  };
  const version = value.schema_version === undefined ? 1 : value.schema_version;
  if (typeof version !== 'number' || version < 1) faults.push('schema_version should be 1 or more');
  const approval = value.user_approval_event_id ?? null;
  const note: JsonObject = {
    schema_version: version as number,
    source_attention_event_id: text('source_attention_event_id', value.source_attention_event_id, MAX_EVENT_ID, false),
    instruction: text('instruction', value.instruction, MAX_INSTRUCTION),
    rejected_reasons: reasonsOf(value.rejected_reasons, text, faults),
    ...flagsOf(value, approval !== null, faults),
    ...(approval === null ? {} : { user_approval_event_id: text('user_approval_event_id', approval, MAX_EVENT_ID) }),
  };
  return faults.length > 0 ? { ok: false, message: faults.join('; ') } : { ok: true, value: note };
}

type TextOf = (name: string, given: unknown, limit: number, secrets?: boolean) => string;

function reasonsOf(given: unknown, text: TextOf, faults: string[]): readonly string[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    faults.push('rejected_reasons should be a list');
    return [];
  }
  if (given.length > MAX_REASONS) faults.push(`rejected_reasons has more than ${MAX_REASONS} entries`);
  return given.map((one, at) => text(`rejected_reasons.${at}`, one, MAX_REASON));
}

function flagsOf(value: Readonly<Record<string, unknown>>, approved: boolean, faults: string[]): JsonObject {
  const flags = FLAGS.map(([name, usual]) => [name, value[name] === undefined ? usual : value[name]] as const);
  for (const [name, flag] of flags) if (typeof flag !== 'boolean') faults.push(`${name} should be true or false`);
  const keeps = flags.every(([name, flag]) => flag === true || !name.startsWith('preserve_'));
  if (!keeps && !approved) faults.push('a directive that changes the specification needs user_approval_event_id');
  return { ...(Object.fromEntries(flags) as JsonObject), is_non_relaxing: keeps };
}

/** Limits of the reference, bytes and entries. */
const MAX_EVENT_ID = 256;
const MAX_INSTRUCTION = 2000;
const MAX_REASON = 500;
const MAX_REASONS = 10;

const FLAGS: readonly (readonly [string, boolean])[] = [
  ['preserve_goal', true],
  ['preserve_acceptance_criteria', true],
  ['preserve_constraints', true],
  ['preserve_non_goals', true],
  ['deterministic', false],
];

/** Text shaped like a credential has no place in a specification. */
const SECRETS: readonly RegExp[] = [
  /\bbearer\s+[a-z0-9._~+/=-]{12,}/iu,
  /\bsk-(?:ant-|or-)?[a-zA-Z0-9_-]{16,}/u,
  /\bAIza[a-zA-Z0-9_-]{20,}/u,
  /\b(?:api[_-]?key|access[_-]?token|refresh[_-]?token|password|client[_-]?secret)\b\s*[:=]\s*[^\s,;]{8,}/iu,
];

function textFault(name: string, given: unknown, limit: number, secrets: boolean): string | undefined {
  if (typeof given !== 'string') return `${name} should be text`;
  const text = strip(given);
  if (!/[^\p{C}\s]/u.test(text)) return `${name} should hold visible text`;
  if (Buffer.byteLength(text) > limit) return `${name} has more than ${limit} bytes`;
  return secrets && SECRETS.some((secret) => secret.test(text)) ? `${name} holds something shaped like a credential` : undefined;
}
