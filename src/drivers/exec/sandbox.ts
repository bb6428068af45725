import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { SandboxSpec } from '../../kernel/host.ts';
import { bubblewrap, type Held, ISOLATION } from './bubblewrap.ts';
import { remembered, type Tried } from './memo.ts';
import { nextStep } from './next-step.ts';
import { seatbeltProfile } from './seatbelt.ts';
import { seccompFilter } from './seccomp.ts';

export interface Sandbox {
  readonly kind: 'bwrap' | 'sandbox-exec' | 'none';
  readonly detail: string;
  /** How to get one, where there is none. */
  readonly hint?: string;
  /** The command line that runs `argv` under the spec once fd 3 says so. */
  hold(argv: readonly string[], spec: SandboxSpec, cwd: string): Held;
}

export interface SandboxOptions {
  /** Where to look for programs. */
  readonly path?: string;
  /** A file that remembers that the sandbox worked, so that the next process need not try it. */
  readonly memo?: string;
}

/** What this machine has. A sandbox that is there and does not work counts as none, and says why. */
export function findSandbox(options: SandboxOptions = {}): Sandbox {
  if (process.platform === 'darwin' && existsSync(SEATBELT)) return { kind: 'sandbox-exec', detail: 'sandbox-exec', hold: seatbelt };
  const folders = (options.path ?? process.env.PATH ?? '').split(':').filter((folder) => isAbsolute(folder));
  const program = folders.map((folder) => join(folder, 'bwrap')).find((file) => existsSync(file));
  if (program === undefined)
    return unconfined('bubblewrap is not installed, commands run with the rights of this user', 'install bubblewrap (apt-get install bubblewrap)');
  const found = remembered(options.memo, program, () => tryOut(program));
  if ('problem' in found)
    return unconfined(`bubblewrap does not work here (${found.problem}), commands run with the rights of this user`, nextStep(found.problem));
  return { kind: 'bwrap', detail: `bubblewrap ${program}`, hold: (argv, spec, cwd) => bubblewrap({ program, sized: found.sized }, argv, spec, cwd) };
}

/** Without a sandbox commands are still held back. */
export const unconfined = (why: string, hint?: string): Sandbox => ({
  kind: 'none',
  detail: `no sandbox: ${why}`,
  ...(hint === undefined ? {} : { hint }),
  hold: gate,
});

const SEATBELT = '/usr/bin/sandbox-exec';

/** Waits for a line on fd 3; without one (Oxios died) the command never runs. */
const HOLD = `IFS= read -r _ <&3 || exit 125; exec 3<&-; exec "$@"`;

const gate = (argv: readonly string[]): Held => ({ argv: ['/bin/sh', '-c', HOLD, 'sh', ...argv], go: '\n' });

const seatbelt = (argv: readonly string[], spec: SandboxSpec): Held => gate([SEATBELT, '-p', seatbeltProfile(spec), ...argv]);

/** With all it is used with later, so that no command is the first to find out. */
function tryOut(program: string): Tried {
  const problem = problemWith(program, ['--size', '65536']);
  if (problem === undefined) return { sized: true };
  if (!problem.includes('--size')) return { problem };
  const older = problemWith(program, []);
  return older === undefined ? { sized: false } : { problem: older };
}

function problemWith(program: string, size: readonly string[]): string | undefined {
  const filter = seccompFilter();
  const mounts = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', ...size, '--tmpfs', '/tmp'];
  try {
    execFileSync(program, [...mounts, ...ISOLATION, ...(filter ? ['--seccomp', '0'] : []), 'true'], {
      stdio: ['pipe', 'ignore', 'pipe'],
      input: filter ?? '',
    });
    return undefined;
  } catch (error) {
    return (error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : '') || 'it cannot be started';
  }
}
