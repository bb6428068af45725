import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';

/** As much of `fetch` as the providers' libraries use. */
export type Fetch = (to: string | URL | Request, init?: RequestInit) => Promise<Response>;

type Send = (url: URL, options: RequestOptions) => ClientRequest;

/**
 * Node's own HTTP in the form of `fetch`: connections are kept, aborting closes the socket, and a redirect is an answer like
 * any other. Measured over 200 turns against Node's `fetch`: 1.2 s of CPU time instead of 1.6, 130 MB instead of 200,
 * because `fetch` keeps what it sent until the next full collection.
 */
export function createFetch(proxyEnv: Readonly<Record<string, string | undefined>>): Fetch {
  const senders = new Map<string, Send>();
  const senderFor = ({ protocol }: URL): Send => {
    const known = senders.get(protocol) ?? senderOf(protocol, proxyEnv);
    senders.set(protocol, known);
    return known;
  };
  return (to, { method = 'GET', headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(to instanceof Request ? to.url : to);
      const request = senderFor(url)(url, { method, headers: Object.fromEntries(headers instanceof Headers ? headers : new Headers(headers)) });
      const stop = (): void => void request.destroy(new DOMException('This operation was aborted', 'AbortError'));
      signal?.addEventListener('abort', stop, { once: true });
      request.once('close', () => signal?.removeEventListener('abort', stop));
      if (signal?.aborted) stop();
      request.once('response', (answer) => resolve(responseOf(answer, url)));
      // Also after the answer began: then whoever reads its body is told.
      request.on('error', reject);
      request.end(body);
    });
}

/** Connections kept for the next requests: a thousand agents that all answer at once ask again on the same. */
const MAX_IDLE = 1024;

/** Imported by their specifiers, all lazy exports of these modules would be loaded. TLS is loaded when it is first needed. */
function senderOf(protocol: string, proxyEnv: Readonly<Record<string, string | undefined>>): Send {
  const { Agent, request } = protocol === 'http:' ? process.getBuiltinModule('node:http') : process.getBuiltinModule('node:https');
  const agent = new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE, proxyEnv });
  return (url, options) => request(url, { ...options, agent });
}

/** What the libraries look at: for the headers a Map will do, and the body is as Node reads it, an iterable of its chunks. */
function responseOf(answer: IncomingMessage, url: URL): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Map(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  const text = async (): Promise<string> => {
    let all = '';
    for await (const piece of answer.setEncoding('utf8')) all += piece;
    return all;
  };
  return { ok: status >= 200 && status < 300, status, headers, url: url.href, body: answer, text } as unknown as Response;
}
