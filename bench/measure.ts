/** One line of a benchmark: what was measured, against a floor measured in the same run, and the goal. */
export interface Line {
  readonly what: string;
  readonly ms: number;
  readonly floor_ms: number;
  /** Of both figures, when they are not milliseconds. */
  readonly unit?: 'MB' | 'x';
  readonly goal: string;
  readonly holds: boolean;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Medians of works done in turns, so that a busy moment of the machine hits all of them. */
export async function interleaved<Name extends string>(rounds: number, works: Readonly<Record<Name, () => unknown>>): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(works) as Name[];
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    // The first round only warms up.
    for (const name of names) {
      const ms = await timed(works[name]);
      if (round >= 0) taken.get(name)?.push(ms);
    }
  }
  return Object.fromEntries([...taken].map(([name, values]) => [name, median(values)])) as Record<Name, number>;
}

/** Prints the table; a missed goal makes the process end with 1. */
export function report(title: string, lines: readonly Line[]): void {
  console.log(title);
  for (const { what, ms, floor_ms, goal, holds, unit = 'ms' } of lines) {
    console.log(
      `  ${holds ? 'ok  ' : 'MISS'} ${what.padEnd(52)} ${ms.toFixed(2).padStart(9)} ${unit.padEnd(2)}   floor ${floor_ms.toFixed(2).padStart(9)} ${unit.padEnd(2)}   ${(ms / floor_ms).toFixed(2).padStart(6)}x   goal ${goal}`,
    );
  }
  if (lines.some((line) => !line.holds)) process.exitCode = 1;
}

/** Something that should be fast: a second, against a floor measured in the same run or a figure. */
export interface Rate {
  readonly what: string;
  readonly rate: number;
  readonly floor?: number;
  readonly goal: string;
  /** Share of the floor, or the figure itself where there is none. */
  readonly least: number;
}

/** Prints the table; a missed goal makes the process end with 1. */
export function rates(title: string, lines: readonly Rate[]): void {
  console.log(title);
  for (const { what, rate, floor, goal, least } of lines) {
    const holds = rate >= least * (floor ?? 1);
    const against = floor === undefined ? '' : `   floor ${Math.round(floor).toString().padStart(9)}/s   ${((100 * rate) / floor).toFixed(0).padStart(4)} %`;
    console.log(`  ${holds ? 'ok  ' : 'MISS'} ${what.padEnd(44)} ${Math.round(rate).toString().padStart(9)}/s${against}   goal ${goal}`);
    if (!holds) process.exitCode = 1;
  }
}
