import { Hono } from 'hono';
import { OxiosError } from '../kernel/errors.ts';
import type { GatewayDeps } from './deps.ts';
import { problemOf, statusOf } from './problem.ts';
import { approvals } from './routes/approvals.ts';
import { events } from './routes/events.ts';
import { processes } from './routes/processes.ts';
import { runs } from './routes/runs.ts';

/** The kernel's calls as HTTP (docs/gateway.md); knows nothing of sockets, so that it is tested without one. */
export function createApp(deps: GatewayDeps): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    const problem = problemOf(error);
    return context.json(problem, statusOf(problem));
  });
  app.notFound((context) => {
    const problem = problemOf(
      new OxiosError('NOT_FOUND', `no ${context.req.method} ${context.req.path.slice(0, 200)}`, { hint: 'docs/gateway.md lists what there is' }),
    );
    return context.json(problem, 404);
  });
  app.use(async (context, next) => {
    const theirs = context.req.header('oxios-version');
    if (theirs !== undefined && theirs !== deps.version && context.req.path !== '/v1/version') throw foreign(deps.version, theirs);
    await next();
  });
  app.get('/health', (context) => context.body(null, 204));
  app.get('/v1/version', (context) => context.json({ version: deps.version }));
  processes(app, deps);
  runs(app, deps);
  approvals(app, deps);
  events(app, deps);
  return app;
}

const foreign = (ours: string, theirs: string): OxiosError =>
  new OxiosError('KERNEL_VERSION', `the running kernel has version ${ours}, the request comes from ${theirs.slice(0, 40)}`, {
    hint: 'wait until that kernel has ended, or use its version of Oxios',
  });
