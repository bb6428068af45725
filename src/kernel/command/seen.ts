import type { Sorted } from './options.ts';
import type { FileUse, SimpleCommand } from './simple.ts';

/** What one call does, as far as its words tell. */
export interface Sight {
  /** What a grant has to name: `git:push`, and `git:push:--force` for what must be named exactly. */
  readonly command: string;
  /** It changes nothing. */
  readonly reads: boolean;
  readonly files: readonly FileUse[];
  /** What it takes away, or changes, with all that is below. */
  readonly razes: readonly Razed[];
  readonly hosts: readonly string[];
  /** The folders its paths are relative to; undefined where only the moment knows. */
  readonly at: readonly string[] | undefined;
  readonly hazard?: Hazard;
}

export interface Razed {
  readonly path: string;
  /** To do it to the workspace is asked about, not refused. */
  readonly sparesWorkspace?: true;
}

/** More than a grant of the program is meant for. */
export interface Hazard {
  readonly to: 'ask' | 'deny';
  readonly rule: string;
  readonly reason: string;
  /** A grant that names exactly this is enough. */
  readonly named?: string;
}

/** A call on its way to be judged: its levels of subcommands, and what was found so far. */
export interface Seen {
  readonly one: SimpleCommand;
  /** `git`, `stash`, `drop`. */
  readonly names: readonly string[];
  /** Sorted words of each level; the last is that of the subcommand. */
  readonly levels: readonly Sorted[];
  readonly leaf: Sorted;
  reads: boolean;
  at: readonly string[] | undefined;
  readonly files: FileUse[];
  readonly razes: Razed[];
  readonly hosts: string[];
  hazards: Hazard[];
}

/** The name under which a grant can speak of one option: `git:push:--force`. */
export const exactly = (names: readonly string[], option: string): string => {
  const full = [...names.slice(0, 2), option].join(':');
  return SAME[full] ?? full;
};

/** Other spellings of the same option. */
const SAME: Readonly<Record<string, string>> = {
  'rm:-R': 'rm:-r',
  'rm:--recursive': 'rm:-r',
  'git:push:-f': 'git:push:--force',
  'git:push:--force-with-lease': 'git:push:--force',
  'git:push:-d': 'git:push:--delete',
  'git:branch:-M': 'git:branch:--force',
  'git:branch:-C': 'git:branch:--force',
  'git:branch:-f': 'git:branch:--force',
  'git:checkout:-f': 'git:checkout:--force',
  'git:switch:-f': 'git:switch:--force',
  'git:tag:-d': 'git:tag:--delete',
  'git:tag:-f': 'git:tag:--force',
};

/** Asked about under any grant, unless one names `named`. */
export function ask(seen: Seen, reason: string, named?: string): void {
  seen.hazards.push({
    to: 'ask',
    rule: named === undefined ? 'hides what it does' : 'destructive',
    reason: `${seen.names.join(' ')} ${reason}`,
    ...(named === undefined ? {} : { named }),
  });
}

export function deny(seen: Seen, reason: string): void {
  seen.hazards.push({ to: 'deny', rule: 'never', reason: `${seen.names.join(' ')} ${reason}` });
}

/** Takes hazards of a kind away again, for the forms that are harmless. */
export function spare(seen: Seen, is: (one: Hazard) => boolean): void {
  seen.hazards = seen.hazards.filter((one) => !is(one));
}

export const has = (seen: Seen, ...names: readonly string[]): boolean => seen.leaf.options.some((one) => names.includes(one.name));

/** All values of some options. */
export const valuesOf = (seen: Seen, ...names: readonly string[]): readonly (string | undefined)[] =>
  seen.levels.flatMap((level) => level.options.filter((one) => names.includes(one.name)).map((one) => one.value));
