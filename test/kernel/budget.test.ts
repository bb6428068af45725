import { describe, expect, test } from 'vitest';
import { createBudget, isExceeded, lowest, NO_LIMITS, type Reservation, reserveOrWait } from '../../src/kernel/budget.ts';
import { pidOf } from '../../src/kernel/ids.ts';

const tokens = (n: number) => ({ tokens: n, usd: 0, tool_calls: 0 });

function taken(result: ReturnType<ReturnType<typeof createBudget>['reserve']>): Reservation {
  if (isExceeded(result)) throw new Error(`exceeded ${result.limit}`);
  return result;
}

describe('a budget', () => {
  test('counts a reservation of a child against every ancestor before the call', () => {
    const root = createBudget(pidOf(1), { ...NO_LIMITS, tokens: 100 });
    const a = createBudget(pidOf(2), NO_LIMITS, root);
    const b = createBudget(pidOf(3), NO_LIMITS, root);
    taken(a.reserve(tokens(60)));
    expect(b.reserve(tokens(60))).toMatchObject({ limit: 'tokens', of: 1, spent: 60, max: 100, waits: true });
    expect(b.left('tokens')).toBe(40);
  });

  test('gives back what was reserved and not used', () => {
    const root = createBudget(pidOf(1), { ...NO_LIMITS, tokens: 100 });
    taken(root.reserve(tokens(90))).settle(tokens(10));
    expect(root.left('tokens')).toBe(90);
    expect(root.spent.tokens).toBe(10);
  });

  test('settles once, however often it is told to', () => {
    const root = createBudget(pidOf(1), NO_LIMITS);
    const held = taken(root.reserve(tokens(5)));
    held.settle(tokens(5));
    held.settle(tokens(5));
    expect(root.spent.tokens).toBe(5);
  });

  test('lets a call wait for one under way that holds what is missing', async () => {
    const root = createBudget(pidOf(1), { ...NO_LIMITS, tool_calls: 2 });
    const call = { tokens: 0, usd: 0, tool_calls: 2 };
    const first = taken(root.reserve(call));
    const second = reserveOrWait(root, call, new AbortController().signal);
    first.settle({ tokens: 0, usd: 0, tool_calls: 0 });
    expect(isExceeded(await second)).toBe(false);
  });

  test('is exceeded when waiting cannot help', async () => {
    const root = createBudget(pidOf(1), { ...NO_LIMITS, tool_calls: 1 });
    taken(root.reserve({ tokens: 0, usd: 0, tool_calls: 1 })).settle({ tokens: 0, usd: 0, tool_calls: 1 });
    const result = await reserveOrWait(root, { tokens: 0, usd: 0, tool_calls: 1 }, new AbortController().signal);
    expect(result).toMatchObject({ limit: 'tool_calls', spent: 1, max: 1, waits: false });
  });

  test('never goes over a limit with many callers at once', async () => {
    const root = createBudget(pidOf(1), { ...NO_LIMITS, tokens: 1000 });
    const children = Array.from({ length: 20 }, (_, at) => createBudget(pidOf(at + 2), NO_LIMITS, root));
    const work = children.map(async (child) => {
      for (let call = 0; call < 20; call++) {
        const held = await reserveOrWait(child, tokens(30), new AbortController().signal);
        if (isExceeded(held)) return;
        expect(root.spent.tokens).toBeLessThanOrEqual(1000);
        await Promise.resolve();
        held.settle(tokens(25));
      }
    });
    await Promise.all(work);
    expect(root.spent.tokens).toBeLessThanOrEqual(1000);
    expect(root.spent.tokens).toBeGreaterThan(900);
  });

  test('waits for nobody when only the rest of a sum of dollars is left', async () => {
    const root = createBudget(pidOf(1), { ...NO_LIMITS, usd: 1 });
    const usd = (amount: number) => ({ tokens: 0, usd: amount, tool_calls: 0 });
    const held = [0.1, 0.2, 0.3].map((amount) => taken(root.reserve(usd(amount))));
    for (const one of held) one.settle(usd(0.3));
    expect(await reserveOrWait(root, usd(0.2), new AbortController().signal)).toMatchObject({ limit: 'usd', waits: false });
  });

  test('takes the lower of two limits in every row', () => {
    expect(lowest({ ...NO_LIMITS, tokens: 5, usd: 2 }, { tokens: 9, usd: 1, turns: 3 })).toEqual({
      tokens: 5,
      usd: 1,
      turns: 3,
      wall_ms: null,
      tool_calls: null,
    });
  });
});
