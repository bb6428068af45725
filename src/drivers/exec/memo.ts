import { readFileSync, readlinkSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { errnoOf } from '../../kernel/errors.ts';

/** What came of trying it: why it does not work, or what it can do. */
export type Tried = { readonly problem: string } | { readonly sized: boolean };

/**
 * Runs `tryOut` unless the file says that the same program worked for a process with the same rights since the machine started.
 * Only success is remembered. Should it be wrong, the sandbox program refuses and the command does not run: never less safe.
 */
export function remembered(file: string | undefined, program: string, tryOut: () => Tried): Tried {
  if (file === undefined) return tryOut();
  const circumstances = circumstancesOf(program);
  const known = textOf(file);
  if (circumstances !== undefined && known?.startsWith(circumstances)) return { sized: known.slice(circumstances.length) === SIZED };
  const tried = tryOut();
  if ('sized' in tried && circumstances !== undefined) write(file, circumstances + (tried.sized ? SIZED : ''));
  return tried;
}

const SIZED = '--size\n';
/** How the sandbox is tried out; another way is tried anew. */
const WAY = '2';

/** All that decides whether it works: the program, this start of the machine, user, namespaces, capabilities, system-call filter, label. */
function circumstancesOf(program: string): string | undefined {
  try {
    const { dev, ino, size, mtimeMs } = statSync(program);
    const status = readFileSync('/proc/self/status', 'latin1');
    const rights = ['CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp', 'Uid'].map((name) => status.match(new RegExp(`^${name}:.*$`, 'mu'))?.[0] ?? '');
    const namespaces = ['user', 'mnt', 'pid'].map((name) => readlinkSync(`/proc/self/ns/${name}`));
    return `${[WAY, program, dev, ino, size, mtimeMs, readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(), ...rights, ...namespaces, labelOf()].join('\n')}\n`;
  } catch {
    // No /proc: nothing to go by, so it is tried every time.
    return undefined;
  }
}

function labelOf(): string {
  try {
    return readFileSync('/proc/self/attr/current', 'latin1');
  } catch {
    // No security module.
    return '';
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') return '';
    return undefined;
  }
}

function write(file: string, text: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    writeFileSync(aside, text, { mode: 0o600 });
    renameSync(aside, file);
  } catch {
    // A full or read-only disk: tried again next time.
  }
}
