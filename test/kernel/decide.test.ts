import { describe, expect, test } from 'vitest';
import { type Capability, parseRule } from '../../src/kernel/capability.ts';
import { type Authority, decide } from '../../src/kernel/decide.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import type { PolicyRule } from '../../src/kernel/policy.ts';

const rules = (...texts: readonly string[]): readonly Capability[] => texts.map((text) => parseRule(text, (path) => path as AbsPath));
const authority = (change: Partial<Authority> = {}): Authority => ({
  caps: rules('fs:write:/w', 'exec:git'),
  granted: [],
  denies: [],
  asks: false,
  protection: {
    writable: (path) => (path.includes('/.git/') ? 'belongs to Git' : undefined),
    readable: (path) => (path.includes('.env') ? 'may hold secrets' : undefined),
  },
  ...change,
});

const ask = (text: string): PolicyRule => ({ verdict: 'ask', rule: rules(text)[0] as Capability, at: 'policy.yaml:1' });

describe('a decision', () => {
  test.each<[string, Partial<Authority>, readonly string[], string]>([
    ['needs nothing', {}, [], 'allow'],
    ['is granted', {}, ['fs:write:/w/a'], 'allow'],
    ['is granted in every need', {}, ['fs:read:/w/a', 'exec:git:status'], 'allow'],
    ['lacks one of its needs', {}, ['fs:read:/w/a', 'exec:rm'], 'deny'],
    ['is outside', {}, ['fs:read:/etc/passwd'], 'deny'],
    ['is asked about when somebody may be asked', { asks: true }, ['exec:rm'], 'ask'],
    ['was approved for the run', { granted: rules('exec:rm') }, ['exec:rm'], 'allow'],
    ['is denied explicitly, whatever is granted', { denies: rules('exec:git'), granted: rules('exec:*') }, ['exec:git:push'], 'deny'],
    ['would write a folder with a denied file', { denies: rules('fs:write:/w/keep') }, ['fs:write:/w'], 'deny'],
    ['reads a folder with a denied file, of which it is not shown', { denies: rules('fs:read:/w/keep') }, ['fs:read:/w'], 'allow'],
    ['reads what is denied to writing alone', { denies: rules('fs:write:/w/keep') }, ['fs:read:/w/keep'], 'allow'],
    ['writes below what is denied to writing', { denies: rules('fs:write:/w/keep') }, ['fs:write:/w/keep/a'], 'deny'],
    ['is asked about by a policy, though granted', { asks: true, policy: [ask('exec:git:push')] }, ['exec:git:push'], 'ask'],
    ['is asked about by a policy, and nobody is there', { policy: [ask('exec:git:push')] }, ['exec:git:push'], 'deny'],
    ['is asked about by a policy, and was approved', { asks: true, policy: [ask('exec:git')], granted: rules('exec:git:push') }, ['exec:git:push'], 'allow'],
    ['is beyond what the process was narrowed to', { asks: true, bounds: [rules('fs:read:/w')] }, ['exec:git'], 'deny'],
    ['is granted and was taken back', { revoked: rules('exec:git') }, ['exec:git:push'], 'deny'],
    ['is beside what was taken back', { revoked: rules('exec:git:push') }, ['exec:git:status'], 'allow'],
    ['reads a secret that only a parent named to its child', { caps: rules('fs:read:/w/.env'), given: rules('fs:write:/w') }, ['fs:read:/w/.env'], 'deny'],
    ['is denied even when it could be asked', { denies: rules('exec:rm'), asks: true }, ['exec:rm'], 'deny'],
    ['lacks one need and is denied another', { asks: true, denies: rules('exec:rm') }, ['exec:touch', 'exec:rm'], 'deny'],
    ['lacks one need and writes a protected path', { asks: true }, ['exec:touch', 'fs:write:/w/.git/config'], 'deny'],
    ['writes a protected path', { asks: true }, ['fs:write:/w/.git/config'], 'deny'],
    ['reads a secret below a granted folder', {}, ['fs:read:/w/.env'], 'deny'],
    ['reads a secret, also when it could be asked', { asks: true }, ['fs:read:/w/.env'], 'deny'],
    ['reads a secret that was named', { granted: rules('fs:read:/w/.env') }, ['fs:read:/w/.env'], 'allow'],
  ])('a call that %s', (_, change, needs, verdict) => {
    const decision = decide(authority(change), rules(...needs));
    expect(decision.verdict).toBe(verdict);
    expect(decision.rule).not.toBe('');
    expect(decision.reason).not.toBe('');
  });
});
