import { basename, dirname, join } from 'node:path';
import picomatch from 'picomatch';
import { type Capability, formatRule, type Raise } from '../capability.ts';
import { OxiosError } from '../errors.ts';
import type { AbsPath } from '../ids.ts';
import { downloadedAndRun } from './downloads.ts';
import { LOADING } from './loading.ts';
import { systemPlace, wholePlace } from './places.ts';
import type { Razed, Sight } from './seen.ts';
import { sightOf } from './sight.ts';
import { type FileUse, fromPlace, type ParsedCommand, type SimpleCommand } from './simple.ts';
import { PIPE } from './words.ts';

export interface CommandPlace {
  readonly cwd: AbsPath;
  resolve(path: string): AbsPath;
}

type Parsed = Extract<ParsedCommand, { ok: true }>;

/**
 * What a script needs: the right to run each program it names, and the files its redirections and commands name. Throws
 * COMMAND_DENIED for what can never be judged.
 */
export function needsOfCommand(parsed: Parsed, place: CommandPlace): readonly Capability[] {
  const loading = [...parsed.assignments, ...parsed.commands.flatMap((one) => one.assignments)].find((name) => LOADING.test(name));
  if (loading) throw new OxiosError('COMMAND_DENIED', `setting ${loading} changes what runs`, { hint: 'run the command without it' });
  const fetched = downloadedAndRun(parsed);
  if (fetched) throw new OxiosError('COMMAND_DENIED', `${fetched} was fetched just now, and would be run`, { hint: 'fetch it, look at it, and run it then' });
  return unique([...parsed.commands.flatMap((one) => needsOf(one, place)), ...parsed.redirects.flatMap((use) => redirectNeeds(use, place))]);
}

/** Whether nothing in the script changes anything. */
export const onlyReads = (parsed: Parsed): boolean =>
  parsed.commands.every((one) => sightOf(one).reads) && parsed.redirects.every((use) => use.right === 'read');

/** What one call needs by itself. */
export function needsOf(one: SimpleCommand, place: CommandPlace): readonly Capability[] {
  const sight = sightOf(one);
  const files = sight.files.flatMap((use) => spots(use.path ?? '', use.at ?? sight.at, place).map((path) => ({ path, right: use.right })));
  // A path that hangs on where the shell stands is not known when that is not.
  const isLost = sight.at === undefined && sight.files.some((use) => use.at === undefined && !/^[/~]/u.test(use.path ?? ''));
  const raise = raiseOf(sight, files, place);
  const exec: Capability = { on: 'exec', command: sight.command, ...(sight.reads && !isLost && !raise ? { reads: true } : {}), ...(raise ? { raise } : {}) };
  return [exec, ...files.flatMap(({ path, right }) => fileNeeds(path, right)), ...sight.hosts.map((host): Capability => ({ on: 'net', host }))];
}

function raiseOf(sight: Sight, files: readonly { readonly path: AbsPath; readonly right: 'read' | 'write' }[], place: CommandPlace): Raise | undefined {
  const { hazard } = sight;
  if (hazard?.to === 'deny') return { to: 'deny', rule: hazard.rule, reason: hazard.reason };
  for (const razed of sight.razes) {
    const why = spots(razed.path, sight.at, place)
      .map((path) => tooMuch(razed, path, place))
      .find(Boolean);
    if (why) return { to: 'deny', rule: 'destructive', reason: `${sight.command.replaceAll(':', ' ')} ${razed.path}: ${why}` };
  }
  const written = files.find((file) => file.right === 'write' && systemPlace(file.path, place.cwd));
  if (written) return { to: 'deny', rule: 'system path', reason: `${written.path} belongs to the system` };
  if (!hazard) return undefined;
  return { to: 'ask', rule: hazard.rule, reason: hazard.reason, ...(hazard.named === undefined ? {} : { named: true }) };
}

const tooMuch = (razed: Razed, path: AbsPath, { cwd, resolve }: CommandPlace): string | undefined =>
  wholePlace(path, { cwd, userHome: resolve('~'), ...(razed.sparesWorkspace ? { sparesWorkspace: true } : {}) });

/** Where a path may be: from each folder the shell may stand in. */
function spots(path: string, at: readonly string[] | undefined, place: CommandPlace): readonly AbsPath[] {
  const ways = /^[/~]/u.test(path) ? [path] : (at ?? []).map((from) => fromPlace(from, path));
  return ways.filter((way) => !DEVICES.has(way)).map((way) => placed(way, place));
}

/** Always there, and nothing in them. */
const DEVICES: ReadonlySet<string> = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/tty',
  '/dev/urandom',
  '/dev/random',
  PIPE,
]);

function redirectNeeds(use: FileUse, place: CommandPlace): readonly Capability[] {
  if (use.path === undefined || (use.at === undefined && !/^[/~]/u.test(use.path)))
    throw new OxiosError('COMMAND_DENIED', 'a redirection leads to a file that is known only when the command runs', { hint: 'name the file' });
  const paths = spots(use.path, use.at, place);
  const system = use.right === 'write' ? paths.find((path) => systemPlace(path, place.cwd)) : undefined;
  if (system) throw new OxiosError('COMMAND_DENIED', `${system} belongs to the system`, { hint: 'write below the working directory' });
  return paths.map((under): Capability => ({ on: 'fs', right: use.right, under }));
}

const fileNeeds = (path: AbsPath, right: 'read' | 'write'): readonly Capability[] =>
  [path, ...(right === 'read' ? secretsMatched(path) : [])].map((under): Capability => ({ on: 'fs', right, under: under as AbsPath }));

/** A shell makes another home of `~name`, and the last folder of `~-`. */
function placed(path: string, place: CommandPlace): AbsPath {
  if (/^~[^/]/u.test(path)) throw new OxiosError('COMMAND_DENIED', `${path} stands for a folder that only the shell knows`, { hint: 'name the folder' });
  return place.resolve(path);
}

/** Names that a glob must not reach unseen; one that matches every name is not meant for them. */
const SECRETS = ['.env', '.env.local', '.netrc', '.npmrc', '.git-credentials', 'id_rsa', 'id_ed25519', 'credentials'];

/** What a glob could match and does not look like itself: known secrets, any environment file, a name with letters in brackets. */
function secretsMatched(path: string): readonly string[] {
  const name = basename(path);
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
    const key = need.on === 'exec' ? `exec:${need.command} ${need.reads ?? ''} ${need.raise?.reason ?? ''}` : formatRule(need);
    return !seen.has(key) && seen.add(key);
  });
}
