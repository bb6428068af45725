import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desk, script, task } from '../helpers/agent.ts';
import { type Line, oxios, type Place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = desk({ 'a.txt': 'x' });
});
afterEach(() => here.remove());

/** None is made twice: whoever repeats itself is ended. */
const look = (at: number) => ({ usage: { input: 100, output: 50 }, calls: [{ name: 'ls', input: { path: './'.repeat(at + 1) } }] });
const turns = (count: number) => [...Array.from({ length: count }, (_, at) => look(at)), { text: 'done', usage: { input: 100, output: 50 } }];
const seconds = `${60_000 + (process.pid % 30_000)}.7`;

const count = (events: readonly Line[], type: string): number => events.filter((event) => event.type === type).length;
const settled = (events: readonly Line[], key: 'tokens' | 'usd'): number =>
  events.reduce((sum, event) => sum + (event.type === 'budget.settled' ? event[key] : 0), 0);

describe('a run that comes to its limit ends with exit 6, and can go on with a higher one', () => {
  const ROWS: readonly (readonly [limit: string, flag: string, max: string, higher: string, within: (events: readonly Line[]) => boolean])[] = [
    ['tool_calls', '--max-tool-calls', '3', '100', (events) => count(events, 'tool.intended') === 3],
    ['turns', '--max-turns', '3', '40', (events) => count(events, 'model.requested') === 3],
    ['tokens', '--max-tokens', '2800', '1000000', (events) => settled(events, 'tokens') <= 2800 && count(events, 'tool.finished') > 1],
    ['usd', '--max-usd', '2.8', '1000', (events) => settled(events, 'usd') <= 2.8 && count(events, 'tool.finished') > 1],
  ];

  test.each(ROWS)('%s by %s', async (limit, flag, max, higher, within) => {
    script(here, turns(20), { max_output: 100, price: { input: 1000, output: 1000 } });
    const ran = await oxios(task(here, [flag, max]), { home: here.home });
    const events = ran.events();
    expect(ran.code).toBe(6);
    expect(events.at(-1)).toMatchObject({ type: 'run.result', outcome: 'EXHAUSTED', exit_code: 6, resumable: true, error: { code: 'LIMIT' } });
    expect(events.find((event) => event.type === 'budget.exceeded')).toMatchObject({ limit, max: Number(max) });
    expect(within(events)).toBe(true);
    expect(ran.stderr).toMatch(new RegExp(`^LIMIT: .* limit reached: .*\\n {2}hint: go on with a higher limit: oxios resume \\S+ --extend ${flag} N\\n`, 'u'));

    // What was used is used: a resumption without more spends no more.
    const again = await oxios(['resume', '--json'], { home: here.home });
    expect(again.code).toBe(6);
    expect(within([...events, ...again.events()])).toBe(true);
    const raised = await oxios(['resume', '--json', flag, higher], { home: here.home });
    expect(raised).toMatchObject({ code: 2, stderr: expect.stringContaining('--extend') });

    const last = await oxios(['resume', '--json', '--extend', flag, higher], { home: here.home });
    expect(last.events().at(-1)).toMatchObject({ outcome: 'DONE', exit_code: 0 });
  });

  test('time by --max-wall, and what ran then is gone', async () => {
    script(here, [{ calls: [{ name: 'bash', input: { command: `sleep ${seconds}` } }] }, { text: 'done' }]);
    const ran = await oxios(task(here, ['--max-wall', '1s']), { home: here.home });
    expect(ran.code).toBe(6);
    expect(ran.events().find((event) => event.type === 'budget.exceeded')).toMatchObject({ limit: 'wall_ms', max: 1000 });
    const left = readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/u.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`sleep\0${seconds}`);
      } catch {
        return false;
      }
    });
    expect(left).toEqual([]);
  });

  test('is over all agents of the run', async () => {
    const names = ['a', 'b', 'c', 'd'];
    script(here, {
      agent: [{ calls: names.map((name) => ({ name: 'fork', input: { name, task: 'x' } })) }, { text: 'done' }],
      ...Object.fromEntries(names.map((name) => [name, turns(10)])),
    });
    const ran = await oxios(task(here, ['--allow', 'proc:fork', '--max-tool-calls', '15']), { home: here.home });
    expect(ran.code).toBe(6);
    expect(count(ran.events(), 'tool.intended')).toBe(15);
  });
});
