import type { LookupFunction, Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { OxiosError } from '../../kernel/errors.ts';
import { bytesOf } from '../../kernel/net/address.ts';

/**
 * Connects to one of these addresses, whatever the name would lead to by now: nothing is looked up again. The name stays what
 * a certificate must be for.
 */
export function connectorTo(addresses: readonly string[], timeoutMs: number, signal: AbortSignal): buildConnector.connector {
  return ({ hostname, protocol, port }, done) => {
    const isSecure = protocol === 'https:';
    const socket = open(hostname, Number(port || (isSecure ? HTTPS : HTTP)), isSecure, addresses);
    const settled = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    const fail = (error: Error): void => {
      settled();
      socket.on('error', () => undefined).destroy();
      done(error, null);
    };
    const abort = (): void => fail(new OxiosError('NET', `${hostname} was given up`));
    const timer = setTimeout(() => fail(new OxiosError('NET_TIMEOUT', `${hostname} took more than ${timeoutMs / 1000} s to connect`)), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      if (!addresses.some((one) => isSame(one, socket.remoteAddress))) return fail(new OxiosError('NET', `${hostname} was reached at another address`));
      settled();
      done(null, socket);
    });
  };
}

const HTTP = 80;
const HTTPS = 443;

function open(host: string, port: number, isSecure: boolean, addresses: readonly string[]): Socket {
  const { connect, isIP } = process.getBuiltinModule('node:net');
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_host, { all }, answer) => (all ? answer(null, known) : answer(null, known[0]?.address ?? '', known[0]?.family));
  const where = { host, port, lookup, autoSelectFamily: true, noDelay: true };
  if (!isSecure) return connect(where);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return process.getBuiltinModule('node:tls').connect({ ...where, ...servername, ALPNProtocols: ['http/1.1'] });
}

const isSame = (one: string, other: string | undefined): boolean => String(bytesOf(one)) === String(bytesOf(other ?? ''));
