import { statSync } from 'node:fs';
import { join } from 'node:path';
import { OxiosError } from '../../kernel/errors.ts';
import type { HostExec, ProcessGroup } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { realOf } from '../../kernel/mount.ts';
import type { Redactor } from '../../kernel/text/redact.ts';
import { killStale, signalAll } from './group.ts';
import { inherited } from './inherited.ts';
import { launch } from './launch.ts';
import { createPipes } from './pipes.ts';
import { findSandbox, type Sandbox } from './sandbox.ts';
import { readSpill } from './spill.ts';
import { FIRST_FREE } from './start.ts';
import { which } from './which.ts';

export interface ExecOptions {
  /** Where outputs too long for memory are kept. */
  readonly blobs: string;
  /** Found on this machine if not given, when it is first needed. */
  readonly sandbox?: Sandbox;
  /** A file that remembers that the sandbox of this machine works. */
  readonly memo?: string;
  /** What is printed passes it before it goes anywhere. */
  readonly redactor?: Redactor;
}

export interface ClosableExec extends HostExec {
  /** Takes away what was made for the next command. */
  close(): void;
}

/** Runs commands in a process group of their own, held back until their start is in the log, under the machine's sandbox. */
export function createHostExec(options: ExecOptions): ClosableExec {
  let found: Sandbox | undefined = options.sandbox;
  const sandbox = (): Sandbox => {
    found ??= findSandbox(options.memo === undefined ? {} : { memo: options.memo });
    return found;
  };
  const pipes = createPipes(join(options.blobs, '.pipes'));
  // What Node opens itself is never handed on, so that one look is enough.
  let open: readonly number[] | undefined;
  const running = new Set<ProcessGroup>();
  // A program that ends at once takes with it what it started.
  const end = (): void => running.forEach((group) => void signalAll(group, 'SIGKILL'));
  process.once('exit', end);
  return {
    get sandbox() {
      const { kind, detail, hint } = sandbox();
      return { kind, detail, ...(hint === undefined ? {} : { hint }) };
    },
    async start(request, signal) {
      const program = request.argv[0] ?? '';
      const { mount } = request.sandbox;
      if (mount && sandbox().kind !== 'bwrap')
        throw new OxiosError('SANDBOX_MISSING', `without bubblewrap a command would run in ${mount.at} itself, not in the copy it is to see there`, {
          hint: 'install bubblewrap, and go on with the run',
        });
      const really = (path: string): AbsPath => (mount ? realOf(mount, path as AbsPath) : (path as AbsPath));
      if (!isFolder(really(request.cwd))) {
        throw new OxiosError('PATH_INVALID', `there is no folder ${request.cwd} to run a command in`, { hint: 'name a folder that exists' });
      }
      if (!which(really(program), request.env.PATH ?? '', really(request.cwd))) {
        throw new OxiosError('INTERPRETER_MISSING', `${program} is not installed`, { hint: `install ${program}, or use another program` });
      }
      open ??= inherited(FIRST_FREE);
      const child = await launch({ open, blobs: options.blobs, sandbox: sandbox(), pipes, redactor: options.redactor }, request, signal);
      running.add(child.group);
      void child.done.finally(() => running.delete(child.group));
      return child;
    },
    reap: killStale,
    which: async (program) => which(program, process.env.PATH ?? '', '/'),
    spilled: async (id, range) => readSpill(options.blobs, id, range),
    close() {
      process.off('exit', end);
      pipes.close();
    },
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Missing, closed to us, or a circle of links: no place to run in.
    return false;
  }
}
