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
  for (const root of roots) {
    const { run } = root;
    Object.assign(run, revokedFrom(run, rule));
    await write(root, 'user', { type: 'capability.revoked', rule: formatRule(rule), by });
    for (const proc of table.values()) if (proc.run === run) stopBackground(proc, rule);
  }
  return { runs: roots.map((one) => one.run.id), forgotten: await ports.remembered.forget(rule) };
}

/** What was begun under it does not go on without it. */
function stopBackground({ background }: Process, rule: Capability): void {
  for (const { child, needs } of background.values()) if (needs.some((need) => takes(rule, need))) child.stop();
}
