import type { ModelEvent, ModelRequest, Usage } from '../../kernel/model.ts';
import { type SseEvent, sseBatches } from './sse.ts';
import { type Answer, type Decoder, Failure, type Wire } from './wire.ts';

export interface Attempt {
  readonly wire: Wire;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  /** Silence after which the provider is given up, milliseconds. */
  readonly idle_ms: number;
}

/** One try: streams what comes, returns the complete answer, throws for everything else. Aborting closes the socket. */
export async function* attempt({ wire, request, signal, idle_ms }: Attempt): AsyncGenerator<ModelEvent, Answer & { usage: Usage }> {
  const silent = new AbortController();
  const watch = watchdog(silent, idle_ms);
  try {
    const response = await wire.open(request, AbortSignal.any([signal, silent.signal]));
    const body = bodyOf(response);
    const decoder = wire.decoder();
    let any = false;
    for await (const events of sseBatches(body)) {
      watch.touch();
      any ||= events.length > 0;
      yield* deltasOf(decoder, events);
    }
    if (!any) throw new Failure('PROVIDER_PROTOCOL', 'the provider sent an empty answer', { retry: true });
    return { ...decoder.end(), usage: decoder.usage() };
  } catch (error) {
    if (silent.signal.aborted && !signal.aborted)
      throw new Failure('PROVIDER_UNAVAILABLE', `the provider sent nothing for ${idle_ms / 1000} s`, { retry: true });
    throw error;
  } finally {
    watch.stop();
    silent.abort();
  }
}

/** What one network chunk adds: at most one delta of each kind. */
function* deltasOf(decoder: Decoder, events: readonly SseEvent[]): Iterable<ModelEvent> {
  const out = { text: '', thinking: '' };
  for (const event of events) decoder.take(event, out);
  if (out.thinking !== '') yield { type: 'thinking', text: out.thinking };
  if (out.text !== '') yield { type: 'text', text: out.text };
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  const type = response.headers.get('content-type') ?? '';
  if (response.body && /text\/event-stream/u.test(type)) return response.body as ReadableStream<Uint8Array>;
  void response.body?.cancel();
  throw new Failure('PROVIDER_PROTOCOL', `the provider answered with ${type || 'no content type'} instead of a stream`, {
    retry: false,
    hint: 'check the base URL: it must lead to the API itself',
  });
}

function watchdog(controller: AbortController, idle_ms: number): { touch(): void; stop(): void } {
  const arm = () => setTimeout(() => controller.abort(), idle_ms);
  let timer = arm();
  return {
    touch() {
      clearTimeout(timer);
      timer = arm();
    },
    stop: () => clearTimeout(timer),
  };
}
