import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import { sweepDead } from '../alive.ts';

/** Where a command's output comes from, and the end that goes into the command. */
export interface Pipe {
  readonly reader: Socket;
  /** Given to the child as both streams, then closed here. */
  readonly writer: number;
}

/**
 * Pipes as the system makes them. Node's own are sockets: a command cannot open `/dev/stderr` on one, and bash takes a socket as
 * its input for a remote login and reads `.bashrc`. One pipe for both streams keeps what was printed in its order.
 */
export interface Pipes {
  /** Removes what was made ahead of need. */
  close(): void;
  take(): Promise<Pipe>;
  /** A file without a name that holds these bytes; nothing to read when there are none. */
  input(bytes: Uint8Array | undefined): number;
}

/** Made in one go: a process that makes one costs as much as one that makes eight. */
const BATCH = 8;
/** The next are made when so few are left. */
const LOW = 2;

export function createPipes(folder: string): Pipes {
  const own = `${process.pid}.${randomBytes(4).toString('hex')}`;
  let count = 0;
  let ready: string[] = [];
  let filling: Promise<void> | undefined;
  let closed = false;

  const fill = async (): Promise<void> => {
    prepare(folder);
    const names = Array.from({ length: BATCH }, () => join(folder, `${own}.${++count}`));
    await promisify(execFile)('mkfifo', ['-m', '600', ...names]);
    ready = [...ready, ...names];
    if (closed) empty();
  };
  const empty = (): void => {
    for (const name of ready.splice(0)) rmSync(name, { force: true });
  };
  const refill = (): Promise<void> => {
    filling ??= fill().finally(() => {
      filling = undefined;
    });
    return filling;
  };

  return {
    close() {
      closed = true;
      empty();
    },
    async take() {
      try {
        while (ready.length === 0) await refill();
        const name = ready.pop() ?? '';
        // A refill ahead of need may fail; the one that is needed then says why.
        if (ready.length < LOW) refill().catch(() => undefined);
        return open(name);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') throw new OxiosError('INTERPRETER_MISSING', 'mkfifo is not installed', { hint: 'install coreutils', cause: error });
        throw new OxiosError('IO', `no pipe could be made in ${folder}: ${messageOf(error)}`, {
          hint: 'check free space and the limit of open files',
          cause: error,
        });
      }
    },
    input(bytes) {
      if (bytes === undefined || bytes.length === 0) return openSync('/dev/null', 'r');
      prepare(folder);
      const name = join(folder, `${own}.${++count}`);
      const fd = openSync(name, 'wx', 0o600);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
        return openSync(name, 'r');
      } finally {
        closeSync(fd);
        unlinkSync(name);
      }
    },
  };
}

/** Both ends, and the name gone: from here on it is like any pipe. */
function open(name: string): Pipe {
  const reading = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writer = openSync(name, 'w');
    return { reader: new Socket({ fd: reading, readable: true, writable: false }), writer };
  } catch (error) {
    closeSync(reading);
    throw error;
  } finally {
    unlinkSync(name);
  }
}

const swept = new Set<string>();

/** Makes the folder; what processes that are gone left there is removed. */
function prepare(folder: string): void {
  if (swept.has(folder)) return;
  swept.add(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  sweepDead(folder);
}
