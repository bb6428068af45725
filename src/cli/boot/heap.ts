import { setFlagsFromString } from 'node:v8';

/** Agents at once from which memory counts for more than time. */
const MANY = 100;
/** By how much the heap may grow over what was in use at the last full collection. */
const GROWTH_PERCENT = 50;

/**
 * V8 lets a heap grow to about four times what lives in it before it collects: with a thousand agents at work that is 100 MB
 * of garbage. It reads this setting at each collection. Collecting more often costs 5 % of the time of such a run, and having
 * set it 24 ms of the start, because compiled code that is kept belongs to the settings it was compiled with: nothing for a
 * kernel of a few agents.
 */
export function keepHeapTight(maxRunning: number): void {
  if (maxRunning >= MANY) setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

/**
 * V8 lets the space of what is new grow to twice 32 MB when it is busy, and it never gives it back: a shell that is open all
 * day is busy now and then, and each frame of it leaves little behind. Called when the first frame is painted; the launcher
 * keeps the code that is compiled from here on apart from that of other commands.
 */
export function keepHeapOfShellSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
