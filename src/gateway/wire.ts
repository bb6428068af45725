import type { ClientRequest, IncomingMessage } from 'node:http';
import { ERROR_CODES, type ErrorCode } from '../kernel/error-codes.ts';
import { messageOf, OxiosError } from '../kernel/errors.ts';
import type { Problem } from './problem.ts';

export interface WireCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

/** HTTP to one kernel. No call has a time limit: a process may be waited for as long as it runs. */
export interface Wire {
  /** The parsed answer. Throws what the kernel refused with, or KERNEL_GONE. */
  call<T>(call: WireCall, signal?: AbortSignal): Promise<T>;
  /** The answer's JSON Lines as they come. Ends when the answer is whole, and at once when `signal` aborts. */
  lines(path: string, signal?: AbortSignal, opened?: () => void): AsyncIterable<unknown>;
  /** Ends every call under way. */
  close(): void;
}

export function createWire(socketPath: string, version: string): Wire {
  const open = new Set<ClientRequest>();
  const send = ({ method, path, body }: WireCall, signal?: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { 'oxios-version': version, connection: 'close', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      // Imported by its specifier, the module's lazy exports would all be loaded, undici among them: 17 ms instead of 1.
      const request = process.getBuiltinModule('node:http').request({ socketPath, method, path, headers, agent: false }, resolve);
      const stop = () => void request.destroy();
      open.add(request);
      request.once('close', () => {
        open.delete(request);
        signal?.removeEventListener('abort', stop);
      });
      // Also after the answer began: then the answer's own reader is told.
      request.on('error', (error) => reject(gone(error)));
      signal?.addEventListener('abort', stop, { once: true });
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    async call<T>(call: WireCall, signal?: AbortSignal): Promise<T> {
      const text = await textOf(await granted(await send(call, signal)));
      return (text === '' ? undefined : json(text)) as T;
    },
    async *lines(path, signal, opened) {
      try {
        if (signal?.aborted) return;
        const response = await granted(await send({ method: 'GET', path }, signal));
        opened?.();
        for await (const line of linesOf(response)) {
          if (signal?.aborted) return;
          yield parsed(line);
        }
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
    },
    close() {
      for (const one of open) one.destroy();
    },
  };
}

/** The kernel ended, or cannot be reached any more. */
export const gone = (error: unknown): OxiosError =>
  new OxiosError('KERNEL_GONE', `the connection to the running kernel was lost: ${messageOf(error)}`, {
    hint: 'see what was interrupted with oxios ps --all, and go on with oxios resume',
    cause: error,
  });

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of piecesOf(response)) text += piece;
  return text;
}

async function* linesOf(response: IncomingMessage): AsyncIterable<string> {
  let rest = '';
  for await (const piece of piecesOf(response)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Ends only when the answer was whole: Node throws where it breaks off. */
async function* piecesOf(response: IncomingMessage): AsyncIterable<string> {
  try {
    for await (const piece of response.setEncoding('utf8')) yield piece as string;
  } catch (error) {
    throw gone(error);
  }
}

/** A stream that cannot go on says why in its last line. */
function parsed(line: string): unknown {
  const value = json(line) as Partial<Problem>;
  if (value?.error && !('type' in value)) throw errorOf(value.error, 500);
  return value;
}

/** What is no JSON comes from no kernel. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw gone(error);
  }
}

/** The answer, or what was refused. */
async function granted(response: IncomingMessage): Promise<IncomingMessage> {
  const status = response.statusCode ?? 500;
  if (status < 400) return response;
  throw refusal(status, await textOf(response));
}

function refusal(status: number, text: string): OxiosError {
  try {
    return errorOf((JSON.parse(text) as Partial<Problem>).error, status);
  } catch (error) {
    return new OxiosError('INTERNAL', `the kernel answered ${status}`, { cause: error });
  }
}

const errorOf = (error: Partial<Problem['error']> | undefined, status: number): OxiosError => {
  const code: ErrorCode = error?.code !== undefined && error.code in ERROR_CODES ? error.code : 'INTERNAL';
  return new OxiosError(code, error?.message ?? `the kernel answered ${status}`, error?.hint === undefined ? {} : { hint: error.hint });
};
