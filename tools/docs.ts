import { readFileSync, writeFileSync } from 'node:fs';
import { PAGES } from './pages.ts';

/** Makes the generated pages; with `--check`, only says which of them are not what would be made. */
const checks = process.argv.includes('--check');
for (const [path, page] of Object.entries(PAGES)) {
  const file = new URL(`../${path}`, import.meta.url);
  const text = await page();
  if (!checks) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is stale: npm run docs`);
    process.exitCode = 1;
  }
}
