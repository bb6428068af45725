import { ask, deny, has, type Seen, spare, valuesOf } from './seen.ts';
import { fromPlace } from './simple.ts';

/** What `-c` may set: nothing of it names a program, a file or another repository. */
const HARMLESS =
  /^(?:user\.(?:name|email)|author\.(?:name|email)|committer\.(?:name|email)|color\.\w+|column\.\w+|advice\.\w+|core\.(?:quotepath|abbrev|autocrlf|eol|longpaths|ignorecase)|init\.defaultbranch|commit\.gpgsign=false|tag\.gpgsign=false|log\.\w+|diff\.(?:renames|algorithm|context|noprefix|mnemonicprefix|colormoved)|merge\.conflictstyle|pull\.(?:rebase|ff)|push\.default|rebase\.autostash|safe\.directory|gc\.auto|status\.\w+|grep\.\w+|blame\.\w+|pager\.\w+=false|core\.pager=(?:cat)?$|core\.fsmonitor=(?:false|)$|core\.hookspath=\/dev\/null$|diff\.external=$)/iu;

/** An address that is a program: `ext::sh -c id`, `ssh://-oProxyCommand=…`. */
const RUNS_AS_ADDRESS = /^[a-z][\w+.-]*::|^ssh:\/\/-|^-o?Proxy|@-|^(?:[\w.-]+@)?-/iu;

