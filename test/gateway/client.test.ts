import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectKernel, type RemoteKernel } from '../../src/gateway/client.ts';
import { type SocketServer, serveSocket } from '../../src/gateway/socket.ts';
import { type BusEvent, isDurable, type KernelEvent } from '../../src/kernel/events.ts';
import { pidOf, runIdOf } from '../../src/kernel/ids.ts';
import type { Kernel } from '../../src/kernel/kernel-types.ts';
import { burst, openTestKernel, TEST_VERSION, type TestKernel } from '../helpers/kernel.ts';

let here: TestKernel;
let served: SocketServer;
const clients: RemoteKernel[] = [];

beforeEach(async () => {
  here = openTestKernel({ bodies: { burst } });
  served = await serveSocket(here.home.socket, here.gateway);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await served.close();
  await here.close();
});

async function attach(): Promise<RemoteKernel> {
  const kernel = await connectKernel(here.home.socket, TEST_VERSION);
  if (!kernel) throw new Error('no kernel answered');
  clients.push(kernel);
  return kernel;
}

const sleeping = () => here.request([{ delay_ms: 3_600_000, text: 'late' }], { interactive: true });
const upTo = (end: number): number[] => Array.from({ length: end }, (_, at) => at);

async function first(kernel: Kernel, run: string, type: string): Promise<KernelEvent> {
  for await (const event of kernel.read({ run: runIdOf(run), follow: true })) if (event.type === type) return event;
  throw new Error(`no ${type}`);
}

describe('a client is a kernel', () => {
  test('every call does what it does in the process itself', async () => {
    const kernel = await attach();
    const { run, pid } = await kernel.start(sleeping());
    await kernel.nice(pid, 5, 'user');
    await kernel.send(pid, 'hello', 'mia');
    await kernel.signal(pid, 'STOP', 'user');
    expect(await kernel.ps()).toEqual(await here.kernel.ps());
    expect(await kernel.ps()).toMatchObject([{ pid, run, nice: 5, state: { is: 'stopped' } }]);
    expect(await kernel.runs()).toEqual(here.store.runs());
    expect(await kernel.run(run)).toMatchObject({ run, status: 'running' });
    expect(await kernel.head()).toEqual(here.store.log.head());
    await kernel.cancel(run, 'user');
    expect(await kernel.wait(pid)).toEqual({ how: 'killed', signal: 'KILL' });
    const [remote, local] = [await all(kernel.read({ run })), await all(here.kernel.read({ run }))];
    expect(remote).toEqual(local);
    expect(remote.map((event) => event.type)).toEqual(expect.arrayContaining(['process.niced', 'message.sent', 'process.signalled', 'run.result']));
    expect(await all(kernel.read({ run, from: 2, to: 4 }))).toEqual(local.slice(2, 5));
    expect(await all(kernel.read({ run, pid, types: ['message.sent'] }))).toEqual(local.filter((event) => event.type === 'message.sent'));
  });

  test('a question is seen and answered by another client than the one that started the run', async () => {
    const [one, two] = [await attach(), await attach()];
    const { run, pid } = await one.start(
      here.request([{ calls: [{ name: 'ask', input: { question: 'which?' } }] }, { text: 'thanks' }], { interactive: true }),
    );
    await first(two, run, 'approval.asked');
    const [open] = await two.asks();
    expect(open).toMatchObject({ run, pid, text: 'which?' });
    await two.answer(open?.ask as never, { verdict: 'text', text: 'left' }, 'mia', 'terminal');
    expect(await one.wait(pid)).toMatchObject({ how: 'done', text: 'thanks' });
    expect(await first(one, run, 'approval.answered')).toMatchObject({ text: 'left', by: 'mia over the socket' });
  });

  test.each<[string, (kernel: RemoteKernel) => Promise<unknown>, string]>([
    ['waiting for nobody', (kernel) => kernel.wait(pidOf(4711)), 'NOT_FOUND'],
    ['a message to nobody', (kernel) => kernel.send(pidOf(4711), 'x', 'user'), 'NOT_FOUND'],
    ['a body beyond 1 MB', (kernel) => kernel.send(pidOf(4711), 'x'.repeat(3_000_000), 'user'), 'USAGE'],
    ['a script that is not there', (kernel) => kernel.start({ ...sleeping(), model: 'script:/nowhere.yaml' }), 'FILE_MISSING'],
    ['an unknown run', (kernel) => kernel.resume(runIdOf('r_none'), {}), 'NOT_FOUND'],
  ])('%s throws what the kernel throws', async (_, call, code) => {
    await expect(call(await attach())).rejects.toMatchObject({ name: 'OxiosError', code, detail: expect.any(String) });
  });

  test('leaving a stream, or aborting it, ends it without an error and leaves the kernel nothing to do', async () => {
    const kernel = await attach();
    const { run } = await kernel.start(sleeping());
    for await (const event of kernel.read({ run, follow: true })) if (event.seq === 1) break;
    const stop = new AbortController();
    const seen: KernelEvent[] = [];
    for await (const event of kernel.read({ run, follow: true }, stop.signal)) {
      seen.push(event);
      stop.abort();
    }
    expect(seen.length).toBe(1);
    expect(await all(kernel.read({ run, follow: true }, stop.signal))).toEqual([]);
  });
});

