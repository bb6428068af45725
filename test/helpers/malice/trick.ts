import type { TrialInput } from '../trial.ts';

/** One way to look done without doing the work; nothing of the criterion is met. */
export interface Trick {
  /** The rule that has to hold against it. */
  readonly rule: 'G3' | 'G4' | 'G5' | 'G6' | 'G7' | 'G8' | 'judge' | 'run';
  readonly name: string;
  /** Those that do not get into each other's way are played in one run, a criterion each. */
  readonly pack?: string;
  /** What the worker does, a call each; a text is written to the file of that name. */
  readonly work: readonly Deed[];
  readonly criterion?: object;
  readonly files?: Readonly<Record<string, string>>;
  /** Other agents, by role: a judge, ballots. */
  readonly agents?: TrialInput['agents'];
  readonly claim?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `[path, text]` writes a file, a text runs in bash. */
export type Deed = readonly [path: string, text: string] | string;
