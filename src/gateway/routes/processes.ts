import type { Hono } from 'hono';
import { OxiosError } from '../../kernel/errors.ts';
import { type Pid, pidOf } from '../../kernel/ids.ts';
import { bodyOf } from '../body.ts';
import type { GatewayDeps } from '../deps.ts';
import { MESSAGE, NICE, PID, SIGNAL } from '../schemas.ts';

/** The process table, signals, messages, and waiting for an exit. */
export function processes(app: Hono, { kernel, closing }: GatewayDeps): void {
  app.get('/v1/processes', async (context) => context.json(await kernel.ps()));
  app.get('/v1/processes/:pid/wait', async (context) => {
    const exit = kernel.wait(pidIn(context.req.param('pid')));
    return context.json(await (closing ? orGone(exit, closing) : exit));
  });
  app.post('/v1/processes/:pid/signal', async (context) => {
    const { signal, by } = await bodyOf(context.req.raw, SIGNAL);
    await kernel.signal(pidIn(context.req.param('pid')), signal, by);
    return context.body(null, 204);
  });
  app.post('/v1/processes/:pid/nice', async (context) => {
    const { nice, by } = await bodyOf(context.req.raw, NICE);
    await kernel.nice(pidIn(context.req.param('pid')), nice, by);
    return context.body(null, 204);
  });
  app.post('/v1/processes/:pid/messages', async (context) => {
    const { text, from, kind } = await bodyOf(context.req.raw, MESSAGE);
    await kernel.send(pidIn(context.req.param('pid')), text, from, kind);
    return context.body(null, 204);
  });
}

function pidIn(text: string): Pid {
  const pid = PID.safeParse(text);
  if (pid.success) return pidOf(pid.data);
  throw new OxiosError('USAGE', `${text.slice(0, 40)} is no process number`, { hint: 'see the process table with oxios ps' });
}

/** An exit that is known wins over a kernel that goes. */
async function orGone<T>(value: Promise<T>, closing: AbortSignal): Promise<T> {
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const leave = () =>
    setImmediate(() =>
      reject(new OxiosError('KERNEL_GONE', 'the kernel ended while the process was waited for', { hint: 'see how it stands with oxios ps --all' })),
    );
  if (closing.aborted) leave();
  else closing.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([value, gone]);
  } finally {
    closing.removeEventListener('abort', leave);
  }
}
