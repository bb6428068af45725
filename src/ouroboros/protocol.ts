import { EXIT } from '../kernel/error-codes.ts';
import type { Exit } from '../kernel/events.ts';
import type { Json } from '../kernel/json.ts';
import type { Body } from '../kernel/kernel-types.ts';
import type { Judged } from './evaluate/evaluate.ts';
import { generation } from './generation.ts';
import { openJob } from './job.ts';
import { createState, type State } from './state.ts';

/** The protocol as a process body. Goes on from its own events. */
export const protocol: Body = async (ctx) => {
  const job = openJob(ctx.args);
  const state = createState(ctx);
  return conclude(await generation(ctx, job, state), state);
};

async function conclude(judged: readonly Judged[], state: State): Promise<Exit> {
  const { outcome, exit_code } = outcomeOf(judged);
  if (state.now().outcome === undefined) await state.emit({ type: 'evaluation.finished', outcome, exit_code });
  const criteria = judged.map(({ id, description, status, evidence }) => ({ id, description, status, evidence }));
  const data = { outcome, exit_code, criteria: criteria as unknown as Json, files_changed: [...state.now().changed] };
  return { how: 'done', text: outcome, data: data as never };
}

/** settled.md: no criteria -> unverified; any FAIL -> 1; else UNAVAILABLE -> 5; else anything but PASS -> 4. */
export function outcomeOf(judged: readonly Pick<Judged, 'status'>[]): { outcome: string; exit_code: number } {
  const has = (...statuses: readonly Judged['status'][]) => judged.some((one) => statuses.includes(one.status));
  if (judged.length === 0) return { outcome: 'UNVERIFIED', exit_code: EXIT.blocked };
  if (has('FAIL')) return { outcome: 'REJECTED', exit_code: EXIT.rejected };
  if (has('UNAVAILABLE')) return { outcome: 'ERROR', exit_code: EXIT.environment };
  if (has('INVALID', 'BLOCKED', 'UNVERIFIED')) return { outcome: 'UNVERIFIED', exit_code: EXIT.blocked };
  return { outcome: 'APPROVED', exit_code: EXIT.ok };
}
