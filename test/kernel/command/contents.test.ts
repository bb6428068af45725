import { describe, expect, test } from 'vitest';
import { opensUnnamed } from '../../../src/kernel/command/contents.ts';
import { parseCommand } from '../../../src/kernel/command/parse.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { absoluteIn } from '../../../src/kernel/paths.ts';

const SEED = '/w/specs/seed.yaml' as AbsPath;

function opens(script: string): boolean {
  const parsed = parseCommand(script);
  if (!parsed.ok) throw new Error(parsed.reason);
  return opensUnnamed(parsed, [SEED], (path) => absoluteIn(path, '/w', '/home/u')) === SEED;
}

describe('a script comes upon a file that it does not name', () => {
  test.each([
    'cat specs/*',
    'cat specs/s*.yaml',
    'cat */seed.yaml',
    'cd specs && cat *',
    'grep -r x',
    'grep -R x specs',
    'rg x',
    'rg x /w',
    'git grep --untracked x',
    'sort specs/????.yaml',
  ])('%s', (script) => {
    expect(opens(script)).toBe(true);
  });
});

describe('a script does not', () => {
  test.each([
    'ls',
    'ls -R specs',
    'find . -name "*.yaml"',
    'cat *.md',
    'cat src/a.ts',
    'grep x src/a.ts',
    'rg x src',
    'grep -r x src',
    'git grep x',
    'wc -l docs/*.md',
    'test -f specs/seed.yaml',
  ])('%s', (script) => {
    expect(opens(script)).toBe(false);
  });
});
