import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/gateway/app.ts';
import { OxiosError } from '../../src/kernel/errors.ts';
import { type BusEvent, isDurable, type KernelEvent } from '../../src/kernel/events.ts';
import { runIdOf } from '../../src/kernel/ids.ts';
import { burst, openTestKernel, type TestKernel } from '../helpers/kernel.ts';

const open: TestKernel[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function start(bodies = { burst }): { here: TestKernel; app: ReturnType<typeof createApp> } {
  const here = openTestKernel({ bodies });
  open.push(here);
  return { here, app: createApp(here.gateway) };
}

const RUN = runIdOf('r_burst');
const begin = (here: TestKernel, count: number, run = RUN) => here.kernel.start(here.request([{ text: '' }], { body: 'burst', args: { count }, run }));

type App = ReturnType<typeof createApp>;

/** Chunks of the stream as text; leaving the loop cancels it. */
async function* chunks(app: App, query: string, headers: Record<string, string> = {}): AsyncGenerator<string> {
  const answer = await app.request(`/v1/events?${query}`, { headers });
  expect(answer.status).toBe(200);
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) yield decoder.decode(chunk as Uint8Array, { stream: true });
}

async function* events(app: App, query: string): AsyncGenerator<BusEvent> {
  let rest = '';
  for await (const text of chunks(app, query)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as BusEvent;
  }
}

async function untilResult(stream: AsyncIterable<BusEvent>, onEvent: (event: BusEvent) => void = () => undefined): Promise<BusEvent[]> {
  const seen: BusEvent[] = [];
  for await (const event of stream) {
    seen.push(event);
    onEvent(event);
    if (event.type === 'run.result') break;
  }
  return seen;
}

const durable = (seen: readonly BusEvent[]): KernelEvent[] => seen.filter(isDurable);
const upTo = (end: number, from = 0): number[] => Array.from({ length: end - from }, (_, at) => from + at);

describe('replay, then live', () => {
  test('10,000 events reach clients that come before, in the middle and after, each once and in order', { timeout: 120_000 }, async () => {
    const { here, app } = start();
    const middle = Promise.withResolvers<Promise<BusEvent[]>>();
    const early = untilResult(events(app, `run=${RUN}&follow=true`), (event) => {
      if (isDurable(event) && event.seq === 3000) middle.resolve(untilResult(events(app, `run=${RUN}&follow=true`)));
    });
    await begin(here, 10_000);
    const [first, second] = [durable(await early), durable(await await middle.promise)];
    const late = durable(await untilResult(events(app, `run=${RUN}`)));
    expect(first.map((event) => event.seq)).toEqual(upTo(first.length));
    expect(first.length).toBeGreaterThan(10_000);
    expect(second).toEqual(first);
    expect(late).toEqual(first);
  });

  test('the whole log is followed without a gap, also where the log writes about itself', async () => {
    const { here, app } = start();
    const following = untilResult(events(app, 'follow=true&deltas=false'));
    await begin(here, 500);
    const seen = durable(await following);
    expect(seen.map((event) => event.leaf)).toEqual(upTo(seen.length));
    expect(seen.map((event) => event.type)).toContain('checkpoint.signed');
  });

  test('two runs at once stay apart', async () => {
    const { here, app } = start();
    const other = runIdOf('r_other');
    const both = [RUN, other].map((run) => untilResult(events(app, `run=${run}&follow=true`)));
    await Promise.all([begin(here, 1000), begin(here, 1000, other)]);
    for (const [at, seen] of (await Promise.all(both)).entries()) {
      expect(new Set(seen.map((event) => event.run))).toEqual(new Set([[RUN, other][at]]));
      expect(durable(seen).map((event) => event.seq)).toEqual(upTo(seen.length));
    }
  });

  test('deltas stand where they arose, and their text is the whole answer', async () => {
    const { here, app } = start();
    const text = Array.from({ length: 2000 }, (_, n) => `word${n} `).join('');
    const run = runIdOf('r_words');
    const following = untilResult(events(app, `run=${run}&follow=true`));
    await here.kernel.start(here.request([{ text }], { run }));
    const seen = await following;
    let last = -1;
    let said = '';
    for (const event of seen) {
      if (isDurable(event)) last = event.seq;
      else {
        expect(event.after).toBe(last);
        if (event.type === 'model.delta') said += event.text;
      }
    }
    expect(said).toBe(text);
    expect(durable(seen).find((event) => event.type === 'model.answered')).toMatchObject({ parts: [{ type: 'text', text }] });
  });

  test('what arises while a client still reads the past comes once, and no delta comes behind its answer', async () => {
    const { here, app } = start();
    await here.kernel.wait((await begin(here, 2000)).pid);
    const stream = events(app, 'follow=true');
    const seen: BusEvent[] = [(await stream.next()).value as BusEvent];
    const run = runIdOf('r_talk');
    const grants = [{ on: 'fs', right: 'read', under: here.workspace }] as const;
    const turns = [
      { text: 'one two three four', calls: [{ name: 'ls', input: {} }] },
      { delay_ms: 3_600_000, text: 'late' },
    ];
    const { pid } = await here.kernel.start(here.request(turns, { run, grants }));
    for await (const event of here.kernel.read({ run, follow: true })) if (event.type === 'tool.finished') break;
    for await (const event of stream) {
      seen.push(event);
      if (event.type === 'tool.finished') void here.kernel.signal(pid, 'KILL', 'user');
      if (event.type === 'run.result' && event.run === run) break;
    }
    expect(durable(seen).map((event) => event.leaf)).toEqual(upTo(durable(seen).length));
    expect(seen.filter((event) => !isDurable(event))).toEqual([]);
  });

  test('a range, types and a process narrow what is sent; a range that is full ends the stream', async () => {
    const { here, app } = start();
    const { pid } = await begin(here, 300);
    await here.kernel.wait(pid);
    const of = async (query: string) => durable(await untilResult(events(app, `run=${RUN}&${query}`)));
    expect((await of('from=10&to=19')).map((event) => event.seq)).toEqual(upTo(20, 10));
    expect((await of('from=10&to=19&follow=true')).map((event) => event.seq)).toEqual(upTo(20, 10));
    expect((await of('types=process.forked,process.exited')).map((event) => event.type)).toEqual(['process.forked', 'process.exited']);
    expect(await of(`pid=${pid + 1}`)).toEqual([]);
    expect((await of(`pid=${pid}&types=drift.measured`)).length).toBe(300);
  });

  test('from=now leaves out what was, and misses nothing of what comes', async () => {
    const { here, app } = start();
    const { pid } = await begin(here, 200);
    await here.kernel.wait(pid);
    const { size } = here.store.log.head();
    const following = untilResult(events(app, 'from=now&follow=true'));
    await begin(here, 200, runIdOf('r_second'));
    const seen = durable(await following);
    expect(seen.map((event) => event.leaf)).toEqual(upTo(size + seen.length, size));
    expect(seen[0]?.type).toBe('run.started');
  });
});

