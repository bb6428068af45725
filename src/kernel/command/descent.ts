import { type Sorted, sorted } from './options.ts';
import type { Program } from './programs/types.ts';
import type { SimpleCommand } from './simple.ts';
import { plainWords } from './special-words.ts';

/** The levels of a call: `git`, `stash`, `drop`, each with its own options. */
export interface Descent {
  readonly names: readonly string[];
  readonly levels: readonly Sorted[];
  readonly programs: readonly Program[];
  /** A word where a subcommand should stand, and none is known. */
  readonly stray?: string;
}

/** Down through the subcommands that the words name. */
export function descended(one: SimpleCommand, top: Program): Descent {
  const [names, levels, programs] = [[one.program], [] as Sorted[], [top]];
  let [program, args] = [top, plainWords(one)];
  while (program.commands) {
    const level = sorted({ ...program, style: program.style ?? 'words' }, args);
    levels.push(level);
    const [word, ...rest] = level.operands;
    const next = subcommand(program.commands, word);
    if (!next || word === undefined) return ended(one, { names, levels, programs }, level.operands.length > 0 ? (word ?? UNTOLD) : undefined);
    names.push(word);
    programs.push(next);
    [program, args] = [next, rest];
  }
  return { names, levels: [...levels, sorted(program, args)], programs };
}

const subcommand = (commands: Readonly<Record<string, Program>>, word: string | undefined): Program | undefined =>
  word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;

/** A word that is known only when the script runs. */
const UNTOLD = '…';

/** A word that is no subcommand of these is a script of the project. */
const SCRIPTS = new Set(['yarn', 'pnpm', 'bun']);

function ended(one: SimpleCommand, at: Descent, word: string | undefined): Descent {
  if (word === undefined || at.names.length > 1) return at;
  return { ...at, names: /^[\w.-]+$/u.test(word) ? [...at.names, word] : at.names, ...(SCRIPTS.has(one.program) ? {} : { stray: word }) };
}
