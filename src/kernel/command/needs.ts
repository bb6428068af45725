import { dirname, join } from 'node:path';
import picomatch from 'picomatch';
import type { Capability } from '../capability.ts';
import { OxiosError } from '../errors.ts';
import type { AbsPath } from '../ids.ts';
import type { ParsedCommand, SimpleCommand } from './parse.ts';
import { filesOf, reads } from './reads.ts';

export interface CommandPlace {
  readonly cwd: AbsPath;
  resolve(path: string): AbsPath;
}

type Parsed = Extract<ParsedCommand, { ok: true }>;

/** Variables that decide what code is loaded, which program is meant, or what a path is relative to. */
const LOADING =
  /^(?:PATH|HOME|OLDPWD|CDPATH|LD_.*|DYLD_.*|BASH_.*|BASHOPTS|ENV|PS[0-4]|NODE_OPTIONS|NODE_PATH|PYTHONPATH|PYTHONSTARTUP|PYTHONHOME|PERL5OPT|PERL5LIB|PERL5DB|RUBYOPT|RUBYLIB|GIT_.*|IFS|SHELLOPTS|PROMPT_COMMAND|PAGER|EDITOR|VISUAL|MANPAGER|LESSOPEN|LESSCLOSE|RIPGREP_CONFIG_PATH|GREP_OPTIONS)$/u;

/** What a script needs: the right to run each program it names, and the files its redirections and reading commands name. Throws COMMAND_DENIED. */
export function needsOfCommand(parsed: Parsed, place: CommandPlace): readonly Capability[] {
  const loading = [...parsed.assignments, ...parsed.commands.flatMap((one) => one.assignments)].find((name) => LOADING.test(name));
  if (loading) throw new OxiosError('COMMAND_DENIED', `setting ${loading} changes what runs`, { hint: 'run the command without it' });
  const redirected = parsed.redirects.map((use): Capability => {
    if (use.path === undefined)
      throw new OxiosError('COMMAND_DENIED', 'a redirection leads to a file that is known only when the command runs', { hint: 'name the file' });
    return { on: 'fs', right: use.right, under: placed(use.path, place) };
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

const fileNeeds = (one: SimpleCommand, place: CommandPlace): readonly Capability[] =>
  [...filesOf(one), ...(one.program === 'git' ? ['.git'] : [])]
    .flatMap((path) => [path, ...secretsMatched(path)])
    .map((path): Capability => ({ on: 'fs', right: 'read', under: placed(path, place) }));

/** A shell makes another home of `~name`, and the last folder of `~-`. */
function placed(path: string, place: CommandPlace): AbsPath {
  if (/^~[^/]/u.test(path)) throw new OxiosError('COMMAND_DENIED', `${path} stands for a folder that only the shell knows`, { hint: 'name the folder' });
  return place.resolve(path);
}

/** Names that a glob must not reach unseen; one that matches every name is not meant for them. */
const SECRETS = ['.env', '.env.local', '.netrc', '.npmrc', '.git-credentials', 'id_rsa', 'id_ed25519', 'credentials'];

/** What a glob could match and does not look like itself: known secrets, any environment file, a name with letters in brackets. */
function secretsMatched(path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!/[*?[]/u.test(name) || !/[\p{L}.]/u.test(name) || name === '*.*') return [];
  const matches = picomatch(name);
  const fixed = name.slice(0, name.search(/[*?[]/u));
  const isEnvironment = fixed.startsWith('.') && ENVIRONMENT.startsWith(fixed);
  const spelled = name.replace(/\[[!^]?\]?(.)[^\]]*\]/gu, '$1');
  const found = [...SECRETS.filter((secret) => matches(secret)), ...(isEnvironment ? [ENVIRONMENT] : []), ...(spelled === name ? [] : [spelled])];
  return [...new Set(found)].map((secret) => join(dirname(path), secret));
}

const ENVIRONMENT = '.env';

function unique(needs: readonly Capability[]): readonly Capability[] {
  const seen = new Set<string>();
  return needs.filter((need) => {
    const key = JSON.stringify(need);
    return !seen.has(key) && seen.add(key);
  });
}
