import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { FetchRequest } from '../../kernel/host.ts';
import type { Target } from '../../kernel/net/target.ts';
import { connectorTo } from './connect.ts';
import { type Body, CODINGS, decodedBody, MAX_SENT } from './decoded.ts';

/** One request to a URL that was judged, at addresses that were judged. */
export interface Hop {
  readonly target: Target;
  readonly addresses: readonly string[];
  readonly method: FetchRequest['method'];
  readonly max_bytes: number;
}

export interface HopSettings {
  readonly agent: string;
  readonly idle_ms: number;
}

export interface Answer extends Body {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Of all header lines together, bytes. */
const MAX_HEADERS = 16 * 1024;

/** A connection of its own for each request: what one call was allowed to connect to is no connection of another. */
export async function askOnce(hop: Hop, { agent, idle_ms }: HopSettings, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const { default: Client } = await import('undici/lib/dispatcher/client.js');
  const { url, need } = hop.target;
  const client = new Client(url.origin, {
    connect: connectorTo(hop.addresses, idle_ms, signal),
    maxHeaderSize: MAX_HEADERS,
    headersTimeout: idle_ms,
    bodyTimeout: idle_ms,
    pipelining: 1,
    allowH2: false,
    useMilo: false,
  });
  const abort = (): void => void client.destroy(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const headers = { 'user-agent': agent, accept: 'text/html, text/*;q=0.9, application/json;q=0.9, */*;q=0.5', 'accept-encoding': CODINGS };
    const { status, headers: received, body } = await begun(client, { path: `${url.pathname}${url.search}`, method: hop.method, headers });
    const isEmpty = hop.method === 'HEAD' || isRedirect(status);
    const decoded = await decodedBody(body, isEmpty ? '' : (received['content-encoding'] ?? ''), isEmpty ? 0 : hop.max_bytes);
    return { status, headers: received, ...decoded };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw typed(error, need.host, idle_ms);
  } finally {
    signal.removeEventListener('abort', abort);
    await client.destroy();
  }
}

/** Statuses that lead to another URL for what changes nothing. */
export const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

interface Begun {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** Resolves when the headers are there; the body waits until it is read. */
function begun(client: Dispatcher, options: Dispatcher.DispatchOptions): Promise<Begun> {
  const { Readable } = process.getBuiltinModule('node:stream');
  return new Promise((resolve, reject) => {
    let control: Dispatcher.DispatchController | undefined;
    let sent = 0;
    const body = new Readable({
      read: () => control?.resume(),
      destroy(error, done) {
        if (!body.readableEnded) control?.abort(error ?? new Error('enough'));
        done(error);
      },
    });
    // Who waits for the headers or reads the body is told; nobody else need be.
    body.on('error', () => undefined);
    client.dispatch(options, {
      onRequestStart(controller) {
        control = controller;
      },
      onResponseStart(_, status, headers) {
        // Provisional answers (1xx) precede the real one.
        if (status >= 200) resolve({ status, headers: plain(headers), body });
      },
      onResponseData(controller, chunk) {
        sent += chunk.length;
        if (sent > MAX_SENT) controller.abort(new OxiosError('NET', `the server sent more than ${MAX_SENT / 1024 / 1024} MB`));
        else if (!body.push(chunk)) controller.pause();
      },
      onResponseEnd: () => void body.push(null),
      onResponseError(_, error) {
        reject(error);
        body.destroy(error);
      },
    });
  });
}

const plain = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]])));

function typed(error: unknown, host: string, idleMs: number): unknown {
  if (error instanceof OxiosError) return error;
  const code = errnoOf(error) ?? '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new OxiosError('NET_TIMEOUT', `${host} sent nothing for ${idleMs / 1000} s`, {
      hint: 'try again later; net.idle_timeout_s is the limit',
      cause: error,
    });
  const what =
    code === 'UND_ERR_HEADERS_OVERFLOW' ? `sent more than ${MAX_HEADERS / 1024} KB of headers` : `gave no answer that can be read: ${reasonOf(error)}`;
  return new OxiosError('NET', `${host} ${what}`, { hint: 'check the address, and whether the server is up', cause: error });
}

/** Several addresses that were tried in vain are one error without words. */
function reasonOf(error: unknown): string {
  const text = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : messageOf(error);
  return text.split('\n')[0] ?? '';
}
