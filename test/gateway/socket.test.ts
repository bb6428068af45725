import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectKernel } from '../../src/gateway/client.ts';
import { type SocketServer, serveSocket } from '../../src/gateway/socket.ts';
import { openTestKernel, TEST_VERSION, type TestKernel } from '../helpers/kernel.ts';

let here: TestKernel;
let served: SocketServer | undefined;
const folders: string[] = [];

beforeEach(() => {
  here = openTestKernel();
});
afterEach(async () => {
  await served?.close();
  served = undefined;
  await here.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const serve = async (): Promise<string> => {
  served = await serveSocket(here.home.socket, here.gateway);
  return here.home.socket;
};

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

const ask = (socketPath: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path, headers, agent: false }, async (response: IncomingMessage) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
      resolve({ status: response.statusCode, text });
    })
      .once('error', reject)
      .end();
  });

describe('the socket', () => {
  test('is open to its owner only, whatever the umask, and leaves the umask as it was', async () => {
    const before = process.umask(0);
    try {
      const path = await serve();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(process.umask()).toBe(0);
    } finally {
      process.umask(before);
    }
  });

  test('answers HTTP', async () => {
    const path = await serve();
    expect(await ask(path, '/v1/version')).toEqual({ status: 200, text: JSON.stringify({ version: TEST_VERSION }) });
    expect((await ask(path, '/health')).status).toBe(204);
  });

  test('that a dead kernel left is replaced', async () => {
    const dead = await listening(createServer(), here.home.socket);
    await closed(dead, true);
    expect(lstatSync(here.home.socket).isSocket()).toBe(true);
    expect(await connectKernel(here.home.socket, TEST_VERSION)).toBeUndefined();
    const path = await serve();
    expect((await ask(path, '/health')).status).toBe(204);
  });

  test('is not made where something else lies, which stays', async () => {
    writeFileSync(here.home.socket, 'mine');
    await expect(serve()).rejects.toMatchObject({ code: 'HOME_UNWRITABLE', hint: expect.any(String) });
    expect(lstatSync(here.home.socket).isFile()).toBe(true);
  });

  test('cannot be made where there is no folder: a typed error', async () => {
    await expect(serveSocket('/nonexistent-folder/kernel.sock', here.gateway)).rejects.toMatchObject({ code: 'HOME_UNWRITABLE' });
  });

  test('is gone after close, and can be served again', async () => {
    const path = await serve();
    await served?.close();
    expect(existsSync(path)).toBe(false);
    await serve();
    expect((await ask(path, '/health')).status).toBe(204);
  });

  test('survives bytes that are no HTTP, and clients that go away in the middle', async () => {
    const path = await serve();
    const noise = connect(path);
    noise.end('\u0000\u0001 nonsense\r\n\r\n');
    await ended(noise);
    const half = connect(path);
    half.write('POST /v1/runs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"kind"', () => half.destroy());
    await ended(half);
    expect((await ask(path, '/health')).status).toBe(204);
  });
});

