import { RefusedError } from '../../kernel/denial.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { MAX_ROBOTS_BYTES, parseRobots, type Robots } from '../../kernel/net/robots.ts';
import type { Target } from '../../kernel/net/target.ts';
import type { Answer } from './hop.ts';

/** Throws RefusedError when the server's robots.txt forbids a URL, and what happened when it cannot be had. */
export type Heed = (target: Target, read: (target: Target, maxBytes: number) => Promise<Answer>) => Promise<void>;

/** How long what a server said holds (RFC 9309, 2.4), milliseconds. */
const HOLDS_MS = 24 * 60 * 60 * 1000;
/** Each may be half a megabyte. */
const MAX_KNOWN = 100;

/** Asks each origin once a day. A server without the file forbids nothing, one that fails forbids everything until it answers. */
export function createHeed(token: string, ignored: readonly string[], now: () => number): Heed {
  const said = createMemory(now);
  return async (target, read) => {
    const { origin, pathname, search } = target.url;
    if (ignored.includes(origin)) return;
    const robots = said.of(origin) ?? said.keep(origin, await readRobots(target, token, read));
    const line = robots.forbids(`${pathname}${search}`);
    if (line !== undefined) throw forbidden(target, `${origin}/robots.txt says "${line}"`);
  };
}

function createMemory(now: () => number): { of(origin: string): Robots | undefined; keep(origin: string, robots: Robots): Robots } {
  const known = new Map<string, { readonly robots: Robots; readonly until: number }>();
  return {
    of(origin) {
      const found = known.get(origin);
      return found && found.until > now() ? found.robots : undefined;
    },
    keep(origin, robots) {
      // The oldest goes first.
      if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value ?? '');
      known.set(origin, { robots, until: now() + HOLDS_MS });
      return robots;
    },
  };
}

async function readRobots(target: Target, token: string, read: Parameters<Heed>[1]): Promise<Robots> {
  const at = { ...target, url: new URL('/robots.txt', target.url) };
  const answer = await read(at, MAX_ROBOTS_BYTES).catch((error: unknown) => {
    // Out of reach is no permission.
    if (!(error instanceof OxiosError) || error.code !== 'NET') throw error;
    throw new OxiosError('NET', `${at.url} cannot be had: ${error.detail}`, { hint: 'without it nothing is asked of a server', cause: error });
  });
  if (answer.status >= 500) throw forbidden(target, `${at.url} answers ${answer.status}, which forbids everything`);
  return parseRobots(answer.status >= 200 && answer.status < 300 ? new TextDecoder().decode(answer.bytes) : '', token);
}

const forbidden = ({ need, url }: Target, why: string): RefusedError =>
  new RefusedError([need], { verdict: 'deny', rule: 'robots.txt', reason: `${why}; the user may set net.ignore_robots to ["${url.origin}"]` });
