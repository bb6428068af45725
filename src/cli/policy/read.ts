import { z } from 'zod';
import { parseRule } from '../../kernel/capability.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import type { PolicyRule } from '../../kernel/policy.ts';
import { type Problem, type Source, type Spot, sourceOf } from './source.ts';
import { DEED, type Deed } from './verdict.ts';

/** An example of a rule: what it says the gate answers, and where it says so. */
export interface Example {
  readonly deed: Deed;
  readonly verdict: Verdict;
  readonly spot: Spot;
}

export interface Reading {
  readonly rules: readonly PolicyRule[];
  readonly examples: readonly Example[];
  readonly problems: readonly Problem[];
}

export interface Origin {
  /** As people are told of it. */
  readonly file: string;
  /** A project may take away and never give. */
  readonly of: 'user' | 'project';
  /** What a relative path in a rule is relative to. */
  readonly folder: AbsPath;
  readonly userHome: AbsPath;
}

type Verdict = PolicyRule['verdict'];
const VERDICTS = ['allow', 'ask', 'deny'] as const satisfies readonly Verdict[];

const rules = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], { error: 'is a rule, or a list of rules' });
const examples = z.array(DEED, { error: 'is a list of commands, or of {read: PATH}, {write: PATH}, {url: URL}, {rule: RULE}' });
const RULE = z
  .strictObject({
    allow: rules.optional(),
    ask: rules.optional(),
    deny: rules.optional(),
    because: z.string().min(1).optional(),
    examples: z.strictObject({ allow: examples.optional(), ask: examples.optional(), deny: examples.optional() }).optional(),
  })
  .refine((one) => VERDICTS.filter((verdict) => one[verdict] !== undefined).length === 1, 'says exactly one of allow, ask, deny');
/** Each call is judged by all of them. */
const MAX_RULES = 1000;
const POLICY = z.strictObject({ rules: z.array(RULE, { error: 'is a list of rules' }).max(MAX_RULES) }, { error: 'is a mapping with the key rules' });

/** One policy file as text. Never throws: what is wrong is told with its place, and then nothing of the file counts. */
export function readPolicy(text: string, origin: Origin): Reading {
  const source = sourceOf(text, origin.file);
  if (source.problems.length > 0) return { rules: [], examples: [], problems: source.problems };
  const parsed = POLICY.safeParse(source.value ?? { rules: [] });
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const path = issue.path.filter((step) => typeof step !== 'symbol');
      return { file: origin.file, ...source.spot(path), message: `${path.join('.') || 'a policy'}: ${issue.message}`, hint: 'docs/policy.md shows the form' };
    });
    return { rules: [], examples: [], problems };
  }
  return readRules(parsed.data.rules, source, origin);
}

type Entry = z.infer<typeof RULE>;

function readRules(entries: readonly Entry[], source: Source, origin: Origin): Reading {
  const read = entries.flatMap((entry, at) => textsIn(entry, at, source).map((text) => ruleIn(text, entry, origin)));
  const problems = read.flatMap((one) => ('message' in one ? [one] : []));
  if (problems.length > 0) return { rules: [], examples: [], problems };
  return { rules: read.flatMap((one) => ('message' in one ? [] : [one])), examples: entries.flatMap((entry, at) => examplesIn(entry, at, source)), problems };
}

interface Text {
  readonly verdict: Verdict;
  readonly text: string;
  readonly spot: Spot;
}

function textsIn(entry: Entry, at: number, source: Source): readonly Text[] {
  return VERDICTS.flatMap((verdict) => {
    const said = entry[verdict];
    if (said === undefined) return [];
    return [said].flat().map((text, nth) => ({ verdict, text, spot: source.spot(['rules', at, verdict, ...(Array.isArray(said) ? [nth] : [])]) }));
  });
}

function ruleIn({ verdict, text, spot }: Text, { because }: Entry, { file, of, folder, userHome }: Origin): PolicyRule | Problem {
  if (of === 'project' && verdict === 'allow')
    return { file, ...spot, message: `the policy of a project cannot allow ${text}: it only narrows`, hint: 'allow it in policy.yaml of your home' };
  try {
    const rule = parseRule(text, (path) => absoluteIn(path, folder, userHome));
    // The reasons of a project are its own words, which no agent is told before its folder is trusted.
    return { verdict, rule, at: `${file}:${spot.line}`, ...(because === undefined || of === 'project' ? {} : { because }) };
  } catch (error) {
    if (!(error instanceof OxiosError)) throw error;
    return { file, ...spot, message: error.detail, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

const examplesIn = ({ examples: said }: Entry, at: number, source: Source): readonly Example[] =>
  VERDICTS.flatMap((verdict) => (said?.[verdict] ?? []).map((deed, nth) => ({ deed, verdict, spot: source.spot(['rules', at, 'examples', verdict, nth]) })));
