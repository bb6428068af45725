import { createHash } from 'node:crypto';
import { z } from 'zod';
import { artifactFault, parseArtifactList } from './artifact.ts';
import { CRITERION_KEYS } from './extension.ts';
import { isMapping, list, mapping, oneOf, piece, type Read, read, shown, wrong } from './lax.ts';
import { hasControl, isNone, PYTHON_SPACE, pythonLength, strip, stripSpaces } from './python.ts';
import type { Criterion } from './types.ts';

type Contract = Pick<Criterion, 'description' | 'verify_command' | 'expected_artifacts' | 'output_assertion'>;

const LEVELS = ['low', 'medium', 'high'] as const;

/** A criterion as the file has it: a text, or a mapping with the contract that proves it. */
export const CRITERION = z.preprocess(
  unfold,
  mapping(
    {
      description: piece((value) => (typeof value === 'string' ? read(strip(value)) : notText(value))),
      semantic_ac_key: piece(keyOf).nullable().default(null),
      verify_command: optionalText((value) => value),
      expected_artifacts: piece(artifactsOf).default([]),
      output_assertion: optionalText((value) => (MEANS_SUCCESS.test(value) ? null : value)),
      verify_exemption_reason: optionalText((value) => value),
      investment: mapping({
        difficulty: oneOf(LEVELS).nullable().default(null),
        stakes: oneOf(LEVELS).nullable().default(null),
        provenance: oneOf(['declared', 'measured', 'inferred', 'absent']).default('declared'),
        confidence: oneOf(LEVELS).default('low'),
      })
        .nullable()
        .default(null),
      ...CRITERION_KEYS,
    },
    'text or a mapping',
  ).superRefine(checkContract),
);

/** Stable name of what a criterion promises: its text and contract, not its place. */
export function semanticKey(criterion: Contract): string {
  const { description, expected_artifacts, output_assertion, verify_command } = criterion;
  const encoded = JSON.stringify({ description, expected_artifacts, output_assertion, verify_command });
  return `ac_${createHash('sha256').update(encoded).digest('hex').slice(0, KEY_DIGITS)}`;
}

/** An assertion that only says what the exit code says already. */
export const restatesSuccess = (assertion: string): boolean => MEANS_SUCCESS.test(strip(assertion));

export const isAbsent = (value: string): boolean => strip(value) === '' || isNone(strip(value));

const KEY_DIGITS = 16;
const S = `[${PYTHON_SPACE}]*`;
const MEANS_SUCCESS = new RegExp(`^(?:exit${S}(?:code|status)?${S}0|returns?${S}0|success|succeeds|passed|passes|ok exit|no errors?)$`, 'iu');
/** One check must fit a tool call: files, and characters of command, assertion and paths together. */
const MAX_ARTIFACTS = 253;
const MAX_CONTRACT_CHARS = 64_000;

function notText(value: unknown): Read<never> {
  return wrong(`should be text but is ${shown(value)}`, 'seed.type');
}

function keyOf(value: unknown): Read<string> {
  if (typeof value !== 'string') return notText(value);
  return /^ac_[a-f0-9]{16}$/u.test(value)
    ? read(value)
    : wrong('should be ac_ and 16 hexadecimal digits', 'seed.value', 'remove the key: it is computed; a name of your own goes into id');
}

/** Text or null; blank text and NONE are null. */
function optionalText(of: (value: string) => string | null) {
  return piece<string | null>((value) => {
    if (value === null) return read(null);
    if (typeof value !== 'string') return notText(value);
    return read(isAbsent(value) ? null : of(strip(value)));
  }).default(null);
}

const EMPTY_ENTRY = ['has an empty entry or a control character', 'criterion.artifact', 'write a list of paths, such as [a.js, b.js]'] as const;

function artifactsOf(value: unknown): Read<readonly string[]> {
  if (value === null) return read([]);
  if (typeof value === 'string') {
    const entries = parseArtifactList(value);
    return entries ? read(entries) : wrong(...EMPTY_ENTRY);
  }
  if (!Array.isArray(value)) return wrong(`should be a list of paths but is ${shown(value)}`, 'seed.type');
  const stray = value.find((entry) => typeof entry !== 'string');
  if (stray !== undefined) return wrong(`holds ${shown(stray)}; every entry is a path`, 'criterion.artifact', 'put it in quotes if it is the name of a file');
  return value.some((entry) => entry === '' || hasControl(entry)) ? wrong(...EMPTY_ENTRY) : read(value);
}

/** A plain text is a description; `criterion` and `content` are older names of it. An assertion without a command is told before anything else. */
function unfold(item: unknown, ctx: z.RefinementCtx): unknown {
  if (typeof item === 'string') return { description: item };
  if (!isMapping(item)) return item;
  const said = (value: unknown): boolean => typeof value === 'string' && stripSpaces(value) !== '' && !isNone(value);
  if (said(item.output_assertion) && !said(item.verify_command)) refuse(ctx, { ...NEEDS_COMMAND, at: ['output_assertion'] });
  if ('description' in item) return item;
  const older = [item.criterion, item.content].find((value) => typeof value === 'string');
  return older === undefined ? item : { ...item, description: older };
}

const NEEDS_COMMAND = {
  message: 'output_assertion needs a verify_command whose output it is looked for in',
  hint: 'add verify_command: the command that prints it; or say it in the description',
};

interface Refused {
  readonly message: string;
  readonly hint: string;
  /** Leads from the criterion to the entry that is meant. */
  readonly at: readonly (string | number)[];
  readonly code?: string;
}

/** Issues about the contract belong to the criterion. */
function refuse(ctx: z.RefinementCtx, { message, hint, at, code = 'criterion.contract' }: Refused): void {
  ctx.addIssue({ code: 'custom', message, params: { code, at, hint } });
}

function checkContract(value: Contract & Pick<Criterion, 'verify_exemption_reason'>, ctx: z.RefinementCtx): void {
  const { verify_command: command, output_assertion: assertion, expected_artifacts: artifacts } = value;
  if (command !== null && value.verify_exemption_reason !== null)
    refuse(ctx, {
      message: 'verify_exemption_reason and verify_command exclude each other',
      hint: 'remove the reason to have it checked, or the command to have it judged',
      at: ['verify_exemption_reason'],
    });
  if (assertion !== null && command === null) refuse(ctx, { ...NEEDS_COMMAND, at: ['output_assertion'] });
  for (const [index, path] of artifacts.entries()) {
    const fault = artifactFault(path);
    if (!fault) continue;
    const message = `the path ${JSON.stringify(path.slice(0, MAX_SHOWN_PATH))} ${fault.why}`;
    refuse(ctx, { message, hint: fault.hint, at: ['expected_artifacts', index], code: 'criterion.artifact' });
  }
  const at = ['expected_artifacts'];
  if (artifacts.length > MAX_ARTIFACTS)
    refuse(ctx, {
      message: `${artifacts.length} expected artifacts; at most ${MAX_ARTIFACTS} are allowed`,
      hint: 'name the ones that tell, or the folder they are in',
      at,
    });
  const chars = [command ?? '', assertion ?? '', ...artifacts].reduce((sum, part) => sum + pythonLength(part), 0);
  if (chars > MAX_CONTRACT_CHARS) {
    const message = `command, assertion and paths have ${chars} characters; at most ${MAX_CONTRACT_CHARS} are allowed`;
    refuse(ctx, { message, hint: 'put the command into a script of the workspace, and call that', at: [] });
  }
}

/** Characters of a path in a message. */
const MAX_SHOWN_PATH = 100;

export const CRITERIA = z.preprocess((value) => (value === null ? [] : value), list(CRITERION));
