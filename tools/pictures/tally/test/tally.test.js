import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const program = new URL('../tally.js', import.meta.url).pathname;
const tally = (cwd, ...args) => execFileSync(process.execPath, [program, ...args], { cwd, encoding: 'utf8' }).trim();

test('add counts, and show gives the sum', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tally-'));
  tally(cwd, 'add', '42');
  assert.equal(tally(cwd, 'show'), '42');
});