describe('closing', () => {
  test('a stream gets what is durable and ends; a wait is answered with KERNEL_GONE', async () => {
    const path = await serve();
    const { run, pid } = await here.kernel.start(here.request([{ delay_ms: 3_600_000, text: 'late' }]));
    const kernel = await connectKernel(path, TEST_VERSION);
    const waiting = expect(kernel?.wait(pid)).rejects.toMatchObject({ code: 'KERNEL_GONE', detail: 'the kernel ended while the process was waited for' });
    const stream = kernel?.read({ run, follow: true })[Symbol.asyncIterator]();
    await stream?.next();
    const rest = expect(
      (async () => {
        for (;;) await stream?.next();
      })(),
    ).rejects.toMatchObject({ code: 'KERNEL_GONE' });
    const end = served?.close();
    await Promise.all([waiting, rest, end]);
  });

  test('a result that is known is delivered before the end', async () => {
    const path = await serve();
    const { run, pid } = await here.kernel.start(here.request([{ delay_ms: 3_600_000, text: 'late' }]));
    const kernel = await connectKernel(path, TEST_VERSION);
    const types: string[] = [];
    const reading = (async () => {
      for await (const event of kernel?.read({ run, follow: true }) ?? []) types.push(event.type);
    })();
    const lost = expect(reading).rejects.toMatchObject({ code: 'KERNEL_GONE' });
    const exit = kernel?.wait(pid);
    // The wait has to have arrived, or there is nothing to deliver.
    await kernel?.ps();
    await here.kernel.close();
    await served?.close();
    expect(await exit).toEqual({ how: 'killed', signal: 'KILL' });
    await lost;
    expect(types.at(-1)).toBe('run.result');
  });

  test('clients that do not read hold it up for a moment at most', async () => {
    const path = await serve();
    const { pid } = await here.kernel.start(here.request([{ text: 'x'.repeat(200_000) }, { text: 'x' }]));
    await here.kernel.wait(pid);
    const slow = connect(path);
    slow.pause().write('GET /v1/events?follow=true HTTP/1.1\r\nhost: x\r\n\r\n');
    slow.on('error', () => undefined);
    await ask(path, '/health');
    await served?.close();
    served = undefined;
    slow.destroy();
    expect(existsSync(path)).toBe(false);
  });
});

describe('connecting', () => {
  const scratch = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'oxios-'));
    folders.push(folder);
    return join(folder, 'kernel.sock');
  };

  test('to nothing, to a folder that is not there, to a plain file gives no kernel', async () => {
    const path = scratch();
    expect(await connectKernel(path, TEST_VERSION)).toBeUndefined();
    expect(await connectKernel(join(path, 'deeper', 'kernel.sock'), TEST_VERSION)).toBeUndefined();
    writeFileSync(path, '');
    expect(await connectKernel(path, TEST_VERSION)).toBeUndefined();
  });

  test('to a kernel of another version is refused with exit 5 and a hint', async () => {
    const path = await serve();
    await expect(connectKernel(path, '9.9.9')).rejects.toMatchObject({ code: 'KERNEL_VERSION', hint: expect.any(String) });
  });

  test('to a process that accepts and stays silent ends with HOME_BUSY', async () => {
    const path = scratch();
    const silent = await listening(createServer(), path);
    await expect(connectKernel(path, TEST_VERSION, 50)).rejects.toMatchObject({ code: 'HOME_BUSY' });
    await closed(silent);
  });

  test('to something that does not speak HTTP, or not JSON, gives no kernel', async () => {
    for (const say of ['no\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno']) {
      const path = scratch();
      const odd = await listening(
        createServer((socket) => socket.end(say)),
        path,
      );
      expect(await connectKernel(path, TEST_VERSION)).toBeUndefined();
      await closed(odd);
    }
  });

  test.runIf(process.getuid?.() === 0)("to another user's socket is refused", async () => {
    const path = scratch();
    const theirs = await listening(createServer(), path);
    const { lchownSync } = await import('node:fs');
    lchownSync(path, 4711, 4711);
    chmodSync(path, 0o666);
    await expect(connectKernel(path, TEST_VERSION)).rejects.toMatchObject({ code: 'SOCKET_FOREIGN' });
    await closed(theirs);
  });
});

const sockets = new WeakMap<Server, Set<Socket>>();

function listening(server: Server, path: string): Promise<Server> {
  const open = new Set<Socket>();
  sockets.set(server, open);
  server.on('connection', (socket) => open.add(socket.on('error', () => undefined)));
  return new Promise((resolve) => server.listen(path, () => resolve(server)));
}

/** `leave`: the file stays, as when a process is killed. */
async function closed(server: Server, leave = false): Promise<void> {
  const path = String(server.address());
  for (const socket of sockets.get(server) ?? []) socket.destroy();
  const { linkSync, renameSync } = await import('node:fs');
  if (leave) linkSync(path, `${path}.kept`);
  await new Promise((resolve) => server.close(resolve));
  if (leave) renameSync(`${path}.kept`, path);
}

const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined).on('close', () => resolve());
    socket.resume();
  });
