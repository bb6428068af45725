import type { Capability } from '../capability.ts';
import { OxiosError } from '../errors.ts';
import { formatEndpoint } from './endpoint.ts';

/** A URL that may be judged, taken apart. */
export interface Target {
  readonly url: URL;
  /** As rules have it: no dot at the end, IPv6 in brackets. */
  readonly name: string;
  readonly port: number;
  readonly need: Extract<Capability, { on: 'net' }>;
}

/** Longer ones no server takes, characters. */
const MAX_URL = 8192;

/** Throws TOOL_INPUT for what is no URL, NET_DENIED for one that nobody may ask for, whatever is granted. */
export function targetOf(text: string, base?: URL): Target {
  if (text.length > MAX_URL) throw denied(`the URL has more than ${MAX_URL} characters`, 'ask for a shorter one');
  if (!URL.canParse(text, base?.href))
    throw new OxiosError('TOOL_INPUT', `${JSON.stringify(text.slice(0, 200))} is not a URL`, { hint: 'write it whole: https://host/path' });
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw denied(`${url.protocol} is not a protocol of the web`, 'only http and https are fetched');
  if (url.username !== '' || url.password !== '') throw denied('the URL names a user', 'write it without the part before @');
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port);
  if (OTHER_PROTOCOLS.has(port)) throw denied(`port ${port} belongs to another protocol`, 'browsers refuse it too');
  // `host.` and `host` are one host; what is asked for is the latter.
  url.hostname = url.hostname.replace(/\.$/u, '');
  const name = url.hostname;
  if (name === '' || name.endsWith('.')) throw denied('the URL names no host', 'write it whole: https://host/path');
  url.hash = '';
  return { url, name, port, need: { on: 'net', host: formatEndpoint({ name, port }) } };
}

const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 } as const;

const denied = (detail: string, hint: string): OxiosError => new OxiosError('NET_DENIED', detail, { hint });

/** WHATWG Fetch, "port blocking": servers of other protocols that could be made to read a request as their own. */
const OTHER_PROTOCOLS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137,
  139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);
