import { Hono } from 'hono';
import { z } from 'zod';
import { ERROR_CODES } from '../kernel/error-codes.ts';
import { messageOf, OxiosError } from '../kernel/errors.ts';
import type { BusEvent, KernelEvent } from '../kernel/events.ts';
import { isDurable } from '../kernel/events.ts';
import { type AskId, type Pid, pidOf, runIdOf } from '../kernel/ids.ts';
import type { Kernel, ResumeOptions, RunRequest } from '../kernel/kernel-types.ts';
import type { LogRange } from '../kernel/log.ts';
import type { RunView } from '../kernel/view/runs.ts';

export interface GatewayDeps {
  readonly kernel: Kernel;
  readonly version: string;
  runs(): readonly RunView[];
  /** Whether an approval may be answered by another process of the same user: only where a sandbox keeps agents away. */
  readonly approvalsOverSocket: boolean;
}

const MAX_BODY = 1024 * 1024;
const signal = z.object({ signal: z.enum(['TERM', 'KILL', 'STOP', 'CONT']), by: z.string().default('user') });
const nice = z.object({ nice: z.number().int().min(-20).max(19), by: z.string().default('user') });
const message = z.object({ text: z.string().min(1), from: z.string().default('user') });
const reply = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.enum(['allow', 'deny']), scope: z.enum(['once', 'run']).default('once') }),
  z.object({ verdict: z.literal('text'), text: z.string() }),
]);
const limits = z.object({
  tokens: z.number().nullable(),
  usd: z.number().nullable(),
  turns: z.number().nullable(),
  wall_ms: z.number().nullable(),
  tool_calls: z.number().nullable(),
});
const runRequest = z.looseObject({
  kind: z.enum(['run', 'prompt', 'chat']),
  title: z.string(),
  cwd: z.string().startsWith('/'),
  body: z.string(),
  args: z.json(),
  model: z.string(),
  limits,
  grants: z.array(z.looseObject({ on: z.string() })),
  denies: z.array(z.looseObject({ on: z.string() })),
  asks: z.boolean(),
  interactive: z.boolean(),
  require_sandbox: z.boolean(),
});
const resumeOptions = z.looseObject({ limits: limits.partial().optional(), extend: z.boolean().optional(), answer: z.string().optional() });

/** The kernel's calls as HTTP; the same application serves the socket and, later, the web. */
export function createApp(deps: GatewayDeps): Hono {
  const { kernel } = deps;
  const app = new Hono();
  app.onError((error, context) => {
    const known =
      error instanceof OxiosError
        ? error
        : error instanceof z.ZodError
          ? new OxiosError('USAGE', z.prettifyError(error))
          : new OxiosError('INTERNAL', messageOf(error));
    const { code, detail, hint } = known;
    return context.json({ error: { code, message: detail, ...(hint === undefined ? {} : { hint }) } }, statusOf(known));
  });
  app.notFound((context) => context.json({ error: { code: 'NOT_FOUND', message: `no ${context.req.method} ${context.req.path}` } }, 404));
  app.get('/health', (context) => context.body(null, 204));
  app.get('/v1/version', (context) => context.json({ version: deps.version }));
  processes(app, kernel);
  runs(app, deps);
  approvals(app, deps);
  app.get('/v1/events', (context) => {
    const { run, from, types, follow } = context.req.query();
    const range: LogRange = { from: Number(from ?? 0), ...(run ? { run: runIdOf(run) } : {}), ...(types ? { types: types.split(',') } : {}) };
    return new Response(stream(kernel, range, follow === 'true', context.req.raw.signal), { headers: { 'content-type': 'application/x-ndjson' } });
  });
  return app;
}

