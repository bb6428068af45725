import type { Context, Hono } from 'hono';
import { isDurable } from '../../kernel/events.ts';
import { bodyOf } from '../body.ts';
import type { GatewayDeps } from '../deps.ts';
import { type FeedRange, type Line, openFeed, positionIn } from '../feed.ts';
import { problemOf } from '../problem.ts';
import { EVENTS_QUERY, PID, REDACT } from '../schemas.ts';

/** The log: its head, what is taken out of it, and the event stream: JSON Lines, or server-sent events where the client accepts those. */
export function events(app: Hono, deps: GatewayDeps): void {
  app.get('/v1/audit/head', (context) => context.json(deps.head()));
  app.post('/v1/audit/redactions', async (context) => context.json(await deps.redact(await bodyOf(context.req.raw, REDACT))));
  app.get('/v1/events', (context) => {
    const sse = (context.req.header('accept') ?? '').includes('text/event-stream');
    const range = rangeOf(context, deps);
    const body = streamOf(deps, range, { form: sse ? sseForm(range) : JSON_LINES, gone: context.req.raw.signal });
    return new Response(body, { headers: { 'content-type': sse ? 'text/event-stream' : 'application/x-ndjson', 'cache-control': 'no-store' } });
  });
}

function rangeOf(context: Context, deps: GatewayDeps): FeedRange {
  const { run, from, to, types, pid, follow, deltas } = EVENTS_QUERY.parse(context.req.query());
  const last = PID.safeParse(context.req.header('last-event-id'));
  const now = (): number => (run === undefined ? deps.head().size : (deps.runs().find((view) => view.run === run)?.last_seq ?? -1) + 1);
  return {
    from: last.success ? last.data + 1 : from === 'now' ? now() : from,
    follow,
    deltas,
    ...(run === undefined ? {} : { run }),
    ...(to === undefined ? {} : { to }),
    ...(types === undefined ? {} : { types }),
    ...(pid === undefined ? {} : { pid }),
  };
}

/** How events are written. */
interface Form {
  line(line: Line): string;
  /** The stream cannot go on: the reader is told why instead of being cut off. */
  problem(json: string): string;
}

const JSON_LINES: Form = { line: ({ json }) => `${json}\n`, problem: (json) => `${json}\n` };

const sseForm = (range: FeedRange): Form => ({
  line: ({ event, json }) => `${isDurable(event) ? `id: ${positionIn(range, event)}\n` : ''}data: ${json}\n\n`,
  problem: (json) => `event: error\ndata: ${json}\n\n`,
});

/** Nothing is read ahead: the client's pace is the feed's. */
function streamOf(deps: GatewayDeps, range: FeedRange, { form, gone }: { readonly form: Form; readonly gone: AbortSignal }): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const feed = openFeed(deps, range, gone);
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { value, done } = await feed.batches.next();
          if (!done) return controller.enqueue(encoder.encode(value.map(form.line).join('')));
        } catch (error) {
          controller.enqueue(encoder.encode(form.problem(JSON.stringify(problemOf(error)))));
        }
        feed.close();
        controller.close();
      },
      cancel: () => feed.close(),
    },
    { highWaterMark: 1 },
  );
}
