import { describe, expect, test } from 'vitest';
import { type Capability, covers, formatRule, isUnder, narrow, parseRule } from '../../src/kernel/capability.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';

const rule = (text: string): Capability => parseRule(text, (path) => (path.startsWith('/') ? path : `/w/${path}`) as AbsPath);

describe('a grant covers a need', () => {
  test.each([
    ['fs:read:/w', 'fs:read:/w', true],
    ['fs:read:/w', 'fs:read:/w/a/b', true],
    ['fs:read:/w', 'fs:read:/w-evil', false],
    ['fs:read:/w', 'fs:read:/', false],
    ['fs:read:/w', 'fs:write:/w/a', false],
    ['fs:write:/w', 'fs:read:/w/a', true],
    ['fs:read:/', 'fs:read:/etc/passwd', true],
    ['exec:git', 'exec:git:diff', true],
    ['exec:git:diff', 'exec:git', false],
    ['exec:git', 'exec:gitk', false],
    ['exec:*', 'exec:rm', true],
    ['net:example.org', 'net:example.org:443', true],
    ['net:example.org:80', 'net:example.org:443', false],
    ['net:*', 'net:a.b:1', true],
    ['memory:write', 'memory:read', true],
    ['memory:read', 'memory:write', false],
    ['proc:fork', 'proc:kill', false],
    ['mcp:a', 'mcp:b', false],
    ['fs:read:/w', 'exec:git', false],
  ])('%s for %s: %s', (grant, need, expected) => {
    expect(covers(rule(grant), rule(need))).toBe(expected);
  });

  test('a grant of reading commands covers only commands judged to read', () => {
    const readers: Capability = { on: 'exec', command: '*', reads: true };
    expect(covers(readers, { on: 'exec', command: 'ls', reads: true })).toBe(true);
    expect(covers(readers, { on: 'exec', command: 'rm' })).toBe(false);
  });
});

describe('rules', () => {
  test.each(['fs:read:/a b/c', 'exec:npm:test', 'net:h:8080', 'mcp:s', 'program:p', 'memory:read', 'proc:kill'])('%s reads and writes the same', (text) => {
    expect(formatRule(rule(text))).toBe(text);
  });

  test.each(['', 'fs', 'fs:read', 'fs:run:/w', 'exec:', 'tape:x', 'memory:burn', 'proc:spawn'])('"%s" is refused with RULE_INVALID', (text) => {
    expect(() => rule(text)).toThrow(/RULE_INVALID/);
  });

  test('a path is under a root by whole components', () => {
    expect(isUnder('/w/a', '/w')).toBe(true);
    expect(isUnder('/wa', '/w')).toBe(false);
    expect(isUnder('/w', '/w')).toBe(true);
    expect(isUnder('/a', '/')).toBe(true);
  });
});

describe('narrowing', () => {
  test('a child gets the meet of what the parent holds and what it asked for', () => {
    const held = ['fs:write:/w', 'exec:git', 'net:a.org'].map(rule);
    const asked = ['fs:read:/w/docs', 'exec:*', 'net:b.org', 'fs:write:/'].map(rule);
    expect(narrow(held, asked).map(formatRule).sort()).toEqual(['exec:git', 'fs:read:/w/docs', 'fs:write:/w'].sort());
  });

  test('nothing a child holds goes beyond its parent, for random sets', () => {
    const pool = [
      'fs:read:/w',
      'fs:write:/w/a',
      'fs:read:/w/a/b',
      'fs:write:/',
      'exec:git',
      'exec:git:diff',
      'exec:*',
      'net:*',
      'net:a:1',
      'proc:fork',
      'memory:write',
      'memory:read',
    ].map(rule);
    let seed = 7;
    const pick = () =>
      pool.filter(() => {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        return seed % 3 === 0;
      });
    for (let round = 0; round < 500; round++) {
      const held = pick();
      const asked = pick();
      for (const got of narrow(held, asked)) {
        expect(held.some((one) => covers(one, got))).toBe(true);
        expect(asked.some((one) => covers(one, got))).toBe(true);
      }
    }
  });
});