function processes(app: Hono, kernel: Kernel): void {
  app.get('/v1/processes', async (context) => context.json(await kernel.ps()));
  app.get('/v1/processes/:pid/wait', async (context) => context.json(await kernel.wait(pid(context.req.param('pid')))));
  app.post('/v1/processes/:pid/signal', async (context) => {
    const body = signal.parse(await read(context.req.raw));
    await kernel.signal(pid(context.req.param('pid')), body.signal, body.by);
    return context.body(null, 204);
  });
  app.post('/v1/processes/:pid/nice', async (context) => {
    const body = nice.parse(await read(context.req.raw));
    await kernel.nice(pid(context.req.param('pid')), body.nice, body.by);
    return context.body(null, 204);
  });
  app.post('/v1/processes/:pid/messages', async (context) => {
    const body = message.parse(await read(context.req.raw));
    await kernel.send(pid(context.req.param('pid')), body.text, body.from);
    return context.body(null, 204);
  });
}

function runs(app: Hono, { kernel, runs: list }: GatewayDeps): void {
  app.get('/v1/runs', (context) => context.json(list()));
  app.get('/v1/runs/:run', (context) => {
    const found = list().find((one) => one.run === context.req.param('run'));
    if (!found) throw new OxiosError('NOT_FOUND', `no run ${context.req.param('run')}`);
    return context.json(found);
  });
  app.post('/v1/runs', async (context) => context.json(await kernel.start(runRequest.parse(await read(context.req.raw)) as unknown as RunRequest), 201));
  app.post('/v1/runs/:run/resume', async (context) =>
    context.json(await kernel.resume(runIdOf(context.req.param('run')), resumeOptions.parse(await read(context.req.raw)) as unknown as ResumeOptions)),
  );
}

function approvals(app: Hono, deps: GatewayDeps): void {
  app.get('/v1/approvals', (context) => context.json(deps.runs().flatMap((run) => run.asks.map((ask) => ({ run: run.run, ...ask })))));
  app.post('/v1/approvals/:ask', async (context) => {
    const body = reply.parse(await read(context.req.raw));
    if (!deps.approvalsOverSocket && body.verdict === 'allow')
      throw new OxiosError('DENIED', 'without a sandbox, approvals are answered only at the terminal that owns the run', {
        hint: 'install bubblewrap, or answer there',
      });
    await deps.kernel.answer(context.req.param('ask') as AskId, body, 'user over the socket');
    return context.body(null, 204);
  });
}

const pid = (text: string): Pid => pidOf(Number(text));

async function read(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.length > MAX_BODY) throw new OxiosError('USAGE', `the request has more than ${MAX_BODY} bytes`);
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch (error) {
    throw new OxiosError('USAGE', 'the request is not JSON', { cause: error });
  }
}

const statusOf = (error: OxiosError): 400 | 403 | 404 | 500 | 503 => {
  if (error.code === 'NOT_FOUND') return 404;
  const [exit] = ERROR_CODES[error.code];
  return exit === 'internal' ? 500 : exit === 'blocked' ? 403 : exit === 'environment' ? 503 : 400;
};

/** Lines a client is behind before deltas are dropped for it; durable events never are. */
const MAX_BEHIND = 1000;

/** Replay from the log, then live: durable events in order without gap or repetition, deltas as they come. */
function stream(kernel: Kernel, range: LogRange, follow: boolean, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const live: BusEvent[] = [];
  let wake: () => void = () => undefined;
  const leave = follow
    ? kernel.subscribe((event) => {
        if (!wanted(event, range) || (!isDurable(event) && live.length > MAX_BEHIND)) return;
        live.push(event);
        wake();
      })
    : () => undefined;
  const lines = async function* (): AsyncIterable<BusEvent> {
    let last = -1;
    for await (const event of kernel.read(range, signal)) {
      last = position(event, range);
      yield event;
    }
    while (follow && !signal.aborted) {
      const event = live.shift();
      if (!event) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
          if (live.length > 0) resolve();
        });
      } else if (!isDurable(event) || position(event, range) > last) yield event;
    }
  };
  const source = lines()[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      leave();
      await source.return?.();
    },
  });
}

const position = (event: KernelEvent, range: LogRange): number => (range.run === undefined ? event.leaf : event.seq);

const wanted = (event: BusEvent, range: LogRange): boolean =>
  (range.run === undefined || event.run === range.run) && (!range.types || range.types.includes(event.type));
