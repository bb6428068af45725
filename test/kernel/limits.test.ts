import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_LIMITS } from '../../src/kernel/budget.ts';
import type { Capability } from '../../src/kernel/capability.ts';
import type { KernelEvent, Limits } from '../../src/kernel/events.ts';
import { openTestKernel, type TestKernel } from '../helpers/kernel.ts';

let here: TestKernel;
beforeEach(() => {
  here = openTestKernel({ maxRunning: 8 });
});
afterEach(() => here.close());

const PRICE = { input: 1000, output: 5000 };
const WORKERS = 10;
/** The smallest answer that is asked for when little is left: a script gives its answers whatever it is asked for. */
const MAX_OUTPUT = 64;

/** Numbers that are the same each time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

/** A parent that forks workers side by side; each makes a few turns of a few calls, and uses more or less of what it may. */
function script(roll: (below: number) => number): object {
  // A provider counts what was said before again, and what came since.
  const usage = (turn: number) => ({ input: 200 + 5 * turn, output: roll(MAX_OUTPUT + 1) });
  const work = () => {
    const turns = 2 + roll(5);
    // None is made twice: whoever repeats itself is ended.
    let looks = 0;
    const calls = () => Array.from({ length: 1 + roll(4) }, () => ({ name: 'ls', input: { path: './'.repeat(++looks) } }));
    return [...Array.from({ length: turns }, (_, turn) => ({ usage: usage(turn), calls: calls() })), { usage: usage(turns), text: 'done' }];
  };
  const names = Array.from({ length: WORKERS }, (_, at) => `w${at}`);
  return {
    max_output: MAX_OUTPUT,
    price: PRICE,
    agents: {
      agent: [
        { usage: usage(0), calls: names.map((name) => ({ name: 'fork', input: { name, task: 'work' } })) },
        { usage: usage(1), text: 'all done' },
      ],
      ...Object.fromEntries(names.map((name) => [name, work()])),
    },
  };
}

interface Spent {
  readonly tokens: number;
  readonly usd: number;
  readonly tool_calls: number;
}

/** What was used in the end, and the most that was used and reserved together at any time. */
function accountOf(events: readonly KernelEvent[]): { readonly spent: Spent; readonly most: Spent } {
  const spent = { tokens: 0, usd: 0, tool_calls: 0 };
  const most = { ...spent };
  const held = new Map<string, { tokens: number; usd: number }>();
  for (const event of events) {
    if (event.type === 'budget.reserved') held.set(`${event.pid} ${event.what}`, event);
    if (event.type === 'budget.settled') {
      held.delete(`${event.pid} ${event.what}`);
      spent.tokens += event.tokens;
      spent.usd += event.usd;
    }
    if (event.type === 'tool.intended') spent.tool_calls += 1;
    const open = [...held.values()];
    most.tokens = Math.max(most.tokens, spent.tokens + open.reduce((sum, one) => sum + one.tokens, 0));
    most.usd = Math.max(most.usd, spent.usd + open.reduce((sum, one) => sum + one.usd, 0));
    most.tool_calls = Math.max(most.tool_calls, spent.tool_calls);
  }
  return { spent, most };
}

async function played(round: number, limits: Partial<Limits>): Promise<readonly KernelEvent[]> {
  const grants: readonly Capability[] = [
    { on: 'fs', right: 'read', under: here.workspace },
    { on: 'proc', right: 'fork' },
  ];
  const { run, pid } = await here.kernel.start(here.request(script(dice(round)), { grants, limits: { ...NO_LIMITS, ...limits } }));
  await here.kernel.wait(pid);
  const events: KernelEvent[] = [];
  for await (const event of here.kernel.read({ run })) events.push(event);
  return events;
}

describe('agents side by side never go over a limit together', () => {
  const rounds = Array.from({ length: 8 }, (_, at) => at + 1);

  test.each(rounds)('of tokens, of cost, of tool calls: round %i', async (round) => {
    const roll = dice(round * 7919);
    const free = accountOf(await played(round, {})).spent;
    expect(free.tool_calls).toBeGreaterThan(WORKERS * 2);
    for (const [key, max] of [
      ['tokens', Math.ceil(free.tokens * (0.2 + roll(70) / 100))],
      ['usd', free.usd * (0.2 + roll(70) / 100)],
      ['tool_calls', Math.ceil(free.tool_calls * (0.2 + roll(70) / 100))],
    ] as const) {
      const events = await played(round, { [key]: max });
      const { spent, most } = accountOf(events);
      expect(most[key], key).toBeLessThanOrEqual(max + 1e-9);
      expect(spent[key], key).toBeGreaterThan(0);
      const result = events.at(-1);
      expect(result).toMatchObject({ type: 'run.result', outcome: 'EXHAUSTED', exit_code: 6, resumable: true });
      expect(events.find((event) => event.type === 'budget.exceeded')).toMatchObject({
        limit: key,
        of: events.find((event) => event.type === 'process.forked')?.pid,
        max,
      });
    }
  });

  test('and within their limits all come to their end', async () => {
    const { spent } = accountOf(await played(99, {}));
    const events = await played(99, { tokens: spent.tokens * 10, usd: spent.usd * 10, tool_calls: spent.tool_calls });
    expect(events.at(-1)).toMatchObject({ outcome: 'DONE', exit_code: 0 });
    expect(accountOf(events).spent).toEqual(spent);
  });

  test('and what ends with the limit leaves nobody running', async () => {
    await played(3, { tool_calls: 5 });
    expect((await here.kernel.ps()).filter((proc) => proc.state.is !== 'exited')).toEqual([]);
  });
});
