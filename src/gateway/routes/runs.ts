import type { Hono } from 'hono';
import { OxiosError } from '../../kernel/errors.ts';
import { type RunId, runIdOf } from '../../kernel/ids.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { bodyOf, MAX_RUN_BYTES } from '../body.ts';
import type { GatewayDeps } from '../deps.ts';
import { CANCEL, RESUME_OPTIONS, RUN_REQUEST, UNDO_OPTIONS } from '../schemas.ts';

/** Runs: what is known of them, beginning, going on, ending. */
export function runs(app: Hono, deps: GatewayDeps): void {
  const { kernel } = deps;
  app.get('/v1/runs', (context) => context.json(deps.runs()));
  app.post('/v1/runs', async (context) => context.json(await kernel.start(await bodyOf(context.req.raw, RUN_REQUEST, MAX_RUN_BYTES)), 201));
  app.get('/v1/runs/:run', (context) => context.json(viewOf(deps, runIdOf(context.req.param('run')))));
  app.post('/v1/runs/:run/resume', async (context) =>
    context.json(await kernel.resume(runIdOf(context.req.param('run')), await bodyOf(context.req.raw, RESUME_OPTIONS))),
  );
  app.post('/v1/runs/:run/undo', async (context) => {
    const options = await bodyOf(context.req.raw, UNDO_OPTIONS);
    // Whoever asked for it and goes away stops it; doing it again finishes it.
    return context.json(await kernel.undo(runIdOf(context.req.param('run')), options, context.req.raw.signal));
  });
  app.post('/v1/runs/:run/cancel', async (context) => {
    const run = runIdOf(context.req.param('run'));
    const { signal, by } = await bodyOf(context.req.raw, CANCEL);
    const root = (await kernel.ps()).find((proc) => proc.run === run && proc.ppid === 0 && proc.state.is !== 'exited');
    // What has ended needs no cancelling, so that a cancel that comes a moment late is no error.
    if (root) await kernel.signal(root.pid, signal, by);
    else viewOf(deps, run);
    return context.body(null, 204);
  });
}

function viewOf(deps: GatewayDeps, run: RunId): RunView {
  const view = deps.runs().find((one) => one.run === run);
  if (view) return view;
  throw new OxiosError('NOT_FOUND', `no run ${run.slice(0, 100)}`, { hint: 'see the runs with oxios ps --all' });
}
