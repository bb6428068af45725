import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { ERROR_CODES, type ErrorCode } from '../kernel/error-codes.ts';
import { messageOf, OxiosError } from '../kernel/errors.ts';
import type { BusEvent, Exit, KernelEvent } from '../kernel/events.ts';
import type { Kernel, ProcView } from '../kernel/kernel-types.ts';
import type { LogRange } from '../kernel/log.ts';

export interface RemoteKernel extends Kernel {
  close(): void;
}

/** The running kernel of a home. Undefined when nothing listens; throws KERNEL_VERSION when it is of another version. */
export async function connectKernel(socket: string, version: string): Promise<RemoteKernel | undefined> {
  const open = new Set<ClientRequest>();
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await send(open, { socket, method, path, body });
    return parse<T>(response.statusCode ?? 500, await text(response));
  };
  let running: { version: string };
  try {
    running = await call<{ version: string }>('GET', '/v1/version');
  } catch (error) {
    if (error instanceof OxiosError && error.code === 'KERNEL_GONE') return undefined;
    throw error;
  }
  if (running.version !== version)
    throw new OxiosError('KERNEL_VERSION', `the kernel that runs on this home has version ${running.version}, this is ${version}`, {
      hint: 'wait until it has ended, or use that version',
    });
  const at = (pid: number) => `/v1/processes/${pid}`;
  return {
    ps: () => call<readonly ProcView[]>('GET', '/v1/processes'),
    start: (request) => call('POST', '/v1/runs', request),
    resume: (run, options) => call('POST', `/v1/runs/${run}/resume`, options),
    wait: (pid) => call<Exit>('GET', `${at(pid)}/wait`),
    signal: (pid, signal, by) => call('POST', `${at(pid)}/signal`, { signal, by }),
    nice: (pid, nice, by) => call('POST', `${at(pid)}/nice`, { nice, by }),
    send: (pid, message, from) => call('POST', `${at(pid)}/messages`, { text: message, from }),
    answer: (ask, reply) => call('POST', `/v1/approvals/${ask}`, reply),
    read: (range, signal) => events(open, socket, range, signal) as AsyncIterable<KernelEvent>,
    subscribe: (listener) => {
      const stop = new AbortController();
      void follow(open, socket, stop.signal, listener);
      return () => stop.abort();
    },
    close: () => {
      for (const one of open) one.destroy();
    },
  };
}

interface Wanted {
  readonly socket: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

function send(open: Set<ClientRequest>, { socket, method, path, body }: Wanted): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath: socket, method, path, headers: { 'content-type': 'application/json', connection: 'close' } }, resolve);
    open.add(request);
    request.once('close', () => open.delete(request));
    request.once('error', (error) => reject(gone(error)));
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function text(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw gone(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse<T>(status: number, body: string): T {
  const value: unknown = body === '' ? undefined : JSON.parse(body);
  if (status < 400) return value as T;
  const { code, message, hint } = (value as { error?: { code?: string; message?: string; hint?: string } } | undefined)?.error ?? {};
  throw new OxiosError(
    code !== undefined && code in ERROR_CODES ? (code as ErrorCode) : 'INTERNAL',
    message ?? `the kernel answered ${status}`,
    hint === undefined ? {} : { hint },
  );
}

async function* events(open: Set<ClientRequest>, socket: string, range: LogRange, signal?: AbortSignal): AsyncIterable<BusEvent> {
  const query = new URLSearchParams();
  for (const key of ['run', 'from', 'follow'] as const) if (range[key] !== undefined) query.set(key, String(range[key]));
  if (range.types) query.set('types', range.types.join(','));
  const response = await send(open, { socket, method: 'GET', path: `/v1/events?${query}` });
  const stop = () => void response.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const line of createInterface({ input: response })) if (line !== '') yield JSON.parse(line) as BusEvent;
  } catch (error) {
    if (!signal?.aborted) throw gone(error);
  }
  if (range.follow && !signal?.aborted) throw gone(new Error('the stream ended'));
}

async function follow(open: Set<ClientRequest>, socket: string, signal: AbortSignal, listener: (event: BusEvent) => void): Promise<void> {
  try {
    for await (const event of events(open, socket, { from: Number.MAX_SAFE_INTEGER, follow: true }, signal)) listener(event);
  } catch (error) {
    // Whoever waits for a process of that kernel is told by the call it waits in.
    if (!(error instanceof OxiosError && error.code === 'KERNEL_GONE')) throw error;
  }
}

const gone = (error: unknown): OxiosError =>
  new OxiosError('KERNEL_GONE', `the running kernel does not answer: ${messageOf(error)}`, {
    hint: 'see what was interrupted with oxios ps, and go on with oxios resume',
    cause: error,
  });
