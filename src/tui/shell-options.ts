import type { RunId } from '../kernel/ids.ts';
import type { ShellPorts } from './ports.ts';
import type { Host } from './screen/host.ts';

/** How the shell is opened, as the command line and the configuration have it: what `openShell(options)` of `shell.tsx` takes. It returns the exit code. */
export interface ShellOptions {
  readonly ports: ShellPorts;
  /** `auto`: panes from 100 columns on. */
  readonly layout: 'auto' | 'inline' | 'panes';
  /** `auto`: by the background of the terminal. */
  readonly theme: string;
  /** Themes of the user's own by name, `{tone: style}`; not checked yet: what does not fit is left out. */
  readonly themes: Readonly<Record<string, unknown>>;
  /** What `keys.json` says; undefined: there is none. What does not fit is told in a notice. */
  readonly keys: unknown;
  readonly vim: boolean;
  readonly mouse: boolean;
  readonly screenReader: boolean;
  /** NO_COLOR, --no-color, TERM=dumb. */
  readonly plain: boolean;
  /** Takes what the recorder of frames writes, line by line; undefined: nothing is recorded. */
  readonly record: ((line: string) => void) | undefined;
  readonly beginning: Beginning;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** The process: its signals, its end and its faults. */
  readonly host: Host;
}

/** With what it begins, once the kernel is open. */
export interface Beginning {
  /** A conversation to go on with, or to fork when it is of another kind; `last`: the newest of this folder; `living`: the newest that anybody talks in now, if there is one. */
  readonly session?: RunId | 'last' | 'living' | undefined;
  /** What is said first. */
  readonly first?: string | undefined;
  /** What is wrong with what was read so far. */
  readonly notices?: readonly string[];
}
