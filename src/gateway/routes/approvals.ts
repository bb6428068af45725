import { isAbsolute } from 'node:path';
import type { Hono } from 'hono';
import { parseRule } from '../../kernel/capability.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, AskId } from '../../kernel/ids.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import { bodyOf } from '../body.ts';
import type { GatewayDeps } from '../deps.ts';
import { REPLY, REVOKE } from '../schemas.ts';

/** Who asks knows where a path begins; the kernel does not. */
function absolute(path: string): AbsPath {
  if (isAbsolute(path)) return absoluteIn(path, '/', '/');
  throw new OxiosError('RULE_INVALID', `the path ${path.slice(0, 200)} is not absolute`, { hint: 'write it from the root on' });
}

/** Open approvals and questions, and their answers. */
export function approvals(app: Hono, deps: GatewayDeps): void {
  app.get('/v1/approvals', (context) => context.json(deps.runs().flatMap((run) => run.asks.map((ask) => ({ run: run.run, ...ask })))));
  app.post('/v1/approvals/:ask', async (context) => {
    const { by, ...reply } = await bodyOf(context.req.raw, REPLY);
    await deps.kernel.answer(context.req.param('ask') as AskId, reply, `${by} over the socket`, 'socket');
    return context.body(null, 204);
  });
  app.post('/v1/revocations', async (context) => {
    const { rule, by } = await bodyOf(context.req.raw, REVOKE);
    return context.json(await deps.kernel.revoke(parseRule(rule, absolute), `${by} over the socket`));
  });
}
