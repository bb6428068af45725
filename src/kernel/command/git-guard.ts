import { sightOf } from './sight.ts';
import type { ParsedCommand } from './simple.ts';

type Parsed = Extract<ParsedCommand, { ok: true }>;

/** A repository may name programs for Git to run; a command that only reads runs none of them. */
const GUARD = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'diff.external=', '--no-optional-locks'];
/** These show changes, and might ask a program how. */
const SHOWS = new Set(['diff', 'log', 'show', 'whatchanged', 'diff-tree', 'diff-index', 'diff-files']);
/** With `diff.external=` alone Git would look for a program without a name. */
const PLAIN = ['--no-ext-diff', '--no-textconv'];

/** The words that run without a shell, those of Git with what keeps a repository from running its own programs. */
export function canonicalArgv(parsed: Parsed): readonly string[] | undefined {
  const { argv, commands } = parsed;
  const [first, ...rest] = argv ?? [];
  const [one] = commands;
  if (!argv || first === undefined || one?.program !== 'git' || commands.length !== 1 || !sightOf(one).reads) return argv;
  const [, sub = ''] = sightOf(one).command.split(':');
  const at = rest.indexOf(sub);
  return SHOWS.has(sub) && at >= 0 ? [first, ...GUARD, ...rest.slice(0, at + 1), ...PLAIN, ...rest.slice(at + 1)] : [first, ...GUARD, ...rest];
}

/** The same for a script that only reads with Git: what the environment can say. Submodules would use settings of their own. */
export function gitEnvironment(parsed: Parsed): Readonly<Record<string, string>> {
  if (!readsWithGit(parsed)) return {};
  const settings = [
    ['core.fsmonitor', 'false'],
    ['core.hooksPath', '/dev/null'],
    ['core.pager', 'cat'],
    ['log.showSignature', 'false'],
    ['diff.ignoreSubmodules', 'dirty'],
    ['submodule.recurse', 'false'],
  ];
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ['GIT_NO_LAZY_FETCH', '1'],
    ...settings.flatMap(([key = '', value = ''], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ]);
}

/** Whether Git is in it, and does nothing but look. */
export function readsWithGit({ commands }: Parsed): boolean {
  const calls = commands.filter((one) => one.program === 'git');
  return calls.length > 0 && calls.every((one) => sightOf(one).reads);
}

/** Settings that name a program which a command that only looks would run, whatever it is told. */
const RUNS = [
  /^filter\..*\.(?:clean|smudge|process)$/u,
  /^diff\..*\.(?:command|textconv)$/u,
  /^diff\.external$/u,
  /^include(?:if\..*)?\.path$/u,
  /^submodule\..*\.ignore$/u,
];

/** The first setting of a repository that names a program, or another file with settings; undefined when there is none. */
export function programSetting(config: string): string | undefined {
  let section = '';
  for (const line of config.replaceAll('\\\n', ' ').split('\n')) {
    const [, name, sub, rest = line] = /^\s*\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\](.*)$/u.exec(line) ?? [];
    if (name !== undefined) section = [name.toLowerCase(), ...(sub === undefined ? [] : [sub.replace(/\\(.)/gu, '$1')])].join('.');
    const key = /^\s*([A-Za-z][\w-]*)\s*(?:=|$|[#;])/u.exec(rest)?.[1];
    const full = key === undefined ? undefined : `${section}.${key.toLowerCase()}`;
    if (full !== undefined && RUNS.some((one) => one.test(full))) return full;
  }
  return undefined;
}
