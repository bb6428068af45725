import type { SandboxRefusal, SandboxSpec } from '../../kernel/host.ts';
import { isBelow } from './mounts.ts';
import type { Sandbox } from './sandbox.ts';

export interface Ended {
  readonly kind: Sandbox['kind'];
  readonly spec: SandboxSpec;
  readonly cwd: string;
  readonly code: number | null;
  readonly output: string;
}

/** What the sandbox refused a failed command, read from what programs print then; undefined when it was not the sandbox. */
export function refusalIn(ended: Ended): SandboxRefusal | undefined {
  const { kind, spec, code, output } = ended;
  if (kind === 'none' || code === 0 || code === null) return undefined;
  const setup = kind === 'bwrap' ? setupIn(output, code) : undefined;
  if (setup) return setup;
  const hidden = hiddenIn(ended);
  if (hidden !== undefined) return { what: 'read', path: hidden, text: `${hidden} is hidden from commands` };
  const line = output.split('\n').find((one) => READ_ONLY.test(one) || (kind === 'sandbox-exec' && REFUSED.test(one)));
  if (line !== undefined) return writeIn(line, ended);
  return !spec.net && NETWORK.test(output) ? { what: 'network', text: NO_NETWORK } : undefined;
}

const NO_NETWORK = 'commands have no network unless every host is granted (net:*); a page of a granted host comes by fetch';
const READ_ONLY = /Read-only file system|EROFS/iu;
const REFUSED = /Operation not permitted|EPERM/u;
const NETWORK = /Network is unreachable|Could not resolve host|Temporary failure in name resolution|Name or service not known|EAI_AGAIN|ENOTFOUND|ENETUNREACH/u;
const NOT_FOUND = /Permission denied|EACCES|No such file or directory|ENOENT|cannot access/u;

/** bubblewrap, or the shell it starts, says why it gave up in the only line there is. */
function setupIn(output: string, code: number): SandboxRefusal | undefined {
  const [, missing] = (code === 127 && /^sh: (?:line )?(?:\d+: )?(?:exec: )?(\/.+): not found\n?$/u.exec(output)) || [];
  if (missing) return { what: 'start', path: missing, text: `${missing} is in a folder that is hidden from commands` };
  const problem = code === 1 ? /^bwrap: (.+)$/mu.exec(output) : undefined;
  return problem ? { what: 'start', text: `the sandbox could not be set up: ${problem[1]}` } : undefined;
}

/** Programs name what they could not write in quotes, or between a colon and another. */
function writeIn(line: string, { cwd }: Ended): SandboxRefusal {
  const [, found] = /['"‘`]([^'"’`]+)['"’`]/u.exec(line) ?? /(?:^|: )(\/?[^\s:]+): (?:Read-only|Operation not)/u.exec(line) ?? [];
  const path = found === undefined ? undefined : found.startsWith('/') ? found : `${cwd}/${found.replace(/^\.\//u, '')}`;
  const text = /\/\.git(?:\/|$)/u.test(path ?? '')
    ? 'the .git of a repository is read-only for commands, nothing is committed or staged by them: leave the changes in the files, the user commits'
    : 'commands may write only in the folders they were granted and in /tmp';
  return { what: 'write', ...(path === undefined ? {} : { path }), text };
}

/** A hidden path that a line of refusal names, in full or from the command's folder, unless it names a folder that is shown below it. */
function hiddenIn({ output, spec, cwd }: Ended): string | undefined {
  const shown = [...spec.writable, ...spec.read_only];
  const names = (line: string, path: string): boolean => isIn(line, path) || (isBelow(path, cwd) && path !== cwd && isIn(line, path.slice(cwd.length + 1)));
  const isMeant = (line: string, path: string): boolean => names(line, path) && !shown.some((one) => one !== path && isBelow(one, path) && names(line, one));
  const lines = output.split('\n').filter((line) => NOT_FOUND.test(line));
  return [...spec.hidden, ...spec.private].find((path) => lines.some((line) => isMeant(line, path)));
}

/** Whether the path stands in the line as itself or as the start of a longer one. */
function isIn(line: string, path: string): boolean {
  const at = line.indexOf(path);
  return at >= 0 && !/[\w.-]/u.test(line[at + path.length] ?? '') && !/[\w.\-/]/u.test(line[at - 1] ?? '');
}
