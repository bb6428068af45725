import { expect, test } from 'vitest';
import { gistOf } from '../../../src/ouroboros/evaluate/gist.ts';

test.each([
  ['', ''],
  ['\n \n', ''],
  ['one\ntwo\nthree\nfour\n', ': two / three / four'],
  [
    "node:fs:573\n    return binding.open(\n                   ^\n\nError: ENOENT: no such file, open 'x'\n    at openSync (node:fs:573:18) {\n  errno: -2,\n  code: 'ENOENT',\n  path: 'x'\n}\n\nNode.js v24.21.0\n",
    ": Error: ENOENT: no such file, open 'x'",
  ],
  ['Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    f()\nValueError: bad\n', ': ValueError: bad'],
  ['✔ one\nnot ok 2 - two\nok 3\n', ': not ok 2 - two'],
  ['src/a.ts(1,2): error TS2304: Cannot find name\n', ': src/a.ts(1,2): error TS2304: Cannot find name'],
])('of %j the gist is %j', (output, gist) => {
  expect(gistOf(output)).toBe(gist);
});

test('a gist is short, however much was printed', () => {
  expect(gistOf(`${'x'.repeat(5000)}\n`.repeat(10)).length).toBeLessThanOrEqual(302);
});
