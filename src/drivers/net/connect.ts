import type { LookupFunction, Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { OxiosError } from '../../kernel/errors.ts';
import { bytesOf } from '../../kernel/net/address.ts';

/**
 * Connects to one of these addresses, whatever the name would lead to by now: nothing is looked up again. The name stays what
 * a certificate must be for.
 */
export function connectorTo(addresses: readonly string[], timeoutMs: number): buildConnector.connector {
  return ({ hostname, protocol, port }, done) => {
    const socket = open(hostname, Number(port || (protocol === 'https:' ? HTTPS : HTTP)), protocol === 'https:', addresses);
    const timer = setTimeout(() => end(new OxiosError('NET_TIMEOUT', `${hostname} took more than ${timeoutMs / 1000} s to connect`)), timeoutMs);
    const end = (error: Error): void => {
      clearTimeout(timer);
      socket
        .off('error', end)
        .on('error', () => undefined)
        .destroy();
      done(error, null);
    };
    socket.once('error', end);
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      if (!addresses.some((one) => isSame(one, socket.remoteAddress))) return end(new OxiosError('NET', `${hostname} was reached at another address`));
      clearTimeout(timer);
      socket.off('error', end);
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
