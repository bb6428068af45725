import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/gateway/app.ts';
import { MAX_BODY_BYTES } from '../../src/gateway/body.ts';
import type { Pid } from '../../src/kernel/ids.ts';
import { openTestKernel, TEST_VERSION, type TestKernel } from '../helpers/kernel.ts';

let here: TestKernel;
let app: ReturnType<typeof createApp>;

beforeAll(() => {
  here = openTestKernel();
  app = createApp(here.gateway);
});
afterAll(() => here.close());

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** Starts an agent that waits for its model until it is killed. */
async function sleeper(): Promise<{ run: string; pid: number }> {
  const answer = await app.request('/v1/runs', json(here.request([{ delay_ms: 3_600_000, text: 'late' }])));
  expect(answer.status).toBe(201);
  return (await answer.json()) as { run: string; pid: number };
}

describe('what is refused', () => {
  const good = {
    kind: 'prompt',
    title: 't',
    cwd: '/w',
    body: 'agent',
    args: { task: 't' },
    model: 'script:/none',
    limits: { tokens: null, usd: null, turns: 1, wall_ms: null, tool_calls: null },
  };
  const whole = { ...good, grants: [], denies: [], asks: false, interactive: false, require_sandbox: false };
  test.each<[string, string, RequestInit | undefined, number, string]>([
    ['an unknown path', '/v1/nothing', undefined, 404, 'NOT_FOUND'],
    ['an unknown method', '/v1/processes', { method: 'DELETE' }, 404, 'NOT_FOUND'],
    ['a process that never was', '/v1/processes/4711/wait', undefined, 404, 'NOT_FOUND'],
    ['a process number that is none', '/v1/processes/1e3/wait', undefined, 400, 'USAGE'],
    ['a negative process number', '/v1/processes/-1/wait', undefined, 400, 'USAGE'],
    ['a signal to nobody', '/v1/processes/4711/signal', json({ signal: 'KILL' }), 404, 'NOT_FOUND'],
    ['a run that never was', '/v1/runs/r_none', undefined, 404, 'NOT_FOUND'],
    ['cancelling a run that never was', '/v1/runs/r_none/cancel', json({}), 404, 'NOT_FOUND'],
    ['resuming a run that never was', '/v1/runs/r_none/resume', json({}), 404, 'NOT_FOUND'],
    ['an answer to nothing', '/v1/approvals/a1.0', json({ verdict: 'deny' }), 404, 'NOT_FOUND'],
    ['a body that is no JSON', '/v1/runs', json('{"kind": '), 400, 'USAGE'],
    ['a body that is no object', '/v1/runs', json('[]'), 400, 'USAGE'],
    ['no body where one is needed', '/v1/runs', { method: 'POST' }, 400, 'USAGE'],
    ['another content type', '/v1/processes/1/signal', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"signal":"KILL"}' }, 400, 'USAGE'],
    [
      'bytes that are not UTF-8',
      '/v1/runs',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: new Uint8Array([0x22, 0xff, 0x22]) },
      400,
      'USAGE',
    ],
    ['an unknown signal', '/v1/processes/1/signal', json({ signal: 'HUP' }), 400, 'USAGE'],
    ['a field nobody knows', '/v1/processes/1/signal', json({ signal: 'KILL', force: true }), 400, 'USAGE'],
    ['nice out of range', '/v1/processes/1/nice', json({ nice: 20 }), 400, 'USAGE'],
    ['an empty message', '/v1/processes/1/messages', json({ text: '' }), 400, 'USAGE'],
    ['a reply without a verdict', '/v1/approvals/a1.0', json({ scope: 'run' }), 400, 'USAGE'],
    ['a relative working directory', '/v1/runs', json({ ...whole, cwd: 'w' }), 400, 'USAGE'],
    ['a working directory with ..', '/v1/runs', json({ ...whole, cwd: '/w/../etc' }), 400, 'USAGE'],
    ['a grant of an unknown kind', '/v1/runs', json({ ...whole, grants: [{ on: 'root' }] }), 400, 'USAGE'],
    ['a grant that is half a grant', '/v1/runs', json({ ...whole, grants: [{ on: 'fs', right: 'write' }] }), 400, 'USAGE'],
    ['a limit of nothing', '/v1/runs', json({ ...whole, limits: { ...good.limits, turns: 0 } }), 400, 'USAGE'],
    ['a script that does not exist', '/v1/runs', json(whole), 400, 'FILE_MISSING'],
    ['events from no number', '/v1/events?from=x', undefined, 400, 'USAGE'],
    ['an unknown question about events', '/v1/events?since=1', undefined, 400, 'USAGE'],
  ])('%s', async (_, path, init, status, code) => {
    const answer = await app.request(path, init);
    const { error } = (await answer.json()) as Refusal;
    expect([answer.status, error.code]).toEqual([status, code]);
    expect(error.message).not.toBe('');
    expect(error.message).not.toMatch(/\n\s+at /u);
  });

  test('says where a body does not fit', async () => {
    const answer = await app.request('/v1/runs', json({ ...whole, limits: { ...good.limits, turns: 'many' } }));
    expect(((await answer.json()) as Refusal).error.message).toMatch(/^limits\.turns: /u);
  });

  test('a body above 1 MB, with or without an announced length, and one of exactly 1 MB is read', async () => {
    const of = (bytes: number) => `{"text":"${'x'.repeat(bytes - 11)}"}`;
    const stream = new Blob([of(MAX_BODY_BYTES + 1)]).stream();
    const announced = await app.request('/v1/processes/4711/messages', json(of(MAX_BODY_BYTES + 1), { 'content-length': String(MAX_BODY_BYTES + 1) }));
    const streamed = await app.request('/v1/processes/4711/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    const exact = await app.request('/v1/processes/4711/messages', json(of(MAX_BODY_BYTES)));
    expect([announced.status, streamed.status, exact.status]).toEqual([413, 413, 404]);
    expect(((await streamed.json()) as Refusal).error.code).toBe('USAGE');
  });

  test('a client of another version, except for the question which version this is', async () => {
    const other = { headers: { 'oxios-version': '9.9.9' } };
    const refused = await app.request('/v1/processes', other);
    expect([refused.status, ((await refused.json()) as Refusal).error.code]).toEqual([409, 'KERNEL_VERSION']);
    const version = await app.request('/v1/version', other);
    expect(await version.json()).toEqual({ version: TEST_VERSION });
  });

  test('a defect in Oxios is named without a stack', async () => {
    const broken = createApp({
      ...here.gateway,
      runs: () => {
        throw new TypeError('boom\n    at secret');
      },
    });
    const answer = await broken.request('/v1/runs');
    expect([answer.status, await answer.json()]).toEqual([500, { error: { code: 'INTERNAL', message: 'boom' } }]);
  });
});

