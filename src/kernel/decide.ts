import { type Capability, covers, formatRule } from './capability.ts';
import type { Decision } from './events.ts';
import type { AbsPath } from './ids.ts';
import { hostTouches, isOwn, whyClosed } from './net/host.ts';

/** What holds for one process when a call is judged. */
export interface Authority {
  readonly caps: readonly Capability[];
  /** Approved for this run by a person. */
  readonly granted: readonly Capability[];
  /** Explicit denials beat every grant. */
  readonly denies: readonly Capability[];
  /** What nobody granted is asked about instead of refused. */
  readonly asks: boolean;
  readonly protection: Protection;
}

/** Paths with rules of their own; `protect.ts` makes it. Undefined: nothing special about the path. */
export interface Protection {
  writable(path: AbsPath): string | undefined;
  readable(path: AbsPath): string | undefined;
}

/** Pure: the same authority and needs give the same answer. Explicit deny > grant > default deny; the worst over all needs. */
export function decide(authority: Authority, needs: readonly Capability[]): Decision {
  const held = [...authority.caps, ...authority.granted];
  let worst: Decision = { verdict: 'allow', rule: 'nothing needed', reason: 'every need is granted' };
  for (const need of needs) {
    const one = judge(authority, need, held);
    if (one.verdict === 'deny') return one;
    if (worst.verdict === 'allow') worst = one;
  }
  return worst;
}

function judge(authority: Authority, need: Capability, held: readonly Capability[]): Decision {
  const denied = authority.denies.find((deny) => touches(deny, need));
  if (denied) return { verdict: 'deny', rule: `deny ${formatRule(denied)}`, reason: `${formatRule(need)} is denied explicitly` };
  const kept = need.on === 'fs' ? guarded(authority, need, held) : need.on === 'net' ? closed(need, held) : undefined;
  if (kept) return kept;
  const grant = held.find((one) => covers(one, need));
  return grant ? { verdict: 'allow', rule: `allow ${formatRule(grant)}`, reason: 'every need is granted' } : missing(authority, need);
}

/** A deny rule touches a need when either holds the other: denying a file inside a folder stops a write to that folder too. */
const touches = (deny: Capability, need: Capability): boolean =>
  (deny.on === 'net' && need.on === 'net' && hostTouches(deny.host, need.host)) ||
  covers(deny, need) ||
  (need.on !== 'exec' && covers(need, deny) && deny.on === need.on && sameRight(deny, need));

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
  const named = held.some((one) => one.on === 'fs' && covers(one, need) && protection.readable(one.under) !== undefined);
  if (named) return undefined;
  return authority.asks
    ? { verdict: 'ask', rule: 'protected path', reason: `${need.under}: ${why}` }
    : { verdict: 'deny', rule: 'protected path', reason: `${need.under}: ${why}` };
}

/** Nobody is asked about what is no part of the public internet: only a grant that names it opens it, and nothing opens Oxios itself. */
function closed(need: Extract<Capability, { on: 'net' }>, held: readonly Capability[]): Decision | undefined {
  if (isOwn(need.host)) return { verdict: 'deny', rule: 'own port', reason: `${need.host} is Oxios itself` };
  const why = whyClosed(need.host);
  if (why === undefined || held.some((one) => covers(one, need))) return undefined;
  return { verdict: 'deny', rule: 'closed address', reason: `${why}, and only a grant that names it opens it` };
}

function missing(authority: Authority, need: Capability): Decision {
  const rule = formatRule(need);
  return authority.asks
    ? { verdict: 'ask', rule: 'not granted', reason: `${rule} is not granted` }
    : { verdict: 'deny', rule: 'default deny', reason: `${rule} is not granted` };
}
