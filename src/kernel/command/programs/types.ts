/** What is known of a program: its options, what its words mean, and what it does by itself. */
export interface Program {
  /**
   * `reads`: nothing but to look at what it names. `changes`: whatever a grant of it is meant for. `destroys`: what is
   * lost is lost, so it is asked about unless exactly this is granted. `never`: under no grant.
   */
  readonly does: 'reads' | 'changes' | 'destroys' | 'never';
  /** Why it is `destroys` or `never`. */
  readonly why?: string;
  /** The options that are known, see `options.ts`. Anything else is asked about. Absent: any option, and none of them matters. */
  readonly options?: string;
  /** `words`: options end at the first operand. `single`: long names with one dash, never bundled. Default: as GNU has it. */
  readonly style?: 'words' | 'single';
  /** What follows the first operand is not its own. */
  readonly stops?: true;
  readonly operands?: Operands;
  /** With one of these options no operand is an expression. */
  readonly given?: readonly string[];
  /** One operand more would be written. */
  readonly most?: number;
  /** The first operand is a command of its own; these are known. Options before it are those of the program. */
  readonly commands?: Readonly<Record<string, Program>>;
  /** An operand that begins like an option would be one: a glob in front of them is asked about. */
  readonly fragile?: true;
}

/** `expression`: the first is no file; `into`: the last is written, the others read; `move`: all are changed. */
export type Operands = 'text' | 'read' | 'write' | 'expression' | 'into' | 'move';
