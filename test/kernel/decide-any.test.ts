import { describe, expect, test } from 'vitest';
import { type Capability, covers, narrow, parseRule } from '../../src/kernel/capability.ts';
import { type Authority, decide } from '../../src/kernel/decide.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { implies } from '../../src/kernel/implied.ts';
import type { PolicyRule } from '../../src/kernel/policy.ts';
import { random } from '../helpers/random.ts';

const POOL = [
  ...['/', '/w', '/w/a', '/w/a/b', '/w-evil', '/etc/passwd'].flatMap((path) => [`fs:read:${path}`, `fs:write:${path}`]),
  ...['*', 'git', 'git:push', 'git:diff', 'npm', 'npm:test', 'rm'].map((one) => `exec:${one}`),
  ...['*', 'example.org', 'example.org:443', 'a.test:80', '127.0.0.1:80', '127.0.0.1'].map((one) => `net:${one}`),
  ...['memory:read', 'memory:write', 'proc:fork', 'proc:kill', 'mcp:s', 'mcp:*', 'program:p'],
].map((text) => parseRule(text, (path) => path as AbsPath));

/** What a command needs that does more than its program is granted for. */
const RAISED: readonly Capability[] = (['git:push', 'rm'] as const).map((command) => ({
  on: 'exec',
  command,
  raise: { to: 'ask', rule: 'destructive', reason: 'it does more', named: true },
}));
const NEEDS = [...POOL, ...RAISED];

const ROUNDS = 3000;
const drawn = random(20_261_127);
const chance = (of: number): boolean => drawn.int(100) < of;
const pick = (most: number): readonly Capability[] => Array.from({ length: drawn.int(most + 1) }, one);
const one = (): Capability => drawn.pick(POOL);
const need = (): Capability => drawn.pick(NEEDS);
const needsOf = (most: number): readonly Capability[] => Array.from({ length: drawn.int(most + 1) }, need);
const rulesOf = (verdict: PolicyRule['verdict'], most: number): readonly PolicyRule[] =>
  pick(most).map((rule, at) => ({ verdict, rule, at: `p.yaml:${at + 1}` }));
const shuffled = <T>(items: readonly T[]): readonly T[] =>
  items
    .map((item) => [drawn.int(1000), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

function anyAuthority(): Authority {
  return {
    caps: pick(6),
    granted: pick(3),
    denies: pick(1),
    asks: chance(50),
    protection: {
      writable: (path) => (path.startsWith('/etc') ? 'not yours' : undefined),
      readable: (path) => (path === '/etc/passwd' ? 'a secret' : undefined),
    },
    policy: [...rulesOf('ask', 2), ...rulesOf('deny', 1)],
    revoked: pick(1),
    bounds: chance(30) ? [pick(8)] : [],
  };
}

const RANK = { deny: 0, ask: 1, allow: 2 } as const;
const rank = (authority: Authority, needs: readonly Capability[]): number => RANK[decide(authority, needs).verdict];

/** Whatever was drawn last is said with what failed. */
function always(claim: (authority: Authority, needs: readonly Capability[]) => void): void {
  for (let round = 0; round < ROUNDS; round += 1) claim(anyAuthority(), needsOf(3));
}

describe('for any authority and any needs', () => {
  test.each<[string, (before: Authority) => Authority]>([
    ['a deny on the command line', (before) => ({ ...before, denies: [...before.denies, one()] })],
    ['a deny in a policy file', (before) => ({ ...before, policy: [...rulesOf('deny', 1), ...(before.policy ?? [])] })],
    ['an ask in a policy file', (before) => ({ ...before, policy: [...(before.policy ?? []), ...rulesOf('ask', 1)] })],
    ['a revocation', (before) => ({ ...before, revoked: [...(before.revoked ?? []), one()] })],
    ['a narrower bound', (before) => ({ ...before, bounds: [...(before.bounds ?? []), pick(8)] })],
    ['nobody to ask', (before) => ({ ...before, asks: false })],
    ['one grant less', (before) => ({ ...before, caps: before.caps.slice(1) })],
    ['one approval less', (before) => ({ ...before, granted: before.granted.slice(1) })],
  ])('%s never allows more', (_, change) => {
    always((authority, needs) => expect(rank(change(authority), needs)).toBeLessThanOrEqual(rank(authority, needs)));
  });

  test('a need that is denied is denied whatever is granted and approved', () => {
    always((authority) => {
      const wanted = need();
      expect(decide({ ...authority, caps: POOL, granted: POOL, revoked: [], bounds: [], denies: [wanted] }, [wanted]).verdict).toBe('deny');
    });
  });

  test('the order of rules, grants and needs does not matter', () => {
    always((authority, needs) => {
      const { caps, granted, denies, policy = [] } = authority;
      const other = { ...authority, caps: shuffled(caps), granted: shuffled(granted), denies: shuffled(denies), policy: shuffled(policy) };
      expect(rank(other, shuffled(needs))).toBe(rank(authority, needs));
    });
  });

  test('more needs are never allowed more than fewer', () => {
    always((authority, needs) => expect(rank(authority, [...needs, need()])).toBeLessThanOrEqual(rank(authority, needs)));
  });

  test('a child that asked for anything is never allowed what its parent is not', () => {
    always((parent) => {
      const asked = pick(8);
      const bounds = [...(parent.bounds ?? []), asked];
      const given = [...parent.caps, ...parent.granted];
      const child = { ...parent, given, caps: narrow(parent.caps, asked), granted: bounds.reduce(narrow, parent.granted), bounds };
      const wanted = need();
      expect(rank(child, [wanted])).toBeLessThanOrEqual(rank(parent, [wanted]));
      if (decide(child, [wanted]).verdict !== 'deny') expect(asked.some((bound) => covers(bound, wanted) || implies(bound, wanted))).toBe(true);
    });
  });
});
