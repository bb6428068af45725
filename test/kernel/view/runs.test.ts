import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FOLDED } from '../../../src/kernel/view/runs.ts';
import { ROOT } from '../../helpers/oxios.ts';

/** Verifying folds these alone: one that is missing would make every log that has it a false alarm. */
test('the events that are named as folded are those that the fold looks at', () => {
  const source = readFileSync(join(ROOT, 'src/kernel/view/runs.ts'), 'utf8');
  const looked = [...source.matchAll(/(?:case |event\.type === |first\.type === )'([a-z]+\.[a-z]+)'/gu)].map(([, type]) => type);
  expect(looked.length).toBeGreaterThan(20);
  expect([...new Set(looked)].toSorted()).toEqual([...FOLDED].toSorted());
});