describe('a log that cannot be read any more', () => {
  test.each([
    ['*/*', (json: string) => `${json}\n`],
    ['text/event-stream', (json: string) => `event: error\ndata: ${json}\n\n`],
  ])('is said in the last words of the stream: %s', async (accept, form) => {
    const { here } = start();
    await here.kernel.wait((await begin(here, 10)).pid);
    async function* read(...[range, signal]: Parameters<typeof here.kernel.read>): AsyncGenerator<KernelEvent> {
      yield* here.kernel.read({ ...range, to: 3 }, signal);
      throw new OxiosError('IO', 'the disk is gone');
    }
    const app = createApp({ ...here.gateway, kernel: { ...here.kernel, read } });
    let text = '';
    for await (const chunk of chunks(app, `run=${RUN}`, { accept })) text += chunk;
    expect(text.endsWith(form('{"error":{"code":"IO","message":"the disk is gone"}}'))).toBe(true);
  });
});

describe('server-sent events', () => {
  test('carry the position as id, and Last-Event-ID goes on behind it', async () => {
    const { here, app } = start();
    const { pid } = await begin(here, 200);
    await here.kernel.wait(pid);
    let text = '';
    for await (const chunk of chunks(app, `run=${RUN}`, { accept: 'text/event-stream', 'last-event-id': '99' })) text += chunk;
    const blocks = text
      .trimEnd()
      .split('\n\n')
      .map((block) => /^id: (\d+)\ndata: (.+)$/u.exec(block));
    expect(blocks.map((match) => Number(match?.[1]))).toEqual(upTo(100 + blocks.length, 100));
    for (const match of blocks) expect((JSON.parse(match?.[2] ?? '') as KernelEvent).seq).toBe(Number(match?.[1]));
  });

  test('is what a client gets that accepts it', async () => {
    const { app } = start();
    const type = async (accept: string) => (await app.request('/v1/events', { headers: { accept } })).headers.get('content-type');
    expect(await type('text/event-stream')).toBe('text/event-stream');
    expect(await type('*/*')).toBe('application/x-ndjson');
  });
});

describe('a client that does not read', () => {
  const collect = (): void => (runInNewContext('gc') as () => void)();
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const MB = 1024 * 1024;

  test('costs the kernel a bounded queue, and then gets every durable event once', { timeout: 120_000 }, async () => {
    setFlagsFromString('--expose-gc');
    const emitted = Promise.withResolvers<void>();
    const measured = Promise.withResolvers<void>();
    const large = (async (context) => {
      for (let n = 0; n < 2000; n += 20)
        await Promise.all(Array.from({ length: 20 }, (_, at) => context.emit({ type: 'drift.measured', n: n + at, text: 'x'.repeat(40_000) })));
      emitted.resolve();
      await measured.promise;
      return { how: 'done', text: '' };
    }) satisfies typeof burst;
    const { here, app } = start({ burst: large });
    const answer = await app.request(`/v1/events?run=${RUN}&follow=true`);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const before = heap();
    await begin(here, 0);
    await emitted.promise;
    const grown = (heap() - before) / MB;
    measured.resolve();
    expect(grown).toBeLessThan(10);

    let rest = '';
    const seqs: number[] = [];
    for (let last = ''; last !== 'run.result'; ) {
      const { value } = await reader.read();
      const lines = (rest + new TextDecoder().decode(value)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = JSON.parse(line) as KernelEvent;
        seqs.push(event.seq);
        last = event.type;
      }
    }
    expect(seqs).toEqual(upTo(seqs.length, seqs[0]));
    expect(seqs.length).toBeGreaterThan(2000);
    await reader.cancel();
  });
});
