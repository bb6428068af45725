import { chmodSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { messageOf, OxiosError } from '../kernel/errors.ts';
import type { GatewayDeps } from './app.ts';

export interface SocketServer {
  close(): Promise<void>;
}

/**
 * The kernel's calls on a Unix socket that only this user can open. Whoever holds the home's lock may replace a socket
 * a dead kernel left. The application is loaded when the first connection comes.
 */
export async function serveSocket(path: string, deps: GatewayDeps): Promise<SocketServer> {
  let listener: Promise<RequestListener> | undefined;
  const server = createServer((request, response) => {
    listener ??= load(deps);
    listener
      .then((handle) => handle(request, response))
      .catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { code: 'INTERNAL', message: messageOf(error) } }));
      });
  });
  server.requestTimeout = 0;
  server.timeout = 0;
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } catch (error) {
    throw new OxiosError('HOME_UNWRITABLE', `the socket ${path} cannot be made: ${messageOf(error)}`, {
      hint: 'choose another folder with --home',
      cause: error,
    });
  } finally {
    process.umask(before);
  }
  chmodSync(path, 0o600);
  server.unref();
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        rmSync(path, { force: true });
      }),
  };
}

async function load(deps: GatewayDeps): Promise<RequestListener> {
  const [{ getRequestListener }, { createApp }] = await Promise.all([import('@hono/node-server'), import('./app.ts')]);
  return getRequestListener(createApp(deps).fetch, { overrideGlobalObjects: false }) as RequestListener;
}
