import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PAGES } from '../../tools/pages.ts';
import { ROOT } from '../helpers/oxios.ts';

test.each(Object.entries(PAGES))('%s says what the program does (npm run docs makes it anew)', async (path, page) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(await page());
});
