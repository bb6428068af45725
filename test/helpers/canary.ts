import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Place } from './oxios.ts';

/** What an attack would touch: a file outside of the workspace, one in it, and a port on loopback. */
export interface Canary {
  readonly port: number;
  /** A line of shell that leaves a trace wherever it can. */
  payload(name: string): string;
  /** A program that does so, at a path of the workspace, whatever it is called with. */
  plant(path: string, name?: string): string;
  /** Which of them ran, and who came to the port. */
  traces(): readonly string[];
  close(): Promise<void>;
}

export async function canary(here: Place): Promise<Canary> {
  const outside = here.path('canary');
  const inside = join(here.workspace, '.ran');
  writeFileSync(outside, '');
  const server = createServer((socket) => {
    appendFileSync(outside, 'somebody came to the port\n');
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const payload = (name: string) => `{ echo ${name} >> ${outside}; echo ${name} >> ${inside}; } 2>/dev/null`;
  return {
    port,
    payload,
    plant(path, name = path) {
      const full = join(here.workspace, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, `#!/bin/sh\n${payload(name)}\ncat 2>/dev/null\n`);
      chmodSync(full, 0o755);
      return full;
    },
    traces: () => [outside, inside].flatMap((file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [])),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