describe('what is answered', () => {
  test('health, without any data', async () => {
    const answer = await app.request('/health');
    expect([answer.status, await answer.text()]).toEqual([204, '']);
  });

  test('the head of the log moves with what happens', async () => {
    const before = (await (await app.request('/v1/audit/head')).json()) as { size: number };
    const { pid } = await sleeper();
    const after = (await (await app.request('/v1/audit/head')).json()) as { size: number };
    expect(after.size).toBeGreaterThan(before.size);
    await app.request(`/v1/processes/${pid}/signal`, json({ signal: 'KILL' }));
    await app.request(`/v1/processes/${pid}/wait`);
  });

  test('a run from start to cancel: processes, nice, view, wait', async () => {
    const { run, pid } = await sleeper();
    const nice = await app.request(`/v1/processes/${pid}/nice`, json({ nice: 7 }));
    const procs = (await (await app.request('/v1/processes')).json()) as { pid: number; nice: number }[];
    expect([nice.status, procs.find((proc) => proc.pid === pid)?.nice]).toEqual([204, 7]);
    expect(await (await app.request(`/v1/runs/${run}`)).json()).toMatchObject({ run, title: 'a test', status: 'running' });

    const exit = app.request(`/v1/processes/${pid}/wait`);
    expect((await app.request(`/v1/runs/${run}/cancel`, { method: 'POST' })).status).toBe(204);
    expect(await (await exit).json()).toEqual({ how: 'killed', signal: 'KILL' });
    expect(await (await app.request(`/v1/runs/${run}`)).json()).toMatchObject({ run, status: 'ended', resumable: true });
    expect((await app.request(`/v1/runs/${run}/cancel`, json({}))).status).toBe(204);
  });

  test('a run that was cancelled goes on with resume', async () => {
    const request = here.request(
      [
        { text: 'first', calls: [{ name: 'ls', input: {} }] },
        { delay_ms: 3_600_000, text: 'late' },
      ],
      { grants: [{ on: 'fs', right: 'read', under: here.workspace }] },
    );
    const { run, pid } = (await (await app.request('/v1/runs', json(request))).json()) as { run: string; pid: number };
    const events = await app.request(`/v1/events?run=${run}&follow=true&types=tool.finished&to=1000`);
    const reader = events.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await app.request(`/v1/runs/${run}/cancel`, json({}));
    await app.request(`/v1/processes/${pid}/wait`);
    const again = (await (await app.request(`/v1/runs/${run}/resume`, json({ interactive: false }))).json()) as { run: string; pid: number };
    expect(again).toEqual({ run, pid });
    await app.request(`/v1/runs/${run}/cancel`, json({}));
    await app.request(`/v1/processes/${pid}/wait`);
  });
});

