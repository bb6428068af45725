import { blockedAs } from './address.ts';

/** Where a `net:` rule or a URL points: a name or an address as WHATWG URLs write it, and a port. */
export interface Endpoint {
  /** `*` is any. An IPv6 address stands in brackets. */
  readonly name: string;
  /** Undefined: any. */
  readonly port: number | undefined;
}

/**
 * The host of a rule in its one form: as a URL would have it, without a dot at its end. Undefined when it is none: a URL,
 * a path, a pattern other than `*`.
 */
export function hostOfRule(text: string): string | undefined {
  const plain = /^[^[\]]*:[^[\]]*:/u.test(text) ? `[${text}]` : text;
  const [, written = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/u.exec(plain) ?? [];
  if (port !== undefined && (Number(port) === 0 || Number(port) > MAX_PORT)) return undefined;
  const name = written === '*' ? written : nameIn(written);
  // `8080` would be 0.0.31.144: who means an address writes it out.
  const isMeant = name === undefined || addressIn(name) === undefined || name.startsWith('[') || name === written;
  return name === undefined || !isMeant ? undefined : formatEndpoint({ name, port: port === undefined ? undefined : Number(port) });
}

export const formatEndpoint = ({ name, port }: Endpoint): string => (port === undefined ? name : `${name}:${port}`);

/** An address as hosts are written in rules and URLs. */
export const nameOfAddress = (address: string): string => (address.includes(':') ? (nameIn(`[${address}]`) ?? address) : address);

/** Whether one host is the other, or stands for it as well. */
export function hostCovers(wide: string, narrow: string): boolean {
  const [one, other] = [endpointIn(wide), endpointIn(narrow)];
  return [other.name, '*'].includes(one.name) && (one.port === undefined || one.port === other.port);
}

/** Whether a grant of `wide`, which covers it, opens it: `*` is the public internet, and what is closed must be named. */
export const hostOpens = (wide: string, narrow: string): boolean => endpointIn(wide).name !== '*' || whyClosed(narrow) === undefined;

/** Why a host is no part of the public internet, as a sentence; undefined when it is, as far as its name says. */
export function whyClosed(host: string): string | undefined {
  const { name } = endpointIn(host);
  if (name === '*' || name === '') return undefined;
  const address = addressIn(name);
  if (address !== undefined) {
    const blocked = blockedAs(address);
    return blocked === undefined ? undefined : `${name} is ${blocked}`;
  }
  if (isLocalhost(name)) return `${name} is this machine`;
  return LOCAL.test(name) || !name.includes('.') ? `${name} is a name of the local network` : undefined;
}

/** Whether the name stands for the loopback addresses, whatever a server says (RFC 6761). */
export const isLocalhost = (name: string): boolean => /(?:^|\.)localhost$/u.test(name);

/** The address a host consists of; undefined for a name. */
export function addressIn(name: string): string | undefined {
  if (name.startsWith('[')) return name.slice(1, -1);
  return /^\d+(?:\.\d+){3}$/u.test(name) ? name : undefined;
}

/**
 * The port of the shell's own API on this machine: whatever is granted, an agent that could reach it could answer its own
 * questions.
 */
export const OWN_PORT = 4200;

/** Whether it is Oxios itself that would be reached. */
export function isOwn(host: string): boolean {
  const { name, port } = endpointIn(host);
  return port === OWN_PORT && name !== '*' && whyClosed(name) !== undefined;
}

export function endpointIn(host: string): Endpoint {
  const [, name = host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/u.exec(host) ?? [];
  return { name, port: port === undefined ? undefined : Number(port) };
}

const MAX_PORT = 65_535;

/** Names that no public server has (RFC 6761, 6762, 7686, 8375, and what routers give out), or that must not be looked up. */
const LOCAL = /\.(?:local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|onion|alt)$/u;

function nameIn(text: string): string | undefined {
  if (/[\s/\\?#@*]/u.test(text) || !URL.canParse(`http://${text}/`)) return undefined;
  const { hostname, port } = new URL(`http://${text}/`);
  const name = hostname.replace(/\.$/u, '');
  return name === '' || port !== '' || name.endsWith('.') ? undefined : name;
}
