import { afterEach, describe, expect, test } from 'vitest';
import { act, desk, type Use } from '../helpers/agent.ts';
import type { Place } from '../helpers/oxios.ts';

let here: Place;
afterEach(() => here.remove());

const times = (count: number, ...some: readonly Use[]): readonly Use[] => Array.from({ length: count }, () => some).flat();
const read = { name: 'read', input: { path: 'a.txt' } };
const grep = { name: 'grep', input: { pattern: 'nothing of the kind' } };
const run = (command: string, rest: object = {}) => ({ name: 'bash', input: { command, ...rest } });

describe('an agent that goes in circles is ended', () => {
  test.each([
    ['one call', times(9, read), 5, 'the same call of read'],
    ['two calls', times(9, read, grep), 10, 'the same 2 calls'],
    ['a call that is refused', times(9, run('curl https://example.com')), 5, 'the same call of bash'],
  ])('%s', async (_, uses, made, what) => {
    here = desk({ 'a.txt': 'x' });
    const ran = await act(here, uses);
    expect(ran.code).toBe(6);
    expect(ran.stderr).toMatch(new RegExp(`^LOOP: .*${what}.*5 times in a row\\n  hint: .*oxios logs`, 'mu'));
    expect(ran.events().at(-1)).toMatchObject({ outcome: 'STAGNATED', exit_code: 6, resumable: true, error: { code: 'LOOP' } });
    expect(ran.answers).toHaveLength(made);
  });
});

describe('who watches something that goes on is left alone', () => {
  test('a log that grows', async () => {
    here = desk();
    const ran = await act(here, times(7, run('echo more >> run.log'), { name: 'read', input: { path: 'run.log' } }));
    expect({ code: ran.code, made: ran.answers.length }).toEqual({ code: 0, made: 14 });
  });

  test('a command in the background that says nothing for long', async () => {
    here = desk();
    const ran = await act(here, [run('sleep 60', { background: true }), ...times(8, { name: 'bash', input: { output_of: 'b1' } })]);
    expect(ran.code).toBe(0);
    expect(ran.answers.filter((one) => one.text === '[still running]')).toHaveLength(8);
  });
});
