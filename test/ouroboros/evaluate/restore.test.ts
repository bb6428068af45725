import { describe, expect, test } from 'vitest';
import { withOldScripts } from '../../../src/ouroboros/evaluate/restore.ts';

const BEFORE = { name: 'p', scripts: { test: 'vitest run' }, jest: { verbose: true }, dependencies: { a: '1' } };
const merged = (now: object): object | undefined => {
  const text = withOldScripts(JSON.stringify(BEFORE), JSON.stringify(now));
  return text === undefined ? undefined : (JSON.parse(text) as object);
};

describe('a changed package.json', () => {
  test.each<[string, object, object]>([
    [
      'keeps what was added',
      { ...BEFORE, scripts: { start: 'node .', test: 'vitest run' }, dependencies: { b: '2' } },
      { ...BEFORE, scripts: { start: 'node .', test: 'vitest run' }, dependencies: { b: '2' } },
    ],
    ['gets its old script back', { ...BEFORE, scripts: { test: 'true', start: 'node .' } }, { ...BEFORE, scripts: { test: 'vitest run', start: 'node .' } }],
    ['gets a script back that is gone', { ...BEFORE, scripts: undefined }, BEFORE],
    ['loses hooks of its old scripts', { ...BEFORE, scripts: { ...BEFORE.scripts, pretest: 'rm -r test', posttest: 'true' } }, BEFORE],
    ['gets its settings of runners back', { ...BEFORE, jest: { testMatch: [] } }, BEFORE],
    ['loses settings of runners that it had not', { ...BEFORE, ava: { files: [] } }, BEFORE],
  ])('%s', (_, now, expected) => {
    expect(merged(now)).toEqual(expected);
  });

  test('is left as it is, to the letter, when its scripts and runners are', () => {
    const now = '{ "jest": {"verbose": true},\n\n "scripts": {"lint": "x", "test": "vitest run"} }';
    expect(withOldScripts(JSON.stringify(BEFORE), now)).toBe(now);
  });

  test.each(['', '[]', '{"scripts": 7}', '{'])('is put back whole when it is %j', (text) => {
    expect(withOldScripts(JSON.stringify(BEFORE), text)).toBeUndefined();
    expect(withOldScripts(text, JSON.stringify(BEFORE))).toBeUndefined();
  });
});
