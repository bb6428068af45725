import type { AcStatus } from '../../ouroboros/events.ts';
import { type Paint, plain, type Tone } from './paint.ts';
import { type Column, table } from './table.ts';

/** One criterion and what was found of it. */
export interface Told {
  readonly id: string;
  readonly status: string;
  /** What speaks against it, else what speaks for it: a line each. */
  readonly why: string;
  readonly proof: string;
}

export const TONES: Readonly<Record<AcStatus, Tone>> = {
  PASS: 'good',
  FAIL: 'bad',
  BLOCKED: 'warn',
  UNVERIFIED: 'warn',
  INVALID: 'warn',
  UNAVAILABLE: 'warn',
};

const COLUMNS: readonly Column[] = [
  { head: 'STATUS', whole: true },
  { head: 'CRITERION', least: 10 },
  { head: 'WHY', least: 16, spare: 1 },
];

/** Every criterion on a line, with the first reason for its status. */
export function verdictTable(verdicts: readonly Told[], width: number | undefined, paint: Paint = plain): string {
  const rows = verdicts.map(({ id, status, why, proof }) => [status, id, (why || proof).split('\n')[0] ?? '']);
  const [head = '', ...lines] = table(COLUMNS, rows, width).split('\n');
  const coloured = lines.map((line, at) => {
    const { status = '' } = verdicts[at] ?? {};
    return paint(TONES[status as AcStatus] ?? 'warn', status) + line.slice(status.length);
  });
  return [paint('dim', head), ...coloured].join('\n');
}
