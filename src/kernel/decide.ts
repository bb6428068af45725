import { type Capability, covers, formatRule, opens } from './capability.ts';
import type { Decision } from './events.ts';
import type { AbsPath } from './ids.ts';
import { implies } from './implied.ts';
import { isOwn, whyClosed } from './net/endpoint.ts';
import { type PolicyRule, policyRuleText, ruled } from './policy.ts';

/** What holds for one process when a call is judged. */
export interface Authority {
  readonly caps: readonly Capability[];
  /** Approved by a person, for this run or for this folder. */
  readonly granted: readonly Capability[];
  /** Explicit denials beat every grant. */
  readonly denies: readonly Capability[];
  /** What nobody granted is asked about instead of refused. */
  readonly asks: boolean;
  readonly protection: Protection;
  /** Rules of policy files. What they allow is in `caps`; here it is only named. */
  readonly policy?: readonly PolicyRule[];
  /** Taken back while the process lives: of `caps`, what these touch does not count any more. */
  readonly revoked?: readonly Capability[];
  /** What the process, its parent, and so on up, were each narrowed to: nobody can be asked for more than that. */
  readonly bounds?: readonly (readonly Capability[])[];
  /** What a person gave, of which `caps` and `granted` may be a part; absent: these themselves. What must be named is named here. */
  readonly given?: readonly Capability[];
}

/** Paths with rules of their own; `protect.ts` makes it. Undefined: nothing special about the path. */
export interface Protection {
  writable(path: AbsPath): string | undefined;
  readable(path: AbsPath): string | undefined;
}

/** Pure: the same authority and needs give the same answer. Explicit deny > ask > grant > default deny; the worst over all needs. */
export function decide(authority: Authority, needs: readonly Capability[]): Decision {
  let worst: Decision = { verdict: 'allow', rule: 'nothing needed', reason: 'every need is granted' };
  for (const need of needs) {
    const one = judge(authority, need);
    if (one.verdict === 'deny') return one;
    if (worst.verdict === 'allow') worst = one;
  }
  return worst;
}

function judge(authority: Authority, need: Capability): Decision {
  const refused = denied(authority, need) ?? beyond(authority, need);
  if (refused) return refused;
  const held = heldFor(authority, need);
  const kept = need.on === 'fs' ? guarded(authority, need, held) : need.on === 'net' ? closed(authority, need, held) : never(need);
  return kept ?? questioned(authority, need) ?? granted(authority, need, held) ?? missing(authority, need);
}

function denied({ denies, policy = [] }: Authority, need: Capability): Decision | undefined {
  const flag = denies.find((deny) => touches(deny, need));
  if (flag) return { verdict: 'deny', rule: `deny ${formatRule(flag)}`, reason: `${formatRule(need)} is denied explicitly` };
  const rule = policy.find((one) => one.verdict === 'deny' && touches(one.rule, need));
  return rule && { verdict: 'deny', rule: policyRuleText(rule), reason: because(`${formatRule(need)} is denied by ${rule.at}`, rule) };
}

/** What a process was narrowed to holds whatever a person allows the run later. */
function beyond({ bounds = [] }: Authority, need: Capability): Decision | undefined {
  if (bounds.every((bound) => bound.some((one) => covers(one, need) || implies(one, need)))) return undefined;
  return { verdict: 'deny', rule: 'narrowed', reason: `${formatRule(need)} is more than this agent was narrowed to when it was forked` };
}

/** What nobody may do unseen, though a grant around it would allow it: a command that does not name it is kept off it. */
export const withheld = ({ denies, policy = [], revoked = [], granted: approved }: Authority): readonly Capability[] => [
  ...denies,
  ...ruled(policy, 'deny'),
  ...[...ruled(policy, 'ask'), ...revoked].filter((rule) => !approved.some((one) => covers(one, rule))),
];

/** What a person approved after a revocation counts again. */
const heldFor = ({ caps, granted, revoked = [] }: Authority, need: Capability): readonly Capability[] =>
  revoked.some((one) => touches(one, need)) ? granted : [...caps, ...granted];

/**
 * A rule that takes away touches a need of the same right when either holds the other: denying a file inside a folder
 * stops a write to that folder too. Who may not write may still read; and who reads a folder is shown it without what is denied.
 */
const touches = (rule: Capability, need: Capability): boolean => takes(rule, need) || (isWhole(need) && sameRight(rule, need) && covers(need, rule));

