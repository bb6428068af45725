import type { RunId } from '../../kernel/ids.ts';
import type { ShellKernel, ShellPorts } from '../ports.ts';
import type { Store } from '../store/store.ts';

/** What brings the kernel's log into the store. */
export interface Feed {
  /** Folds what the kernel has and follows it from there. Returns the way out. */
  follow(kernel: ShellKernel): Promise<() => void>;
  /** Reads a run whole, so that what was said in it can be shown. */
  open(kernel: ShellKernel, run: RunId): Promise<void>;
  /** Lists the sessions in whose words the text occurs; all of them for an empty text. */
  search(kernel: ShellKernel, text: string): Promise<void>;
}

export interface ControlScreen {
  /** The terminal is given away while this runs, and taken back whatever becomes of it. */
  away<T>(act: () => Promise<T>): Promise<T>;
  /** The screen is closed; what has to be done with the kernel was done. */
  leave(): void;
}

export interface ControlDeps {
  readonly ports: ShellPorts;
  readonly store: Store;
  readonly feed: Feed;
  readonly screen: ControlScreen;
}
