import { lexShell, type ShellToken, type Word } from './lex.ts';

/** A shell script as far as its exit code goes. */
export interface Script {
  readonly steps: readonly Step[];
}
/** Pipelines joined with && and ||. */
export interface Step {
  readonly first: Pipeline;
  readonly rest: readonly { readonly on: '&&' | '||'; readonly pipeline: Pipeline }[];
  /** Ended with `&`. */
  readonly background: boolean;
}
export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}
export type Command =
  | { readonly is: 'simple'; readonly words: readonly Word[] }
  | { readonly is: 'group'; readonly script: Script }
  /** `if`, `for`, `case`, ...: what it does is not followed. */
  | { readonly is: 'compound' };

/** Reads any text; what is not shell becomes words. */
export function parseShell(script: string): Script {
  const tokens = lexShell(script);
  const cursor: Cursor = { tokens, at: 0, depth: 0 };
  const steps: Step[] = [];
  while (cursor.at < tokens.length) {
    steps.push(...parseSteps(cursor));
    cursor.at += 1;
  }
  return { steps };
}

interface Cursor {
  readonly tokens: readonly ShellToken[];
  at: number;
  depth: number;
}

const isOp = (token: ShellToken | undefined, ...texts: readonly string[]): boolean => token?.is === 'op' && texts.includes(token.text);
const isKeyword = (token: ShellToken | undefined, ...texts: readonly string[]): boolean => token?.is === 'word' && token.bare && texts.includes(token.text);

/** Up to a closing bracket that nobody opened here. */
function parseSteps(cursor: Cursor): readonly Step[] {
  const { tokens } = cursor;
  const steps: Step[] = [];
  while (cursor.at < tokens.length && !isOp(tokens[cursor.at], ')') && !isKeyword(tokens[cursor.at], '}')) {
    if (isOp(tokens[cursor.at], ';', '&', '&&', '||', '|')) cursor.at += 1;
    else steps.push(parseStep(cursor));
  }
  return steps;
}

function parseStep(cursor: Cursor): Step {
  const { tokens } = cursor;
  const first = parsePipeline(cursor);
  const rest: { on: '&&' | '||'; pipeline: Pipeline }[] = [];
  while (isOp(tokens[cursor.at], '&&', '||')) {
    const on = isOp(tokens[cursor.at], '&&') ? '&&' : '||';
    cursor.at += 1;
    while (isOp(tokens[cursor.at], ';')) cursor.at += 1;
    rest.push({ on, pipeline: parsePipeline(cursor) });
  }
  return { first, rest, background: isOp(tokens[cursor.at], '&') };
}

function parsePipeline(cursor: Cursor): Pipeline {
  const { tokens } = cursor;
  const negated = isKeyword(tokens[cursor.at], '!');
  if (negated) cursor.at += 1;
  const commands = [parseCommand(cursor)];
  while (isOp(tokens[cursor.at], '|')) {
    cursor.at += 1;
    commands.push(parseCommand(cursor));
  }
  return { negated, commands };
}

function parseCommand(cursor: Cursor): Command {
  const { tokens } = cursor;
  const token = tokens[cursor.at];
  if (isOp(token, '(') || isKeyword(token, '{')) {
    cursor.at += 1;
    cursor.depth += 1;
    const steps = cursor.depth > MAX_DEPTH ? [] : parseSteps(cursor);
    cursor.depth -= 1;
    cursor.at += 1;
    return { is: 'group', script: { steps } };
  }
  if (isKeyword(token, ...OPENERS)) return skipCompound(cursor);
  const words: Word[] = [];
  for (let next = tokens[cursor.at]; next?.is === 'word'; next = tokens[cursor.at]) {
    words.push(next);
    cursor.at += 1;
  }
  return { is: 'simple', words };
}

/** Deeper brackets are no command that a person wrote. */
const MAX_DEPTH = 50;

const OPENERS = ['if', 'for', 'while', 'until', 'case', 'select'];
const CLOSERS = ['fi', 'done', 'esac'];
const STARTERS = ['then', 'do', 'else', 'elif', '!', '{', ...OPENERS];

function skipCompound(cursor: Cursor): Command {
  const { tokens } = cursor;
  let depth = 0;
  let starts = true;
  for (; cursor.at < tokens.length; cursor.at += 1) {
    const token = tokens[cursor.at];
    if (starts && isKeyword(token, ...OPENERS)) depth += 1;
    if (starts && isKeyword(token, ...CLOSERS)) depth -= 1;
    starts = token?.is === 'op' || isKeyword(token, ...STARTERS);
    if (depth === 0) {
      cursor.at += 1;
      break;
    }
  }
  return { is: 'compound' };
}
