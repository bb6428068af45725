import { lstatSync } from 'node:fs';
import { formatRule } from '../kernel/capability.ts';
import { errnoOf, OxiosError } from '../kernel/errors.ts';
import type { BusEvent, Exit, KernelEvent } from '../kernel/events.ts';
import type { RunId } from '../kernel/ids.ts';
import type { Kernel, ProcView } from '../kernel/kernel-types.ts';
import type { LogHead, LogRange } from '../kernel/log.ts';
import type { Redaction, RedactionRequest } from '../kernel/redaction.ts';
import type { OpenAsk, RunView } from '../kernel/view/runs.ts';
import { createWire, gone, type Wire } from './wire.ts';

/** The kernel of another process; what it is asked after `subscribe` was called, the listener sees the events of. */
export interface RemoteKernel extends Kernel {
  runs(): Promise<readonly RunView[]>;
  /** Throws NOT_FOUND. */
  run(id: RunId): Promise<RunView>;
  /** Ends a run with everything it forked; it can be resumed. One that has ended already is left alone. */
  cancel(run: RunId, by: string): Promise<void>;
  asks(): Promise<readonly (OpenAsk & { readonly run: RunId })[]>;
  head(): Promise<LogHead>;
  redact(request: RedactionRequest): Promise<Redaction>;
  /** As `read`, with what is only on the bus in its place. */
  events(range: LogRange, signal?: AbortSignal): AsyncIterable<BusEvent>;
  /** Aborts with KERNEL_GONE when a subscription was lost: a listener is never silent without a reason. */
  readonly lost: AbortSignal;
  close(): void;
}

/** A kernel that does not answer within this, though it is there, milliseconds. */
const HANDSHAKE_MS = 5000;

/**
 * The running kernel of a home, over its socket. Undefined when nothing listens there; throws KERNEL_VERSION when it is
 * of another version, HOME_BUSY when it does not answer, SOCKET_FOREIGN when the socket is another user's. Calls throw
 * KERNEL_GONE when the connection is lost.
 */
export async function connectKernel(socket: string, version: string, handshakeMs = HANDSHAKE_MS): Promise<RemoteKernel | undefined> {
  if (!isOurs(socket)) return undefined;
  const wire = createWire(socket, version);
  const running = await handshake(wire, socket, handshakeMs);
  if (running === undefined) return undefined;
  if (running === version) return remote(wire);
  throw new OxiosError('KERNEL_VERSION', `the kernel that runs on this home has version ${running}, this is ${version}`, {
    hint: 'wait until it has ended, or use that version of Oxios',
  });
}

/** False when there is no socket. */
function isOurs(socket: string): boolean {
  try {
    if (lstatSync(socket).uid === process.getuid?.()) return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
    throw gone(error);
  }
  throw new OxiosError('SOCKET_FOREIGN', `the socket ${socket} belongs to another user`, { hint: 'use Oxios as that user, or another folder with --home' });
}

async function handshake(wire: Wire, socket: string, ms: number): Promise<string | undefined> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    wire.close();
  }, ms);
  try {
    return (await wire.call<{ version: string }>({ method: 'GET', path: '/v1/version' })).version;
  } catch (error) {
    if (late)
      throw new OxiosError('HOME_BUSY', `a process listens on ${socket} and does not answer`, {
        hint: 'end it, or use another folder with --home',
        cause: error,
      });
    if (error instanceof OxiosError && error.code === 'KERNEL_GONE') return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function remote(wire: Wire): RemoteKernel {
  const lost = new AbortController();
  const leaving = new AbortController();
  /** Subscriptions that are being opened: a call made after `subscribe` waits for it, so that what it does not tell of, the listener hears. */
  const opening = new Set<Promise<void>>();
  const get = <T>(path: string): Promise<T> => wire.call<T>({ method: 'GET', path });
  const state = async <T>(path: string): Promise<T> => {
    await Promise.all(opening);
    return get<T>(path);
  };
  const read = async function* (range: LogRange, signal?: AbortSignal): AsyncIterable<KernelEvent> {
    await Promise.all(opening);
    yield* followed(wire, range, { deltas: false, signal }) as AsyncIterable<KernelEvent>;
  };
  const post = async <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> => {
    await Promise.all(opening);
    return wire.call<T>({ method: 'POST', path, body }, signal);
  };
  const at = (pid: number): string => `/v1/processes/${pid}`;
  const listen = async (listener: (event: BusEvent) => void, signal: AbortSignal, opened: () => void): Promise<void> => {
    try {
      for await (const event of wire.lines('/v1/events?from=now&follow=true', signal, opened)) listener(event as BusEvent);
      if (!signal.aborted) lost.abort(gone(new Error('the kernel ended the stream')));
    } catch (error) {
      if (!(error instanceof OxiosError)) throw error;
      lost.abort(error);
    } finally {
      opened();
    }
  };
  return {
    ps: () => get<readonly ProcView[]>('/v1/processes'),
    start: (request) => post('/v1/runs', request),
    resume: (run, options) => post(`/v1/runs/${run}/resume`, options),
    undo: (run, options, signal) => post(`/v1/runs/${run}/undo`, options, signal),
    wait: (pid) => get<Exit>(`${at(pid)}/wait`),
    signal: (pid, signal, by) => post(`${at(pid)}/signal`, { signal, by }),
    nice: (pid, nice, by) => post(`${at(pid)}/nice`, { nice, by }),
    send: (pid, text, from, kind) => post(`${at(pid)}/messages`, { text, from, ...(kind ? { kind } : {}) }),
    answer: (ask, reply, by) => post(`/v1/approvals/${ask}`, { ...reply, by }),
    revoke: (rule, by) => post('/v1/revocations', { rule: formatRule(rule), by }),
    read,
    subscribe(listener) {
      const stop = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      opening.add(promise);
      void promise.then(() => opening.delete(promise));
      void listen(listener, AbortSignal.any([stop.signal, leaving.signal]), resolve);
      return () => stop.abort();
    },
    runs: () => state('/v1/runs'),
    run: (id) => get(`/v1/runs/${id}`),
    cancel: (run, by) => post(`/v1/runs/${run}/cancel`, { by }),
    asks: () => get('/v1/approvals'),
    head: () => state('/v1/audit/head'),
    redact: (request) => post('/v1/audit/redactions', request),
    events: (range, signal) => followed(wire, range, { deltas: true, signal }),
    lost: lost.signal,
    close() {
      leaving.abort();
      wire.close();
    },
  };
}

interface Following {
  readonly deltas: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A stream that is to go on and ends was lost. */
async function* followed(wire: Wire, range: LogRange, { deltas, signal }: Following): AsyncIterable<BusEvent> {
  let last = -1;
  for await (const value of wire.lines(`/v1/events?${queryOf(range, deltas)}`, signal)) {
    const event = value as BusEvent;
    if ('seq' in event) last = range.run === undefined ? event.leaf : event.seq;
    yield event;
  }
  if (range.follow && !signal?.aborted && last < (range.to ?? Number.POSITIVE_INFINITY)) throw gone(new Error('the kernel ended the stream'));
}

function queryOf(range: LogRange, deltas: boolean): URLSearchParams {
  const query = new URLSearchParams({ deltas: String(deltas) });
  for (const key of ['run', 'from', 'to', 'pid', 'follow'] as const) if (range[key] !== undefined) query.set(key, String(range[key]));
  if (range.types) query.set('types', range.types.join(','));
  return query;
}
