import type { Capability } from '../capability.ts';
import { OxiosError } from '../errors.ts';
import type { AbsPath } from '../ids.ts';
import type { ParsedCommand, SimpleCommand } from './parse.ts';
import { READING, type ReadingProgram } from './programs.ts';

export interface CommandPlace {
  readonly cwd: AbsPath;
  resolve(path: string): AbsPath;
}

type Parsed = Extract<ParsedCommand, { ok: true }>;

/** Variables that decide what code is loaded or which program is meant. */
const LOADING =
  /^(PATH|LD_.*|DYLD_.*|BASH_ENV|ENV|NODE_OPTIONS|NODE_PATH|PYTHONPATH|PYTHONSTARTUP|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|GIT_.*|IFS|SHELLOPTS|PROMPT_COMMAND|PAGER|EDITOR|VISUAL)$/u;

/** What a script needs: the right to run each program it names, and the files its redirections and reading commands name. Throws COMMAND_DENIED. */
export function needsOfCommand(parsed: Parsed, place: CommandPlace): readonly Capability[] {
  const loading = parsed.commands.flatMap((one) => one.assignments).find((name) => LOADING.test(name));
  if (loading) throw new OxiosError('COMMAND_DENIED', `setting ${loading} changes what runs`, { hint: 'run the command without it' });
  const redirected = parsed.redirects.map((use): Capability => {
    if (use.path === undefined)
      throw new OxiosError('COMMAND_DENIED', 'a redirection leads to a file that is known only when the command runs', { hint: 'name the file' });
    return { on: 'fs', right: use.right, under: place.resolve(use.path) };
  });
  return unique([...parsed.commands.map(execNeed), ...parsed.commands.flatMap((one) => fileNeeds(one, place)), ...redirected]);
}

/** Whether nothing in the script changes anything. */
export const onlyReads = (parsed: Parsed): boolean => parsed.commands.every(reads) && parsed.redirects.every((use) => use.right === 'read');

function execNeed(one: SimpleCommand): Capability {
  const sub = one.args.find((arg) => arg !== undefined && !arg.startsWith('-'));
  const command = SUBCOMMANDS.has(one.program) && sub !== undefined && /^[\w-]+$/u.test(sub) ? `${one.program}:${sub}` : one.program;
  return reads(one) ? { on: 'exec', command, reads: true } : { on: 'exec', command };
}

/** Programs whose first word is a command of their own. */
const SUBCOMMANDS = new Set([
  'git',
  'npm',
  'npx',
  'pnpm',
  'yarn',
  'cargo',
  'go',
  'docker',
  'kubectl',
  'pip',
  'pip3',
  'uv',
  'poetry',
  'make',
  'gh',
  'apt',
  'apt-get',
  'brew',
  'systemctl',
  'bundle',
  'rails',
  'dotnet',
  'mvn',
  'gradle',
]);

function reads(one: SimpleCommand): boolean {
  const rule = READING[one.program];
  if (WRAPPING.has(one.program) && one.args.length === 0) return true;
  if (!rule) return false;
  if (rule.subcommands) {
    const [first] = one.args;
    if (first === undefined || !rule.subcommands.includes(first)) return false;
  }
  const { never } = rule;
  if (rule.files && one.args.includes(undefined)) return false;
  return !never || one.args.every((arg) => arg !== undefined && !never.test(arg));
}

/** Wrappers that were taken off and change nothing by themselves. */
const WRAPPING = new Set(['env', 'nohup', 'timeout', 'nice', 'ionice', 'setsid', 'stdbuf', 'time', 'command', 'builtin', 'xargs', 'exec']);

/** Files outside the working directory that a reading program names. */
function fileNeeds(one: SimpleCommand, place: CommandPlace): readonly Capability[] {
  const rule: ReadingProgram | undefined = READING[one.program];
  if (!rule?.files) return [];
  const operands = one.args.filter((arg): arg is string => arg !== undefined && !arg.startsWith('-') && arg !== '');
  const named = rule.patternFirst ? operands.slice(1) : operands;
  return named.filter(looksLikePath).map((path): Capability => ({ on: 'fs', right: 'read', under: place.resolve(path) }));
}

const looksLikePath = (text: string): boolean => text.startsWith('/') || text.startsWith('~') || text.split('/').includes('..') || /(^|\/)\.[^/]/u.test(text);

function unique(needs: readonly Capability[]): readonly Capability[] {
  const seen = new Set<string>();
  return needs.filter((need) => {
    const key = JSON.stringify(need);
    return !seen.has(key) && seen.add(key);
  });
}