describe('approvals', () => {
  /** An agent that asks for what it was not granted, up to where it asks. */
  async function asking(kernel: TestKernel, turns: readonly object[]): Promise<{ ask: string; pid: number; run: string }> {
    const { run, pid } = await kernel.kernel.start(kernel.request(turns, { interactive: true, asks: true }));
    for await (const event of kernel.kernel.read({ run, follow: true })) if (event.type === 'approval.asked') return { ask: event.ask, pid, run };
    throw new Error('nothing was asked');
  }
  const writing = [{ calls: [{ name: 'write', input: { path: 'a.txt', content: 'hi' } }] }, { text: 'done' }];

  test('an open approval is listed, and allowed over the socket where a sandbox keeps agents from it', async () => {
    const { ask, pid, run } = await asking(here, writing);
    expect(await (await app.request('/v1/approvals')).json()).toEqual([expect.objectContaining({ ask, run, pid, kind: 'approval' })]);
    expect((await app.request(`/v1/approvals/${ask}`, json({ verdict: 'allow', by: 'mia' }))).status).toBe(204);
    expect(await (await app.request(`/v1/processes/${pid}/wait`)).json()).toMatchObject({ how: 'done', text: 'done' });
    expect(await (await app.request('/v1/approvals')).json()).toEqual([]);
    const [answered] = await collect(here.kernel.read({ run: run as never, types: ['approval.answered'] }));
    expect(answered).toMatchObject({ verdict: 'allow', scope: 'once', by: 'mia over the socket' });
  });

  test('without a sandbox it can only be refused over the socket', async () => {
    const bare = openTestKernel({ withoutSandbox: true });
    const open = createApp(bare.gateway);
    const { ask, pid } = await asking(bare, writing);
    const allow = await open.request(`/v1/approvals/${ask}`, json({ verdict: 'allow' }));
    expect([allow.status, ((await allow.json()) as Refusal).error.code]).toEqual([403, 'DENIED']);
    expect(((await (await open.request('/v1/approvals')).json()) as unknown[]).length).toBe(1);
    expect((await open.request(`/v1/approvals/${ask}`, json({ verdict: 'deny' }))).status).toBe(204);
    expect(await (await open.request(`/v1/processes/${pid}/wait`)).json()).toMatchObject({ how: 'done' });
    await bare.close();
  });

  test.each([
    ['an approval', writing, { verdict: 'allow' }],
    ['a question', [{ calls: [{ name: 'ask', input: { question: 'may I?' } }] }, { text: 'done' }], { verdict: 'text', text: 'you may' }],
  ])('without a sandbox an answer to %s from there is in the log as refused', async (_, turns, reply) => {
    const bare = openTestKernel({ withoutSandbox: true });
    const { ask, pid, run } = await asking(bare, turns);
    const response = await createApp(bare.gateway).request(`/v1/approvals/${ask}`, json({ ...reply, by: 'a shell' }));
    expect([response.status, ((await response.json()) as Refusal).error.code]).toEqual([403, 'DENIED']);
    const said = await collect(bare.kernel.read({ run: run as never, types: ['approval.refused', 'approval.answered'] }));
    expect(said).toMatchObject([{ type: 'approval.refused', ask, verdict: reply.verdict, by: 'a shell over the socket' }]);
    await bare.kernel.signal(pid as Pid, 'KILL', 'the test');
    await bare.close();
  });

  test('a question is answered with text, and not with a verdict', async () => {
    const { ask, pid } = await asking(here, [{ calls: [{ name: 'ask', input: { question: 'which?' } }] }, { text: 'thanks' }]);
    const verdict = await app.request(`/v1/approvals/${ask}`, json({ verdict: 'allow' }));
    expect([verdict.status, ((await verdict.json()) as Refusal).error.code]).toEqual([400, 'USAGE']);
    expect((await app.request(`/v1/approvals/${ask}`, json({ verdict: 'text', text: 'the left one' }))).status).toBe(204);
    expect(await (await app.request(`/v1/processes/${pid}/wait`)).json()).toMatchObject({ how: 'done', text: 'thanks' });
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}
