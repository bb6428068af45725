import type { Limits } from './events.ts';
import type { Pid } from './ids.ts';

/** What one call may use at most, or has used. */
export interface Amounts {
  readonly tokens: number;
  readonly usd: number;
  readonly tool_calls: number;
}

export interface Exceeded {
  readonly limit: keyof Limits;
  readonly of: Pid;
  readonly asked: number;
  readonly spent: number;
  readonly max: number;
  /** Other calls under way hold what is missing: it may fit when one of them has settled. */
  readonly waits: boolean;
}

export interface Reservation {
  settle(actual: Amounts): void;
}

/**
 * The budget of one process, a node of the tree its parents form. A reservation counts against every ancestor at once,
 * before the call, so that agents working side by side never go over a limit together.
 */
export interface Budget {
  readonly limits: Limits;
  readonly spent: Amounts;
  reserve(asked: Amounts): Reservation | Exceeded;
  /** What is left of a limit over the whole chain; Infinity without one. */
  left(limit: keyof Amounts): number;
  /** Resolves at the next settlement anywhere in the tree. */
  settled(): Promise<void>;
  /** Counts what this process and all below it used in an earlier life. */
  restore(used: Amounts): void;
}

export const NO_LIMITS: Limits = { tokens: null, usd: null, turns: null, wall_ms: null, tool_calls: null };
const KEYS = ['tokens', 'usd', 'tool_calls'] as const;
const ZERO: Amounts = { tokens: 0, usd: 0, tool_calls: 0 };

interface Node {
  readonly pid: Pid;
  readonly parent: Node | undefined;
  readonly limits: Limits;
  spent: Amounts;
  held: Amounts;
  /** At the root only: who waits for a settlement. */
  readonly waiters: (() => void)[];
}

const nodes = new WeakMap<Budget, Node>();

export function createBudget(pid: Pid, limits: Limits, parent?: Budget): Budget {
  const node: Node = { pid, parent: parent && nodes.get(parent), limits, spent: ZERO, held: ZERO, waiters: [] };
  const budget: Budget = {
    limits,
    get spent() {
      return node.spent;
    },
    reserve: (asked) => refusal(node, asked) ?? hold(node, asked),
    left: (limit) => Math.min(...chain(node).map((one) => (one.limits[limit] ?? Number.POSITIVE_INFINITY) - one.spent[limit] - one.held[limit])),
    settled: () => new Promise((resolve) => chain(node).at(-1)?.waiters.push(resolve)),
    restore: (used) => {
      node.spent = add(node.spent, used, 1);
    },
  };
  nodes.set(budget, node);
  return budget;
}

/** The lower of two limits in every row; null is no limit. */
export function lowest(a: Limits, b: Partial<Limits>): Limits {
  const pick = (key: keyof Limits): number | null => {
    const x = a[key];
    const y = b[key] ?? null;
    return x === null ? y : y === null ? x : Math.min(x, y);
  };
  return { tokens: pick('tokens'), usd: pick('usd'), turns: pick('turns'), wall_ms: pick('wall_ms'), tool_calls: pick('tool_calls') };
}

/** Reserves, waiting for calls under way where they hold what is missing. */
export async function reserveOrWait(budget: Budget, asked: Amounts, signal: AbortSignal): Promise<Reservation | Exceeded> {
  for (;;) {
    const result = budget.reserve(asked);
    if (!isExceeded(result) || !result.waits || signal.aborted) return result;
    await untilSettled(budget, signal);
  }
}

/** Resolves at the next settlement anywhere in the tree, or when the signal aborts. */
export const untilSettled = (budget: Budget, signal: AbortSignal): Promise<void> =>
  Promise.race([budget.settled(), new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))]);

export const isExceeded = (result: Reservation | Exceeded): result is Exceeded => 'limit' in result;

/** Sums of dollars are not exact: what was reserved and given back leaves less than this. */
const ROUNDING = 1e-9;

function refusal(node: Node, asked: Amounts): Exceeded | undefined {
  for (const one of chain(node)) {
    for (const key of KEYS) {
      const max = one.limits[key];
      const spent = one.spent[key] + one.held[key];
      if (max !== null && asked[key] > 0 && spent + asked[key] > max + ROUNDING)
        return { limit: key, of: one.pid, asked: asked[key], spent, max, waits: one.held[key] > ROUNDING };
    }
  }
  return undefined;
}

function hold(node: Node, asked: Amounts): Reservation {
  for (const one of chain(node)) one.held = add(one.held, asked, 1);
  let open = true;
  return {
    settle(actual) {
      if (!open) return;
      open = false;
      for (const one of chain(node)) {
        one.held = add(one.held, asked, -1);
        one.spent = add(one.spent, actual, 1);
      }
      for (const resume of chain(node).at(-1)?.waiters.splice(0) ?? []) resume();
    },
  };
}

function chain(node: Node): readonly Node[] {
  const out: Node[] = [];
  for (let one: Node | undefined = node; one; one = one.parent) out.push(one);
  return out;
}

const add = (a: Amounts, b: Amounts, sign: 1 | -1): Amounts => ({
  tokens: a.tokens + sign * b.tokens,
  usd: a.usd + sign * b.usd,
  tool_calls: a.tool_calls + sign * b.tool_calls,
});