describe('two clients on one kernel', () => {
  test('see the same 10,000 events, each once and in order, while both start runs', { timeout: 120_000 }, async () => {
    const [one, two] = [await attach(), await attach()];
    const runs = ['r_one', 'r_two'].map(runIdOf);
    const streams = [one, two].map((kernel) => collectUntil(kernel.read({ follow: true }), 2));
    await Promise.all([one, two].map((kernel, at) => kernel.start(here.request([], { body: 'burst', args: { count: 5000 }, run: runs[at] as never }))));
    const [left, right] = await Promise.all(streams);
    expect(left?.length).toBeGreaterThan(10_000);
    expect(left?.map((event) => event.leaf)).toEqual(upTo(left?.length ?? 0));
    expect(right).toEqual(left);
  });

  test('a listener misses nothing of a run that is started after it subscribed, deltas included', async () => {
    const [one, two] = [await attach(), await attach()];
    const heard: BusEvent[][] = [[], []];
    const done = [one, two].map(
      (kernel, at) =>
        new Promise<void>((resolve) =>
          kernel.subscribe((event) => {
            heard[at]?.push(event);
            if (event.type === 'run.result') resolve();
          }),
        ),
    );
    const { run } = await one.start(here.request([{ text: 'one two three' }]));
    await done[0];
    const own = heard[0]?.filter((event) => event.run === run) ?? [];
    expect(own.filter(isDurable).map((event) => event.seq)).toEqual(upTo(own.filter(isDurable).length));
    expect(own.flatMap((event) => (event.type === 'model.delta' ? [event.text] : [])).join('')).toBe('one two three');
    await two.start(here.request([{ text: 'again' }]));
    await done[1];
    one.close();
    expect(one.lost.aborted).toBe(false);
  });

  test('a call made after subscribing is not sent before the subscription stands', async () => {
    const way = await openWay(here.home.socket, `${here.home.path}/way.sock`);
    const kernel = await connectKernel(`${here.home.path}/way.sock`, TEST_VERSION);
    const heard = new Promise<BusEvent>((resolve) => kernel?.subscribe(resolve));
    const started = kernel?.start(sleeping());
    await way.held;
    // Sent after the call: had that been sent, it would have come through by now.
    await kernel?.ps();
    expect(way.passed.filter((line) => line.startsWith('POST'))).toEqual([]);
    way.release();
    expect(await heard).toMatchObject({ run: (await started)?.run, type: 'run.started', seq: 0 });
    kernel?.close();
    await way.close();
  });

  test('100 waits at once are answered, however many clients wait', async () => {
    const kernels = [await attach(), await attach()];
    const { run, pid } = await here.kernel.start(sleeping());
    const waits = Array.from({ length: 100 }, (_, at) => kernels[at % 2]?.wait(pid));
    await first(kernels[0] as RemoteKernel, run, 'model.requested');
    await kernels[1]?.cancel(run, 'user');
    expect(new Set((await Promise.all(waits)).map((exit) => JSON.stringify(exit)))).toEqual(new Set(['{"how":"killed","signal":"KILL"}']));
  });
});

describe('a kernel that goes', () => {
  test('is KERNEL_GONE to calls, streams and listeners', async () => {
    const kernel = await attach();
    kernel.subscribe(() => undefined);
    const { run, pid } = await kernel.start(sleeping());
    const stream = expect(all(kernel.read({ run, follow: true }))).rejects.toMatchObject({ code: 'KERNEL_GONE' });
    const wait = expect(kernel.wait(pid)).rejects.toMatchObject({ code: 'KERNEL_GONE' });
    await kernel.ps();
    await served.close();
    await Promise.all([stream, wait, kernel.lost.aborted ? undefined : once(kernel.lost, 'abort')]);
    expect(kernel.lost.reason).toMatchObject({ code: 'KERNEL_GONE' });
    await expect(kernel.ps()).rejects.toMatchObject({ code: 'KERNEL_GONE', hint: expect.any(String) });
  });

  test('without a word, in the middle of an answer, is KERNEL_GONE too', async () => {
    const child = fork(new URL('../helpers/half-kernel.mjs', import.meta.url), [`${here.home.path}/half.sock`, TEST_VERSION], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    const kernel = await connectKernel(`${here.home.path}/half.sock`, TEST_VERSION);
    const seen: KernelEvent[] = [];
    const read = async (follow: boolean) => {
      for await (const event of kernel?.read({ follow }) ?? []) seen.push(event);
    };
    await expect(read(false)).rejects.toMatchObject({ code: 'KERNEL_GONE' });
    expect(seen.length).toBe(1);
    const waiting = expect(kernel?.wait(pidOf(1))).rejects.toMatchObject({ code: 'KERNEL_GONE' });
    const [message] = await once(child, 'message');
    expect(message).toBe('waiting');
    child.kill('SIGKILL');
    await waiting;
  });
});

/** A way to a socket that holds the event stream up until it is released, and notes what passes. */
async function openWay(to: string, path: string) {
  const passed: string[] = [];
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const server = createServer((client) => {
    client.once('data', async (chunk) => {
      client.pause();
      const line = chunk.toString().split('\r\n')[0] ?? '';
      if (line.includes('/v1/events')) {
        held.resolve();
        await released.promise;
      }
      passed.push(line);
      const kernel = connect(to).on('error', () => client.destroy());
      client.on('error', () => kernel.destroy()).on('close', () => kernel.destroy());
      kernel.write(chunk);
      client.pipe(kernel).pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { passed, held: held.promise, release: released.resolve, close: () => new Promise((resolve) => server.close(resolve)) };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

async function collectUntil(events: AsyncIterable<KernelEvent>, results: number): Promise<KernelEvent[]> {
  const out: KernelEvent[] = [];
  let left = results;
  for await (const event of events) {
    out.push(event);
    if (event.type === 'run.result' && --left === 0) break;
  }
  return out;
}
