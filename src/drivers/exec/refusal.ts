import type { SandboxSpec } from '../../kernel/host.ts';
import { isBelow } from './mounts.ts';
import type { Sandbox } from './sandbox.ts';

export interface Ended {
  readonly kind: Sandbox['kind'];
  readonly spec: SandboxSpec;
  readonly code: number | null;
  readonly output: string;
}

/** What the sandbox refused a failed command, read from what programs print then; undefined when it was not the sandbox. */
export function refusalIn({ kind, spec, code, output }: Ended): string | undefined {
  if (kind === 'none' || code === 0) return undefined;
  const setup = kind === 'bwrap' && code === 1 ? setupIn(output) : undefined;
  if (setup) return setup;
  const hidden = hiddenIn(output, spec);
  if (hidden !== undefined) return `${hidden} is hidden from commands`;
  if (READ_ONLY.test(output) || (kind === 'sandbox-exec' && REFUSED.test(output)))
    return 'commands may write only in the folders they were granted and in /tmp';
  return !spec.net && NETWORK.test(output)
    ? 'commands have no network unless every host is granted (net:*); a page of a granted host comes by fetch'
    : undefined;
}

const READ_ONLY = /Read-only file system|EROFS/u;
const REFUSED = /Operation not permitted|EPERM/u;
const NETWORK = /Network is unreachable|Could not resolve host|Temporary failure in name resolution|Name or service not known|EAI_AGAIN|ENOTFOUND|ENETUNREACH/u;
const NOT_FOUND = /Permission denied|EACCES|No such file or directory|ENOENT|cannot access/u;

/** bubblewrap itself says why it gave up, in the only line there is. */
function setupIn(output: string): string | undefined {
  const missing = /^bwrap: execvp (.+): No such file or directory$/mu.exec(output);
  if (missing) return `${missing[1]} is in a folder that is hidden from commands`;
  const problem = /^bwrap: (.+)$/mu.exec(output);
  return problem ? `the sandbox could not be set up: ${problem[1]}` : undefined;
}

/** A hidden path that a line of refusal names, unless it names a folder that is shown below it. */
function hiddenIn(output: string, spec: SandboxSpec): string | undefined {
  const shown = [...spec.writable, ...spec.read_only];
  const isMeant = (line: string, path: string): boolean => names(line, path) && !shown.some((one) => one !== path && isBelow(one, path) && names(line, one));
  const lines = output.split('\n').filter((line) => NOT_FOUND.test(line));
  return spec.hidden.find((path) => lines.some((line) => isMeant(line, path)));
}

/** Whether the path stands in the line as itself or as the start of a longer one. */
function names(line: string, path: string): boolean {
  const at = line.indexOf(path);
  return at >= 0 && !/[\w.-]/u.test(line[at + path.length] ?? '');
}
