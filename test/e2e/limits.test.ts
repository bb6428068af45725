import { mkdirSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { oxios, type Place, place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
  // Each turn reads something; a dollar a token, so that any limit can be the first.
  const looks = Array.from({ length: 6 }, (_, nth) => ({ calls: [{ name: 'ls', input: { path: './'.repeat(nth + 1) } }], delay_ms: 40 }));
  writeFileSync(here.path('model.yaml'), stringify({ price: { input: 1e6, output: 1e6 }, agents: { default: [...looks, { text: 'done' }] } }));
});
afterEach(() => here.remove());

const at = (...args: readonly string[]) => oxios(args, { home: here.home, cwd: here.workspace });
const ask = (...more: readonly string[]) => at('-p', 'look', '--model', `script:${here.path('model.yaml')}`, '--json', ...more);

const LIMITS: readonly (readonly [flag: string, value: string, key: string, configured: string, limit: string])[] = [
  ['--max-turns', '2', 'limits.turns', '2', 'turns'],
  ['--max-tool-calls', '2', 'limits.tool_calls', '2', 'tool_calls'],
  ['--max-tokens', '20', 'limits.tokens', '20', 'tokens'],
  ['--max-usd', '20', 'limits.usd', '20', 'usd'],
  ['--max-wall', '90ms', 'limits.wall_minutes', '0.0015', 'wall_ms'],
];

describe('a limit ends a run with exit 6, and is named', () => {
  test.each(LIMITS)('%s %s', async (flag, value, _key, _configured, limit) => {
    const ran = await ask(flag, value);
    expect(ran.code).toBe(6);
    expect(ran.events().find((event) => event.type === 'run.started').limits[limit]).toBe(limit === 'wall_ms' ? 90 : Number(value));
    expect(ran.events().at(-1)).toMatchObject({ type: 'run.result', exit_code: 6, error: { code: 'LIMIT' } });
    expect(ran.stderr).toMatch(/^LIMIT: .*\n {2}hint: .*resume/mu);
  });

  test.each(LIMITS)('as %s, from the configuration as %s %s', async (_flag, _value, key, value, limit) => {
    await at('config', 'set', key, value);
    const ran = await ask();
    expect(ran.events().find((event) => event.type === 'run.started').limits[limit]).toBe(limit === 'wall_ms' ? 90 : Number(value));
    expect(ran.code).toBe(6);
  });

  test('the lowest of flag and configuration holds', async () => {
    await at('config', 'set', 'limits.turns', '3');
    const limitsOf = async (...args: readonly string[]) => (await ask(...args)).events().find((event) => event.type === 'run.started').limits;
    expect(await limitsOf('--max-turns', '100')).toMatchObject({ turns: 3 });
    expect(await limitsOf('--max-turns', '2')).toMatchObject({ turns: 2 });
    expect(await limitsOf()).toMatchObject({ turns: 3, wall_ms: 30 * 60_000, tool_calls: 200, tokens: null, usd: null });
  });

  test('resume goes on only with --extend and a higher one', async () => {
    const { run } = (await ask('--max-turns', '2')).events().at(-1);
    const refused = await at('resume', run, '--max-turns', '50');
    expect(refused.stderr).toMatch(/^USAGE: .*\n {2}hint: .*--extend/mu);
    expect(refused.code).toBe(2);
    expect(await at('resume', run, '--max-turns', '50', '--extend')).toMatchObject({ code: 0, stdout: 'done\n' });
  });
});

test('max_running: with one slot, a second agent waits until the first has ended', async () => {
  await at('config', 'set', 'max_running', '1');
  const gate = join(here.workspace, 'gate');
  makeGate(gate);
  const hold = join(here.home, 'hold.yaml');
  writeFileSync(hold, '- calls: [{name: bash, input: {command: cat gate}}]\n- text: first\n');
  const first = running(['-p', 'hold', '--model', `script:${hold}`, '--json'], { home: here.home, cwd: here.workspace });
  await first.printed('"type":"tool.started"');
  const second = running(['-p', 'look', '--model', `script:${here.path('model.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
  await second.printed('"type":"process.forked"');
  expect((await at('ps', '--json')).events().map((one) => [one.pid, one.state])).toEqual([
    [1, 'waiting tool'],
    [2, 'ready'],
  ]);
  await appendFile(gate, 'go\n');
  const ended = await Promise.all([first.done, second.done]);
  expect(ended.map((one) => one.events().at(-1).text)).toEqual(['first', 'done']);
});
