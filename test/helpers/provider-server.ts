import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Api, PATHS } from './provider-wire.ts';

/** One request to a model as the server saw it. */
export interface Asked {
  readonly api: Api;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of three formats
  readonly body: any;
  /** Resolves when the connection of the request is gone, or its answer is complete. */
  readonly closed: Promise<'answered' | 'aborted'>;
}

/** What happens to one request; `provider-plays.ts` has them. */
export type Play = (asked: Asked, response: ServerResponse) => void | Promise<void>;

export interface ProviderServer {
  readonly port: number;
  /** The addresses as the program wants them. */
  readonly env: Readonly<Record<'OPENAI_BASE_URL' | 'ANTHROPIC_BASE_URL' | 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY', string>>;
  readonly asked: readonly Asked[];
  /** Resolves with the n-th request, counted from 0, as soon as it has arrived. */
  request(n: number): Promise<Asked>;
  close(): Promise<void>;
}

/** A script: a list played in order, whose last play serves all that follows, or a choice by the request and its number. */
export type Script = readonly [Play, ...Play[]] | ((asked: Asked, number: number) => Play);

/** A provider on loopback that speaks Anthropic Messages, Chat Completions and Responses, and does with each request what the script says. */
export async function providerServer(script: Script): Promise<ProviderServer> {
  const asked: Asked[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const one = await askedBy(request, response);
    if (!one) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such path"}}');
    const number = asked.push(one) - 1;
    for (const look of waiting) look();
    const play = typeof script === 'function' ? script(one, number) : (script[number] ?? script[script.length - 1]);
    await play?.(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const root = `http://127.0.0.1:${port}`;
  return {
    port,
    env: { OPENAI_BASE_URL: `${root}/v1`, ANTHROPIC_BASE_URL: root, OPENAI_API_KEY: 'sk-test-openai', ANTHROPIC_API_KEY: 'sk-test-anthropic' },
    asked,
    request: (n) =>
      new Promise((resolve) => {
        const look = () => {
          const one = asked[n];
          if (!one) return;
          waiting.delete(look);
          resolve(one);
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function askedBy(request: IncomingMessage, response: ServerResponse): Promise<Asked | undefined> {
  const closed = new Promise<'answered' | 'aborted'>((resolve) => {
    response.on('close', () => resolve(response.writableFinished ? 'answered' : 'aborted'));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const api = PATHS[request.url ?? ''];
  return api && { api, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()), closed };
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
