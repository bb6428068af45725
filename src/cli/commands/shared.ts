import type { Arguments, Argv } from 'yargs';
import { OxiosError } from '../../kernel/errors.ts';
import { type Pid, pidOf } from '../../kernel/ids.ts';

/** Flags of every command. */
export interface Common {
  readonly home?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly color?: boolean | undefined;
}

export type Args<T = object> = Arguments<Common & T>;

/** A command: how it is called, what it takes, what it does. The number is the exit code. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly describe: string;
  readonly examples?: readonly (readonly [string, string])[];
  options?(yargs: Argv): Argv;
  run(args: Args<Record<string, unknown>>): Promise<number>;
}

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : undefined;
export const numeric = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
export const flag = (value: unknown): boolean => value === true;

export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Where there is nothing to show, and what to do about it. */
export const NOTHING_YET = 'nothing has run here yet; try: oxios demo';

/** As flags and positionals name it. */
export const PID = { type: 'number', describe: 'process number, see oxios ps' } as const;

/** The process a command is about. */
export function pidIn(args: Readonly<Record<string, unknown>>): Pid {
  const pid = numeric(args.pid);
  if (pid !== undefined && Number.isInteger(pid) && pid > 0) return pidOf(pid);
  throw new OxiosError('USAGE', 'a process is named by its number', { hint: 'see them with oxios ps --all' });
}
