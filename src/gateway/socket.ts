import { lstatSync, rmSync, type Stats } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { errnoOf, messageOf, OxiosError } from '../kernel/errors.ts';
import type { GatewayDeps } from './deps.ts';

export interface SocketServer {
  /** Streams deliver what is durable and end; who waits is told; the socket is gone when it resolves. */
  close(): Promise<void>;
}

/** How long clients that do not read may hold up the end, milliseconds. */
const CLOSE_GRACE_MS = 1000;
/** Connections the system keeps until they are accepted; beyond it a connect fails at once. */
const BACKLOG = 4096;

/**
 * The kernel's calls on a Unix socket that only this user can open: mode 0600 from its first moment, in the home, which
 * is 0700. (Node cannot ask for the peer's uid, and need not: with that mode only the owner and root can connect. The
 * client checks whose socket it is.) The caller holds the home's lock, so a socket that is there was left by a dead kernel and is replaced. The
 * application is loaded when the first request comes, so that listening costs next to nothing at start. Node limits how
 * long a request may take to arrive, never its answer: a process may be waited for as long as it runs.
 */
export async function serveSocket(path: string, deps: GatewayDeps): Promise<SocketServer> {
  // Imported by its specifier, the module's lazy exports would all be loaded, undici among them: 17 ms instead of 1.
  const { createServer } = process.getBuiltinModule('node:http');
  const closing = new AbortController();
  let listener: Promise<RequestListener> | undefined;
  const server = createServer((request, response) => {
    listener ??= load({ ...deps, closing: closing.signal });
    listener
      .then((handle) => handle(request, response))
      .catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { code: 'INTERNAL', message: messageOf(error).split('\n')[0] } }));
      });
  });
  try {
    prepare(path);
    await listen(server, path);
  } catch (error) {
    if (error instanceof OxiosError) throw error;
    throw new OxiosError('HOME_UNWRITABLE', `the socket ${path} cannot be made: ${messageOf(error)}`, {
      hint: 'choose another folder with --home',
      cause: error,
    });
  }
  server.unref();
  return {
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
        // Node removes the socket file with the listening handle.
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}

/** What a dead kernel left is taken away, anything else is not. */
function prepare(path: string): void {
  const old = statOf(path);
  if (!old) return;
  if (!old.isSocket())
    throw new OxiosError('HOME_UNWRITABLE', `${path} is in the way and is no socket`, { hint: 'move it elsewhere, or choose another folder with --home' });
  rmSync(path);
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file is made inside `listen()` itself, so the mask is changed for no one else. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(0o177);
    try {
      server.listen({ path, backlog: BACKLOG }, resolve);
    } finally {
      process.umask(before);
    }
  });
}

async function load(deps: GatewayDeps): Promise<RequestListener> {
  const [{ getRequestListener }, { createApp }] = await Promise.all([import('@hono/node-server'), import('./app.ts')]);
  return getRequestListener(createApp(deps).fetch, { overrideGlobalObjects: false }) as RequestListener;
}
