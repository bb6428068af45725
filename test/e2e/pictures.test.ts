import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linesIn, textsOf } from '../../tools/picture.ts';
import { SHELL_PICTURES, shellRows } from '../../tools/shell-pictures.ts';
import { canMount } from '../helpers/mount.ts';
import { ROOT } from '../helpers/oxios.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Rows without what differs from run to run; the line of status has nothing else. */
const lasting = (rows: readonly string[]): readonly string[] =>
  rows.slice(0, -1).map((row) =>
    row
      .replace(/(\d+) entries · verified \1 of \1 .*/u, 'ENTRIES')
      .replace(/\b[0-9a-f]{12}\b/gu, 'HASH')
      .replace(/ \d+\.\ds/gu, ' TIME')
      .replace(/ ok \d.*/u, ' ok')
      .trimEnd(),
  );

/** Names of elements that are open at the end, or that end where another is open. */
function unbalanced(svg: string): readonly string[] {
  const open: string[] = [];
  for (const [, end, name = '', alone] of svg.matchAll(/<(\/?)(\w+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/gu)) {
    if (end === '') open.push(...(alone === '/' ? [] : [name]));
    else if (open.pop() !== name) return [name];
  }
  return open;
}

test('every picture of docs is shown in the README or the page of the shell, and every one that is shown is there', () => {
  const shown = ['README.md', 'docs/shell.md'].flatMap((page) => [...read(page).matchAll(/!\[[^\]]+\]\((?:docs\/)?([\w-]+\.svg)\)/gu)].map(([, name]) => name));
  expect([...new Set(shown)].sort()).toEqual(
    readdirSync(join(ROOT, 'docs'))
      .filter((name) => name.endsWith('.svg'))
      .sort(),
  );
});

describe.each(SHELL_PICTURES.map((picture) => [picture.name, picture] as const))('docs/%s.svg', (name, picture) => {
  const svg = read(`docs/${name}.svg`);

  test('is small, whole, and names no folder of the machine that made it', () => {
    expect(svg.length).toBeLessThan(60_000);
    expect(unbalanced(svg)).toEqual([]);
    expect(svg.replace(/<[^<>]*>/gu, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/u);
    expect(svg).not.toMatch(/oxios-picture|\/tmp\/|\/home\/|\/root\//u);
  });

  test.runIf(canMount)('is what the shell paints (npm run picture makes it anew)', async () => {
    expect(lasting(linesIn(svg))).toEqual(lasting(textsOf(await shellRows(picture))));
  });
});
