import { describe, expect, test } from 'vitest';
import { type Capability, parseRule } from '../../src/kernel/capability.ts';
import { type Authority, decide } from '../../src/kernel/decide.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';

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
