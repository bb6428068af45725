import { expect, test } from 'vitest';
import { type Played, playAll, TRICKS } from '../helpers/malice/play.ts';
import { MAKE, MAKEFILE, NPM, PROJECT, PYTHON, SCRIPTS, UNITTEST } from '../helpers/malice/project.ts';
import { calls, says, trial, writes } from '../helpers/trial.ts';

test('no trick is approved, and what speaks against each is said', async () => {
  const played: Played[] = [];
  await playAll(TRICKS, 2, (one) => void played.push(one));
  const wrong = played
    .filter((one) => one.wrong.length > 0)
    .map((one) => `${one.trick.rule}, ${one.trick.name}: ${one.status}: ${one.wrong.join('; ')}\n${one.evidence}`);
  expect(wrong).toEqual([]);
  expect(played).toHaveLength(TRICKS.length);
  expect(new Set(played.map((one) => one.trick.rule)).size).toBe(8);
});

test('and who does the work is approved by the same checks', async () => {
  const commands = [
    { verify_command: 'node --test test/double.test.js' },
    NPM,
    MAKE,
    UNITTEST,
    { verify_command: 'bash -c "diff expected.txt <(node say.js)"' },
  ];
  const fixes = [
    calls(['read', { path: 'src/double.js' }], ['read', { path: 'double.py' }]),
    calls(writes('src/double.js', 'export const double = (n) => n * 2;\n'), writes('double.py', 'def double(n):\n    return n * 2\n')),
    says('done'),
  ];
  const files = {
    ...PROJECT,
    ...SCRIPTS,
    ...PYTHON,
    Makefile: MAKEFILE,
    'expected.txt': '42\n',
    'say.js': "import { double } from './src/double.js';\nconsole.log(double(21));\n",
  };
  const here = trial({
    criteria: commands.map((one, at) => ({ id: `a${at}`, description: 'double() doubles', ...one })),
    files,
    agents: { 'worker a0': fixes, worker: [says('done')] },
  });
  const ran = await here.run();
  here.remove();
  expect(ran.statuses).toEqual(Object.fromEntries(commands.map((_, at) => [`a${at}`, 'PASS'])));
  expect(ran.code).toBe(0);
});
