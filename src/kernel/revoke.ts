import { type Capability, covers, formatRule } from './capability.ts';
import { takes } from './decide.ts';
import type { Payload } from './events.ts';
import type { Pid } from './ids.ts';
import type { Ports, Revoked } from './kernel-types.ts';
import type { Process } from './process.ts';

/** What a run was granted since it began, and what it lost. */
export interface Held {
  readonly granted: readonly Capability[];
  readonly revoked: readonly Capability[];
}

/**
 * Takes a rule back. A grant that overlaps with it goes as a whole: half of an approval was never approved. What the
 * processes hold by their fork stays and counts only outside of the rule.
 */
export const revokedFrom = ({ granted, revoked }: Held, rule: Capability): Held => ({
  granted: granted.filter((one) => !takes(rule, one) && !covers(one, rule)),
  revoked: [...revoked.filter((one) => formatRule(one) !== formatRule(rule)), rule],
});

export interface RevokeDeps {
  readonly ports: Pick<Ports, 'remembered'>;
  readonly table: ReadonlyMap<Pid, Process>;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
}

/** From every run under way with all its processes, and from what is remembered. It holds from the entry in the log on. */
export async function revoke({ ports, table, write }: RevokeDeps, rule: Capability, by: string): Promise<Revoked> {
  const roots = [...table.values()].filter((one) => one.ppid === 0 && one.state.is !== 'exited');
  for (const root of roots) await write(root, by === CLOCK ? 'kernel' : 'user', takenBack(root, table, rule, by));
  return { runs: roots.map((one) => one.run.id), forgotten: await ports.remembered.forget(rule) };
}

/** Grants that were given for a time end by themselves. Returns the way to call that off. */
export function lapsing({ ports, table, note }: LapseDeps, root: Process): () => void {
  const { id, request } = root.run;
  const alarms = (request.timed ?? []).map(({ rule, ms }, at) =>
    ports.alarm(`${id}/${at}`, ms, () => note(root, 'kernel', takenBack(root, table, rule, CLOCK))),
  );
  return () => {
    for (const callOff of alarms) callOff();
  };
}

export interface LapseDeps extends Pick<RevokeDeps, 'table'> {
  readonly ports: Pick<Ports, 'alarm'>;
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
}

const CLOCK = 'the clock';

/** Takes effect at once; the caller writes it down. What was begun under the rule in the background does not go on without it. */
function takenBack({ run }: Process, table: RevokeDeps['table'], rule: Capability, by: string): Payload {
  Object.assign(run, revokedFrom(run, rule));
  for (const { run: other, background } of table.values())
    if (other === run) for (const { child, needs } of background.values()) if (needs.some((need) => takes(rule, need))) child.stop();
  return { type: 'capability.revoked', rule: formatRule(rule), by };
}
