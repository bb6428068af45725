/** One program call inside a script, wrappers taken off. */
export interface SimpleCommand {
  readonly program: string;
  /** Arguments; undefined where a word is only known when the script runs. A glob stands as it is written, the home as `~`. */
  readonly args: readonly (string | undefined)[];
  /** Variables that are set for it, or by it. */
  readonly assignments: readonly string[];
  /** It only runs the program that follows it in the list. */
  readonly wraps?: true;
  /** The folders it may run in, as ways from where the script began; undefined where only the moment knows. */
  readonly at?: readonly string[] | undefined;
  /** What comes before it in a pipe. */
  readonly fed?: readonly SimpleCommand[];
  /** Its input is what another program writes into it: `>(…)`. */
  readonly filled?: true;
  /** Programs whose output stands in its words. */
  readonly holds?: readonly SimpleCommand[];
  /** One of its words is a pattern whose matches may look like options. */
  readonly opens?: true;
  /** The grant of this program is enough: it runs what its caller may run anyway. */
  readonly within?: string;
}

export interface FileUse {
  readonly path: string | undefined;
  readonly right: 'read' | 'write';
  readonly at?: readonly string[] | undefined;
}

export type ParsedCommand =
  | {
      readonly ok: true;
      readonly commands: readonly SimpleCommand[];
      readonly redirects: readonly FileUse[];
      /** Variables that the script sets for itself. */
      readonly assignments: readonly string[];
      /** The one literal command it is, if it is no more than that. */
      readonly argv: readonly string[] | undefined;
    }
  | { readonly ok: false; readonly reason: string };

/** What was found in a script so far, and where the shell stands. */
export interface Found {
  readonly commands: SimpleCommand[];
  readonly redirects: FileUse[];
  readonly assignments: string[];
  refusal: string | undefined;
  /** Folders the shell may stand in now. */
  places: readonly string[] | undefined;
  /** What comes before in the pipe that is looked at. */
  fed: readonly SimpleCommand[];
  filled: boolean;
  /** Judges the text that another shell is given. */
  nested(script: string): ParsedCommand;
}

/** A path from one of the places: absolute ones, and those in the home, stay. */
export const fromPlace = (place: string, path: string): string => (place === '.' || /^[/~]/u.test(path) ? path : `${place}/${path}`);
