import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoRows } from '../../tools/demo-picture.ts';
import { PAGES } from '../../tools/pages.ts';
import { linesIn, textsOf } from '../../tools/picture.ts';
import { ROOT } from '../helpers/oxios.ts';

test.each(Object.entries(PAGES))('%s says what the program does (npm run docs makes it anew)', async (path, page) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(await page());
});

/** What differs from run to run and from machine to machine, and where lines break because of it. */
const lasting = (lines: readonly string[]): string =>
  lines
    .join(' ')
    .replace(/\s+/gu, ' ')
    .replace(/\S*oxios-demo-\w+/gu, 'FOLDER')
    .replace(/\br_\w+/gu, 'RUN')
    .replace(/log \d+:\w+/u, 'log HEAD')
    .replace(/(model\.yaml) · .*? · (limits:)/u, '$1 · SANDBOX · $2');

test.runIf(process.platform === 'linux')('the picture in the README is what ./oxios demo prints (npm run picture makes it anew)', async () => {
  const picture = lasting(linesIn(readFileSync(join(ROOT, 'docs/demo.svg'), 'utf8')));
  expect(picture).toContain('$ ./oxios demo');
  expect(picture).toContain('APPROVED');
  expect(picture).toBe(lasting(textsOf(await demoRows())));
});