/** What the table of Git cannot say. */
export function gitCall(seen: Seen): void {
  const [, sub = '', third] = seen.names;
  for (const folder of valuesOf({ ...seen, levels: seen.levels.slice(0, 1) }, '-C')) into(seen, folder);
  for (const setting of valuesOf({ ...seen, levels: seen.levels.slice(0, 1) }, '-c'))
    if (setting === undefined || !HARMLESS.test(setting)) deny(seen, `-c ${setting ?? '…'} may make it run something else`);
  if (seen.leaf.operands.some((word) => word !== undefined && RUNS_AS_ADDRESS.test(word)) && SPEAKS.has(sub)) deny(seen, 'names a program as an address');
  FORMS[third === undefined ? sub : `${sub} ${third}`]?.(seen);
  FORMS[sub]?.(seen);
  if (seen.reads && seen.one.opens && !seen.one.args.includes('--') && seen.leaf.operands.some((word) => word !== undefined && /^[*?[]/u.test(word)))
    ask(seen, 'is given a pattern that may become an option: put -- before it');
  const named = seen.files.filter((file) => file.right === 'write' || looksLikeFile(file.path ?? ''));
  seen.files.length = 0;
  seen.files.push(...named, { path: '.git', right: 'read' });
}

const SPEAKS = new Set(['clone', 'fetch', 'pull', 'push', 'ls-remote', 'remote', 'submodule', 'archive', 'bundle']);

function into(seen: Seen, folder: string | undefined): void {
  if (folder === undefined) seen.at = undefined;
  else {
    seen.files.push({ path: folder, right: 'read', at: seen.at });
    seen.at = seen.at?.map((place) => fromPlace(place, folder));
  }
  if (folder === undefined) seen.reads = false;
}

/** Numbers and punctuation are revisions. */
const looksLikeFile = (path: string): boolean => /[\p{L}~*?]|\.\.|^[./]+$/u.test(path);

/** By subcommand: forms that only look, and forms that lose something. */
const FORMS: Readonly<Record<string, (seen: Seen) => void>> = Object.assign(Object.create(null), {
  branch: (seen: Seen) => looks(seen, ['-l', '--list', '-a', '--all', '-r', '--remotes', '--show-current', ...LISTS], BRANCHES),
  tag: (seen: Seen) => looks(seen, ['-l', '--list', '-n', ...LISTS], TAGS),
  checkout(seen: Seen) {
    const { operands } = seen.leaf;
    const isBranch = has(seen, '-b', '-B', '--orphan', '-t', '--track', '--detach', '-d');
    const isFile = operands.some((word) => word === '.' || (word !== undefined && /^\.{0,2}\/|\/$|\.\w{1,5}$|[*?[]/u.test(word)));
    if (seen.one.args.includes('--') || (!isBranch && (isFile || operands.length > 1)))
      ask(seen, 'throws away changes that are not committed', 'git:checkout:--');
  },
  restore(seen: Seen) {
    const staged = seen.leaf.options.some((one) => one.name === '--staged' || one.name === '-S');
    const tree = seen.leaf.options.some((one) => one.name === '--worktree' || one.name === '-W');
    if (staged && !tree) spare(seen, (one) => one.named === 'git:restore');
  },
  clean(seen: Seen) {
    if (!seen.leaf.options.some((one) => one.name === '-n' || one.name === '--dry-run')) return;
    spare(seen, (one) => one.named === 'git:clean');
    seen.reads = true;
  },
  push(seen: Seen) {
    const [, ...refs] = seen.leaf.operands;
    if (refs.some((ref) => ref?.startsWith('+'))) ask(seen, 'puts other commits in place of those that are there', 'git:push:--force');
    if (refs.some((ref) => ref?.startsWith(':'))) ask(seen, 'deletes a branch of others', 'git:push:--delete');
  },
  config,
  clone: written,
  init: written,
  'worktree add': (seen: Seen) => writes(seen, seen.leaf.operands[0]),
  commit(seen: Seen) {
    if (has(seen, '--dry-run', '--short', '--porcelain') && !has(seen, '--amend')) seen.reads = false;
  },
  diff(seen: Seen) {
    if (seen.leaf.operands.some((word) => word !== undefined && /^[~/]|^\.\.\//u.test(word))) seen.reads = false;
  },
});

const LISTS = ['--contains', '--no-contains', '--merged', '--no-merged', '--points-at'];
const BRANCHES = [
  '-d',
  '--delete',
  '-D',
  '-m',
  '--move',
  '-M',
  '-c',
  '--copy',
  '-C',
  '-f',
  '--force',
  '-u',
  '--set-upstream-to',
  '--unset-upstream',
  '--edit-description',
];
const TAGS = ['-a', '--annotate', '-s', '--sign', '-u', '-d', '--delete', '-f', '--force', '-m', '--message', '-F', '--file', '-v', '--verify'];

/** It only lists: no name is given, or an option says so. */
function looks(seen: Seen, listing: readonly string[], changing: readonly string[]): void {
  const { operands, open, unknown } = seen.leaf;
  if ((operands.length === 0 || has(seen, ...listing)) && !has(seen, ...changing) && !open && unknown.length === 0) seen.reads = true;
}

const GETS = /^(?:--get|--get-all|--get-regexp|--get-urlmatch|--get-color|--get-colorbool|--list|-l)$/u;

/** `--get x`, `--list` and a name alone only look; what is set for the user is a file of the user. */
function config(seen: Seen): void {
  const [, , third] = seen.names;
  const { args } = seen.one;
  const isGlobal = args.includes('--global') || args.includes('--system');
  const words = args.slice(args.indexOf('config') + 1);
  const gets =
    third === 'get' ||
    third === 'list' ||
    words.some((word) => word !== undefined && GETS.test(word)) ||
    (words.length === 1 && /^[\w.-]+$/u.test(words[0] ?? ''));
  if (words.some((word) => word === undefined || /^(?:-f|--file|--blob)/u.test(word))) return;
  if (gets) {
    spare(seen, (one) => one.named !== undefined || one.rule === 'unknown option');
    seen.reads = !isGlobal;
  } else if (isGlobal) seen.files.push({ path: args.includes('--system') ? '/etc/gitconfig' : '~/.gitconfig', right: 'write' });
}

function writes(seen: Seen, path: string | undefined): void {
  if (path !== undefined) seen.files.push({ path, right: 'write' });
}

/** Where the new repository will be. */
function written(seen: Seen): void {
  const { operands } = seen.leaf;
  writes(seen, seen.names[1] === 'init' ? (operands[0] ?? '.') : (operands[1] ?? '.'));
}
