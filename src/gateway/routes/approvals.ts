import type { Hono } from 'hono';
import { OxiosError } from '../../kernel/errors.ts';
import type { AskId } from '../../kernel/ids.ts';
import { bodyOf } from '../body.ts';
import type { GatewayDeps } from '../deps.ts';
import { REPLY } from '../schemas.ts';

/** Open approvals and questions, and their answers. */
export function approvals(app: Hono, deps: GatewayDeps): void {
  app.get('/v1/approvals', (context) => context.json(deps.runs().flatMap((run) => run.asks.map((ask) => ({ run: run.run, ...ask })))));
  app.post('/v1/approvals/:ask', async (context) => {
    const { by, ...reply } = await bodyOf(context.req.raw, REPLY);
    // Saying no gives nobody anything; saying yes from here could be an agent that says yes to itself.
    if (reply.verdict === 'allow' && !deps.approvalsOverSocket)
      throw new OxiosError('DENIED', 'without a sandbox, an approval is given only at the terminal that owns the run', {
        hint: 'answer there, or install bubblewrap',
      });
    await deps.kernel.answer(context.req.param('ask') as AskId, reply, `${by} over the socket`);
    return context.body(null, 204);
  });
}
