import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on an address of this machine that counts who connects. */
export interface Site {
  readonly address: string;
  readonly port: number;
  /** `HOST:PORT`, as rules have it. */
  readonly host: string;
  readonly origin: string;
  connections(): number;
  /** Paths asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function site(serve: Serve, address = '127.0.0.1', port = 0): Promise<Site> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    serve(request, response);
  });
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(port, address);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  const host = `${address.includes(':') ? `[${address}]` : address}:${bound}`;
  return {
    address,
    port: bound,
    host,
    origin: `http://${host}`,
    connections: () => connections,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers by path, without the query; 404 for any other. A text is sent as it is, and may be asked for again. */
export const pages =
  (table: Readonly<Record<string, string | Serve>>): Serve =>
  (request, response) => {
    const page = table[(request.url ?? '').split('?')[0] ?? ''];
    if (typeof page === 'function') page(request, response);
    else if (page === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(page);
  };