/** Whether what the need does, it does to all of it at once. */
const isWhole = (need: Capability): boolean => need.on !== 'exec' && !(need.on === 'fs' && need.right === 'read');

/** Whether what takes away holds all of it. */
export const takes = (rule: Capability, one: Capability): boolean => sameRight(rule, one) && covers(rule, one);

const sameRight = (deny: Capability, need: Capability): boolean => !('right' in deny) || !('right' in need) || deny.right === need.right;

function guarded(authority: Authority, need: Extract<Capability, { on: 'fs' }>, held: readonly Capability[]): Decision | undefined {
  const { protection } = authority;
  if (need.right === 'write') {
    const why = protection.writable(need.under);
    return why ? { verdict: 'deny', rule: 'protected path', reason: `${need.under}: ${why}` } : undefined;
  }
  const why = protection.readable(need.under);
  if (!why) return undefined;
  // A grant of the folder around it is not enough: a secret must be named itself.
  const isNamed = namers(authority, held).some((one) => one.on === 'fs' && covers(one, need) && protection.readable(one.under) !== undefined);
  return isNamed && held.some((one) => covers(one, need)) ? undefined : { verdict: 'deny', rule: 'protected path', reason: `${need.under}: ${why}` };
}

/** What must be named to be given is named by a person: the rules a parent narrows its child to are of its own making. */
const namers = ({ given }: Authority, held: readonly Capability[]): readonly Capability[] => given ?? held;

/** Nobody is asked about what is no part of the public internet: only a grant that names it opens it, and nothing opens Oxios itself. */
function closed(authority: Authority, need: Extract<Capability, { on: 'net' }>, held: readonly Capability[]): Decision | undefined {
  if (isOwn(need.host)) return { verdict: 'deny', rule: 'own port', reason: `${need.host} is Oxios itself` };
  const why = whyClosed(need.host);
  if (why === undefined || (held.some((one) => covers(one, need)) && namers(authority, held).some((one) => opens(one, need)))) return undefined;
  return { verdict: 'deny', rule: 'closed address', reason: `${why}, and only a grant that names it opens it` };
}

/** A rule that says ask raises what is granted to a question, which only the answer of a person settles. */
function questioned(authority: Authority, need: Capability): Decision | undefined {
  const { policy = [], granted } = authority;
  const rule = policy.find((one) => one.verdict === 'ask' && touches(one.rule, need));
  if (!rule || granted.some((one) => covers(one, need))) return undefined;
  return asking(authority, policyRuleText(rule), because(`${formatRule(need)} is asked about by ${rule.at}`, rule));
}

function granted(authority: Authority, need: Capability, held: readonly Capability[]): Decision | undefined {
  const { policy = [] } = authority;
  const grant = held.find((one) => covers(one, need)) ?? held.find((one) => implies(one, need));
  if (!grant) return undefined;
  const more = raised(authority, need, held);
  if (more) return more;
  const rule = policy.find((one) => one.verdict === 'allow' && formatRule(one.rule) === formatRule(grant));
  return { verdict: 'allow', rule: rule ? policyRuleText(rule) : `allow ${formatRule(grant)}`, reason: 'every need is granted' };
}

/** What a command does that no grant is meant for. */
const never = (need: Capability): Decision | undefined =>
  need.on === 'exec' && need.raise?.to === 'deny' ? { verdict: 'deny', rule: need.raise.rule, reason: need.raise.reason } : undefined;

/** What is more than a grant of the program is meant for takes one that names it, or a person. */
function raised(authority: Authority, need: Capability, held: readonly Capability[]): Decision | undefined {
  if (need.on !== 'exec' || !need.raise) return undefined;
  const { rule, reason, named } = need.raise;
  const isNamed = named && namers(authority, held).some((one) => one.on === 'exec' && !one.reads && one.command === need.command);
  return isNamed ? undefined : asking(authority, rule, reason);
}

const missing = (authority: Authority, need: Capability): Decision =>
  asking(authority, authority.asks ? 'not granted' : 'default deny', `${formatRule(need)} is not granted`);

/** Where nobody is asked, what would be asked is refused. */
const asking = ({ asks }: Authority, rule: string, reason: string): Decision => ({ verdict: asks ? 'ask' : 'deny', rule, reason });

const because = (text: string, { because: why }: PolicyRule): string => (why === undefined ? text : `${text}: ${why}`);
