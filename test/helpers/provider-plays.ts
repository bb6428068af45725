import type { ServerResponse } from 'node:http';
import type { Play } from './provider-server.ts';
import { type Block, errorEvent, eventsOf, type Reply } from './provider-wire.ts';

/** A whole answer. */
export const says =
  (...blocks: readonly Block[]): Play =>
  (asked, response) =>
    void stream(response).end(eventsOf(asked.api, { blocks }).join(''));

export const replies =
  (reply: Reply): Play =>
  (asked, response) =>
    void stream(response).end(eventsOf(asked.api, reply).join(''));

/** An answer that carries an HTTP status, with the error as the provider writes it. */
export const status =
  (code: number, { headers = {}, message = `status ${code}`, type = 'some_error' }: Refusal = {}): Play =>
  (asked, response) => {
    const error = asked.api === 'anthropic' ? { type: 'error', error: { type, message } } : { error: { message, type, code: type } };
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(error));
  };

interface Refusal {
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  readonly type?: string;
}

/** The connection is reset before a byte was answered. */
export const resets: Play = (_, response) => void response.socket?.resetAndDestroy();

/** The events up to the n-th, then the connection is cut, or ends as if that were all. */
export const cutAfter =
  (n: number, reply: Reply, how: 'cut' | 'ended' = 'cut'): Play =>
  async (asked, response) => {
    await write(stream(response), eventsOf(asked.api, reply).slice(0, n).join(''));
    if (how === 'ended') response.end();
    else response.socket?.destroy();
  };

/** The n-th event stops in the middle. */
export const halfEvent =
  (n: number, reply: Reply, how: 'cut' | 'ended' | 'closed' = 'ended'): Play =>
  async (asked, response) => {
    const events = eventsOf(asked.api, reply);
    const half = (events[n] ?? '').slice(0, Math.floor((events[n] ?? '').length / 2));
    await write(stream(response), events.slice(0, n).join('') + half);
    if (how === 'cut') response.socket?.destroy();
    else response.end(how === 'closed' ? '\n\n' : '');
  };

/** A 200 with any content type and any body. */
export const raw =
  (type: string, body: string): Play =>
  (_, response) =>
    void response.writeHead(200, type === '' ? {} : { 'content-type': type }).end(body);

/** The provider breaks off its own stream with an error, after n events. */
export const errorAfter =
  (n: number, reply: Reply, type: string, message = 'broken off'): Play =>
  (asked, response) =>
    void stream(response).end([...eventsOf(asked.api, reply).slice(0, n), errorEvent(asked.api, type, message)].join(''));

/** Nothing more comes after n events, and the connection stays; with `n` undefined not even the head of the answer. */
export const stallsAfter =
  (n: number | undefined, reply: Reply = { blocks: [] }): Play =>
  async (asked, response) => {
    if (n === undefined) return;
    await write(stream(response), eventsOf(asked.api, reply).slice(0, n).join(''));
  };

/** The bytes of an answer in pieces of this size, each flushed by itself: also in the middle of a character. */
export const drips =
  (bytes: number, reply: Reply): Play =>
  async (asked, response) => {
    const all = Buffer.from(eventsOf(asked.api, reply).join(''));
    stream(response).socket?.setNoDelay(true);
    for (let at = 0; at < all.length; at += bytes) {
      await write(response, all.subarray(at, at + bytes));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };

/** A keep-alive comment each `ms` until the connection is gone: never an event. */
export const onlyComments =
  (ms: number): Play =>
  (asked, response) => {
    stream(response);
    const timer = setInterval(() => response.write(': still there\n\n'), ms);
    void asked.closed.then(() => clearInterval(timer));
  };

function stream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
}

/** Resolves when the bytes have left. */
const write = (response: ServerResponse, bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    response.flushHeaders();
    if (bytes.length === 0) setImmediate(resolve);
    else response.write(bytes, () => resolve());
  });
