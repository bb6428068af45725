import type { ModelEvent, ModelRequest } from '../../kernel/model.ts';
import { excerpt, Failure, Reported } from './failure.ts';
import { type SseEvent, sseBatches } from './sse.ts';
import { type Answer, type Decoder, type Deltas, parse, type Wire } from './wire.ts';

export interface Attempt {
  readonly wire: Wire;
  readonly decoder: Decoder;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  /** Silence after which the provider is given up, milliseconds. */
  readonly idle_ms: number;
  /** Counts what was said, characters: what an attempt has cost that comes to nothing. */
  readonly heard: { chars: number };
}

/** How long a complete answer is waited for to end, so that its connection can be used again, milliseconds. */
const LINGER_MS = 1000;

/** One try: streams what comes, returns the complete answer, throws for everything else. Aborting closes the socket. */
export async function* attempt({ wire, decoder, request, signal, idle_ms, heard }: Attempt): AsyncGenerator<ModelEvent, Answer> {
  const own = new AbortController();
  const stop = (): void => own.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const watch = watchdog(own, idle_ms);
  let isOver = false;
  try {
    const answer = await wire.open(request, own.signal);
    yield* answered(answer, { decoder, heard }, () => watch.touch(decoder.complete() ? Math.min(LINGER_MS, idle_ms) : idle_ms));
    isOver = true;
  } catch (error) {
    // What happens to the connection behind the answer is nobody's loss.
    if (signal.aborted || !decoder.complete()) throw own.signal.aborted && !signal.aborted ? silence(idle_ms) : error;
  } finally {
    watch.stop();
    signal.removeEventListener('abort', stop);
    if (!isOver) stop();
  }
  return decoder.end();
}

async function* answered(response: Response, { decoder, heard }: Pick<Attempt, 'decoder' | 'heard'>, alive: () => void): AsyncGenerator<ModelEvent, void> {
  let any = false;
  for await (const events of sseBatches(await bodyOf(response))) {
    any ||= events.length > 0;
    yield* deltasOf(decoder, events, heard);
    alive();
  }
  if (!any) throw new Failure('PROVIDER_PROTOCOL', 'the provider sent an empty answer', { retry: true });
}

const silence = (idle_ms: number): Failure =>
  new Failure('PROVIDER_UNAVAILABLE', `the provider sent nothing of its answer for ${idle_ms / 1000} s`, {
    retry: true,
    hint: 'for a slow model, raise the limit: oxios config set idle_timeout_s 300',
  });

/** What one network chunk adds: at most one delta of each kind. */
function* deltasOf(decoder: Decoder, events: readonly SseEvent[], heard: { chars: number }): Iterable<ModelEvent> {
  const out = { text: '', thinking: '' };
  for (const event of events) take(decoder, event, out);
  heard.chars += out.thinking.length + out.text.length;
  if (out.thinking !== '') yield { type: 'thinking', text: out.thinking };
  if (out.text !== '') yield { type: 'text', text: out.text };
}

/** Decoders trust the form of what they read; whatever does not have it is the provider's fault. */
function take(decoder: Decoder, event: SseEvent, out: Deltas): void {
  try {
    decoder.take(event, out);
  } catch (error) {
    if (error instanceof Failure || error instanceof Reported) throw error;
    throw new Failure('PROVIDER_PROTOCOL', `the provider sent an event that is not its own format: ${excerpt(event.data.slice(0, 80))}`, { retry: true });
  }
}

/** Bytes of a body that is none of ours which are shown. */
const SHOWN = 300;

async function bodyOf(response: Response): Promise<AsyncIterable<Uint8Array>> {
  const type = response.headers.get('content-type') ?? '';
  if (response.body && /text\/event-stream/u.test(type)) return response.body;
  const instead = await beginning(response);
  const said = reportedIn(instead);
  if (said) throw said;
  throw new Failure(
    'PROVIDER_PROTOCOL',
    `the provider answered with ${type || 'no content type'} instead of a stream${instead && `: ${excerpt(instead.slice(0, SHOWN))}`}`,
    {
      retry: false,
      hint: 'check the base URL: it must lead to the API itself (oxios config list)',
    },
  );
}

/** The first chunk of a body, as text. */
async function beginning(response: Response): Promise<string> {
  for await (const chunk of response.body ?? []) return new TextDecoder().decode(chunk);
  return '';
}

/** Some servers answer 200 and put their error into the body. */
function reportedIn(text: string): Reported | undefined {
  try {
    const { error } = parse({ data: text, whole: true }) as { error?: { type?: string; code?: string | number; message?: string } };
    return error?.message === undefined ? undefined : new Reported(error.code ?? error.type, error.message);
  } catch {
    return undefined;
  }
}

function watchdog(controller: AbortController, idle_ms: number): { touch(ms: number): void; stop(): void } {
  const arm = (ms: number) => setTimeout(() => controller.abort(), ms);
  let timer = arm(idle_ms);
  return {
    touch(ms) {
      clearTimeout(timer);
      timer = arm(ms);
    },
    stop: () => clearTimeout(timer),
  };
}
