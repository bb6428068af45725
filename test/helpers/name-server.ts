import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { bytesOf } from '../../src/kernel/net/address.ts';

/** Records such as `A 127.0.0.2`, `AAAA ::1` and `CNAME other.test`; what follows a CNAME belongs to the name it gives. */
export type Said = readonly string[] | 'SERVFAIL' | 'NXDOMAIN';

/** What it says of a name: to each question the next of a list, the last one ever after. */
export type Zone = Readonly<Record<string, readonly Said[]>>;

export interface NameServer {
  /** `ADDRESS:PORT`. */
  readonly address: string;
  /** Names that were asked for with type A, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A real DNS server on loopback that says what it is told to, and nothing for longer than a moment. */
export async function nameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, type, end } = questionIn(query);
    const times = asked.filter((one) => one === name).length - (type === A ? 0 : 1);
    if (type === A) asked.push(name);
    const said = zone[name]?.[Math.max(0, Math.min(times, (zone[name]?.length ?? 1) - 1))] ?? 'NXDOMAIN';
    socket.send(answer(query.subarray(0, end), name, type, said), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const A = 1;
const CNAME = 5;
const AAAA = 28;
const TYPES: Readonly<Record<string, number>> = { A, AAAA, CNAME };
const CODES = { SERVFAIL: 2, NXDOMAIN: 3 };

function questionIn(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answer(question: Buffer, name: string, type: number, said: Said): Buffer {
  const records = typeof said === 'string' ? [] : recordsOf(name, type, said);
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | (typeof said === 'string' ? CODES[said] : 0), 2);
  for (const [at, count] of [1, records.length, 0, 0].entries()) head.writeUInt16BE(count, 4 + 2 * at);
  return Buffer.concat([head, ...records]);
}

function recordsOf(name: string, type: number, said: readonly string[]): readonly Buffer[] {
  let owner = name;
  return said.flatMap((line) => {
    const [kind = '', value = ''] = line.split(' ');
    const code = TYPES[kind] ?? 0;
    const data = code === CNAME ? wire(value) : Buffer.from(bytesOf(value) ?? []);
    const fixed = Buffer.alloc(10);
    fixed.writeUInt16BE(code, 0);
    fixed.writeUInt16BE(1, 2);
    // No time to live: nothing may be kept.
    fixed.writeUInt16BE(data.length, 8);
    const record = Buffer.concat([wire(owner), fixed, data]);
    if (code === CNAME) owner = value;
    return code === CNAME || code === type ? [record] : [];
  });
}

const wire = (name: string): Buffer =>
  Buffer.concat([...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]), Buffer.from([0])]);
