import { INTERPRETERS, SHELLS } from './programs/builtins.ts';
import { NETWORK } from './programs/network.ts';
import { kindOf } from './programs.ts';
import { ask, deny, type Seen } from './seen.ts';
import type { SimpleCommand } from './simple.ts';
import { PIPE } from './words.ts';

/** What comes into a program, and what goes out with it: a download into a shell, a secret into the network. */
export function flowing(seen: Seen): void {
  const { one } = seen;
  if (runsInput(seen)) fedWithCode(seen);
  if (runsCode(one) && (one.holds ?? []).length > 0 && one.args.some((arg) => arg === undefined || arg === PIPE)) {
    if (isShell(one) || one.holds?.some(isMade)) deny(seen, 'runs what another command prints');
  }
  if (speaks(one)) goingOut(seen);
}

const isShell = (one: SimpleCommand): boolean => SHELLS.has(one.program);
const runsCode = (one: SimpleCommand): boolean => isShell(one) || INTERPRETERS.has(kindOf(one.program));

/** Whether it would run what stands on its input. */
function runsInput({ one, leaf }: Seen): boolean {
  if (!runsCode(one) || (!one.filled && (one.fed ?? []).length === 0)) return false;
  if (isShell(one))
    return !one.args.some((arg) => arg !== undefined && !/^[-+]|^\/dev\/(?:stdin|fd\/0)$|^(?:pipefail|errexit|nounset)$/u.test(arg)) || one.args.includes('-s');
  const isTold = leaf.options.some((used) => /^(?:-c|-m|-e|-p|-r|-x|--eval|--print|--check|--test|--version|-v|-V|-h|--help|-n|-E|-S)$/u.test(used.name));
  return !isTold && leaf.operands.every((word) => word === '-' || word === '/dev/stdin');
}

function fedWithCode(seen: Seen): void {
  const { one } = seen;
  const fed = one.fed ?? [];
  const isRead = fed.length > 0 && fed.every((before) => before.wraps || (before.program === 'cat' && before.args.length > 0));
  if (fed.some(isMade)) deny(seen, 'would run text that was fetched or decoded just now');
  else if (isShell(one) && !isRead) deny(seen, 'would run text that nobody has seen');
  else ask(seen, 'runs what comes out of a pipe');
}

const DOWNLOADS = new Set([
  'curl',
  'wget',
  'aria2c',
  'http',
  'https',
  'xh',
  'fetch',
  'nc',
  'ncat',
  'netcat',
  'socat',
  'ssh',
  'scp',
  'ftp',
  'lynx',
  'w3m',
  'telnet',
  'openssl',
  'dig',
  'nslookup',
  'host',
  'gh',
]);
const DECODES = new Set([
  'base64',
  'base32',
  'basenc',
  'xxd',
  'uudecode',
  'gunzip',
  'gzip',
  'zcat',
  'bzcat',
  'xzcat',
  'bzip2',
  'xz',
  'zstd',
  'tr',
  'rev',
  'gpg',
  'unzip',
  'tar',
  'hexdump',
  'od',
]);

/** Text that the command before did not have in front of it. */
const isMade = (one: SimpleCommand): boolean => DOWNLOADS.has(one.program) || DECODES.has(one.program);

const CLOUD = new Set(['gh', 'aws', 'gcloud', 'az', 'kubectl', 'helm', 'terraform', 'gpg', 'gpg2', 'openssl', 'ssh-keygen', 'ssh-add', 'ssh-agent']);
const speaks = (one: SimpleCommand): boolean => Object.hasOwn(NETWORK, one.program) && !CLOUD.has(one.program);

/** Print what the shell knows. */
const TELLS = new Set(['env', 'printenv', 'set', 'export', 'declare', 'typeset', 'history', 'compgen']);
/** Print nothing of what lies in files. */
const SILENT = new Set(['echo', 'printf', 'date', 'git', 'uname', 'seq', 'true', 'false', 'nproc', 'pwd', 'basename', 'dirname', 'tr', 'wc']);

/** What is in its words, or comes through the pipe, leaves the machine. */
function goingOut(seen: Seen): void {
  const { one } = seen;
  if ((one.holds ?? []).some((held) => !held.wraps && !SILENT.has(held.program))) deny(seen, 'would send what another command prints');
  if ((one.fed ?? []).some((before) => TELLS.has(before.program))) deny(seen, 'would send the environment');
}
