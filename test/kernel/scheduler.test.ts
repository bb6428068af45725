import { describe, expect, test } from 'vitest';
import { createScheduler } from '../../src/kernel/scheduler.ts';

const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the scheduler', () => {
  test('lets at most N run at once', async () => {
    const scheduler = createScheduler(3, () => 0);
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const seat = scheduler.seat(0);
        await seat.hold(never);
        running += 1;
        most = Math.max(most, running);
        await settle();
        running -= 1;
        seat.release();
      }),
    );
    expect(most).toBe(3);
    expect(scheduler.running).toBe(0);
  });

  test('gives the slot to others while a process waits aside, so that a parent never starves its child', async () => {
    const scheduler = createScheduler(1, () => 0);
    const parent = scheduler.seat(0);
    const child = scheduler.seat(0);
    await parent.hold(never);
    const answer = await parent.aside(never, async () => {
      await child.hold(never);
      child.release();
      return 'done';
    });
    parent.release();
    expect(answer).toBe('done');
    expect(scheduler.running).toBe(0);
  });

  test('gives the nicer process fewer turns, and never none', async () => {
    let clock = 0;
    const scheduler = createScheduler(1, () => clock);
    const turns = { eager: 0, nice: 0 };
    const loop = async (name: keyof typeof turns, nice: number) => {
      const seat = scheduler.seat(nice);
      while (turns.eager + turns.nice < 400) {
        await seat.hold(never);
        clock += 10;
        turns[name] += 1;
        await settle();
        seat.release();
      }
    };
    await Promise.all([0, 0, 0, 0, 5, 5, 5, 5].map((nice) => loop(nice === 0 ? 'eager' : 'nice', nice)));
    expect(turns.nice).toBeGreaterThan(20);
    expect(turns.eager).toBeGreaterThan(turns.nice * 2);
  });

  test('forgets a waiter whose process ended, and its slot goes to the next', async () => {
    const scheduler = createScheduler(1, () => 0);
    const [first, dead, last] = [scheduler.seat(0), scheduler.seat(0), scheduler.seat(0)];
    const ended = new AbortController();
    await first.hold(never);
    const waiting = dead.hold(ended.signal);
    const next = last.hold(never);
    ended.abort();
    await expect(waiting).rejects.toThrow(/INTERRUPTED/);
    first.release();
    await next;
    last.release();
    expect(scheduler.running).toBe(0);
  });

  test('a process that ends while aside leaves no slot taken', async () => {
    const scheduler = createScheduler(1, () => 0);
    const seat = scheduler.seat(0);
    const ended = new AbortController();
    await seat.hold(ended.signal);
    await seat.aside(ended.signal, async () => ended.abort());
    seat.release();
    expect(scheduler.running).toBe(0);
  });
});
