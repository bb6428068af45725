/**
 * Why an address is not one of the public internet, as a phrase ("a loopback address"); undefined for a public one. What
 * cannot be read as an address is not public either. Sources: the IANA registries of special-purpose IPv4 and IPv6 addresses.
 */
export function blockedAs(address: string): string | undefined {
  const bytes = bytesOf(address);
  if (!bytes) return 'not an address';
  const table = bytes.length === 4 ? V4 : V6;
  const found = table.find(({ prefix, bits }) => startsWith(bytes, prefix, bits));
  if (found) return found.name;
  return bytes.length === 16 && !startsWith(bytes, GLOBAL, GLOBAL_BITS) ? 'a reserved address' : undefined;
}

/** Network order, 4 or 16 of them; undefined when the text is no address. A zone (`%eth0`) makes it none. */
export function bytesOf(address: string): readonly number[] | undefined {
  return address.includes(':') ? sixOf(address) : fourOf(address);
}

interface Range {
  readonly prefix: readonly number[];
  readonly bits: number;
  readonly name: string;
}

function fourOf(text: string): readonly number[] | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/u.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function sixOf(text: string): readonly number[] | undefined {
  if (/\..*:/u.test(text)) return undefined;
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':').map(groupOf)));
  if (halves.length > 2 || halves.some((half) => half.includes(undefined))) return undefined;
  const [head = [], tail = []] = halves.map((half) => half.flatMap((group) => group ?? []));
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** Two bytes, or the four of a dotted end. */
function groupOf(text: string): readonly number[] | undefined {
  if (text.includes('.')) return fourOf(text);
  if (!/^[\da-f]{1,4}$/iu.test(text)) return undefined;
  const value = Number.parseInt(text, 16);
  return [value >> 8, value & 255];
}

function startsWith(bytes: readonly number[], prefix: readonly number[], bits: number): boolean {
  const whole = bits >> 3;
  for (let at = 0; at < whole; at++) if (bytes[at] !== prefix[at]) return false;
  const rest = 8 - (bits & 7);
  return rest === 8 || (bytes[whole] ?? 0) >> rest === (prefix[whole] ?? 0) >> rest;
}

function range(cidr: string, name: string): Range {
  const [address = '', bits = ''] = cidr.split('/');
  return { prefix: bytesOf(address) ?? [], bits: Number(bits), name };
}

/** The first that fits names it. */
const V4 = [
  range('0.0.0.0/8', 'an address of this network'),
  range('10.0.0.0/8', 'a private address'),
  range('100.64.0.0/10', 'an address of a carrier (CGNAT)'),
  range('127.0.0.0/8', 'a loopback address'),
  range('169.254.0.0/16', 'a link-local address'),
  range('172.16.0.0/12', 'a private address'),
  range('192.0.0.0/24', 'an address reserved for protocols'),
  range('192.0.2.0/24', 'an address for documentation'),
  range('192.31.196.0/24', 'an address reserved for protocols'),
  range('192.52.193.0/24', 'an address reserved for protocols'),
  range('192.88.99.0/24', 'a 6to4 relay'),
  range('192.168.0.0/16', 'a private address'),
  range('192.175.48.0/24', 'an address reserved for protocols'),
  range('198.18.0.0/15', 'an address for benchmarks'),
  range('198.51.100.0/24', 'an address for documentation'),
  range('203.0.113.0/24', 'an address for documentation'),
  range('224.0.0.0/4', 'a multicast address'),
  range('255.255.255.255/32', 'the broadcast address'),
  range('240.0.0.0/4', 'a reserved address'),
];

const V6 = [
  range('::/128', 'the unspecified address'),
  range('::1/128', 'a loopback address'),
  range('::/96', 'an IPv4-compatible address'),
  range('::ffff:0:0/96', 'an IPv4-mapped address'),
  range('::ffff:0:0:0/96', 'an IPv4-translated address'),
  range('64:ff9b::/96', 'an IPv4 address behind NAT64'),
  range('64:ff9b:1::/48', 'an IPv4 address behind NAT64'),
  range('100::/64', 'a discarding address'),
  range('2001::/32', 'an IPv4 address behind Teredo'),
  range('2001::/23', 'an address reserved for protocols'),
  range('2001:db8::/32', 'an address for documentation'),
  range('2002::/16', 'an IPv4 address behind 6to4'),
  range('2620:4f:8000::/48', 'an address reserved for protocols'),
  range('3ffe::/16', 'a reserved address'),
  range('3fff::/20', 'an address for documentation'),
  range('5f00::/16', 'an address for segment routing'),
  range('fc00::/7', 'a private address'),
  range('fe80::/10', 'a link-local address'),
  range('fec0::/10', 'a site-local address'),
  range('ff00::/8', 'a multicast address'),
];

/** All there is of the public IPv6 internet: `2000::/3`. */
const GLOBAL = [0x20];
const GLOBAL_BITS = 3;
