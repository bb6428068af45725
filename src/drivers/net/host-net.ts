import type { NetSettings } from '../../kernel/config.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Fetched, FetchRequest, HostNet, NetGuard } from '../../kernel/host.ts';
import type { Target } from '../../kernel/net/target.ts';
import { type Answer, askOnce, type HopSettings, isRedirect } from './hop.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { createHeed, type Heed } from './robots.ts';

/** The name under which servers know agents, and robots.txt files speak of them. */
const TOKEN = 'Oxios';

const MAX_REDIRECTS = 5;

/** Agents' requests go straight to where they are judged to go: a proxy would look the name up again. */
export function createHostNet(settings: NetSettings, version: string): HostNet {
  const web: Web = {
    lookup: createLookup(settings.dns_servers),
    heed: createHeed(TOKEN, settings.ignore_robots, Date.now),
    agent: `${TOKEN}/${version}`,
    idle_ms: settings.idle_timeout_s * 1000,
  };
  return {
    async fetch(request, guard, signal) {
      const limit = AbortSignal.timeout(settings.timeout_s * 1000);
      try {
        return await fetched(web, request, guard, AbortSignal.any([signal, limit]));
      } catch (error) {
        if (!limit.aborted || signal.aborted) throw error;
        throw new OxiosError('NET_TIMEOUT', `${request.url} took more than ${settings.timeout_s} s`, {
          hint: 'try again later; net.timeout_s is the limit',
          cause: error,
        });
      }
    },
  };
}

interface Web extends HopSettings {
  readonly lookup: Lookup;
  readonly heed: Heed;
}

type Ask = (target: Target) => Promise<Answer>;

async function fetched(web: Web, request: FetchRequest, guard: NetGuard, signal: AbortSignal): Promise<Fetched> {
  // A name is looked up once a call: its robots.txt and its page come from one place.
  const places = new Map<string, readonly string[]>();
  const placeOf = async (target: Target): Promise<readonly string[]> => {
    const { name, need } = target;
    const addresses = places.get(need.host) ?? (await web.lookup(name, signal));
    guard.leads(target, addresses);
    places.set(need.host, addresses);
    return addresses;
  };
  const at =
    (method: FetchRequest['method'], maxBytes: number): Ask =>
    async (target) =>
      askOnce({ target, addresses: await placeOf(target), method, max_bytes: maxBytes }, web, signal);
  const page = at(request.method, request.max_bytes);
  const heeded: Ask = async (target) => {
    // What leads nowhere has no robots.txt to speak of.
    await placeOf(target);
    await web.heed(target, async (robots, maxBytes) => (await followed(robots, at('GET', maxBytes), guard)).answer);
    return page(target);
  };
  const { answer, target, trail } = await followed(guard.enter(request.url), heeded, guard);
  return { url: target.url.href, ...answer, redirects: trail };
}

interface Followed {
  readonly answer: Answer;
  readonly target: Target;
  readonly trail: readonly string[];
}

/** Each hop is judged like the first. Nothing is carried along: a cookie or a referrer of one host is no business of another. */
async function followed(first: Target, ask: Ask, guard: NetGuard): Promise<Followed> {
  const trail: string[] = [];
  for (let target = first; ; ) {
    const answer = await ask(target);
    const { location } = answer.headers;
    if (!isRedirect(answer.status) || location === undefined) return { answer, target, trail };
    if (trail.length === MAX_REDIRECTS)
      throw new OxiosError('NET', `${first.url.href} redirects more than ${MAX_REDIRECTS} times`, { hint: `the last one led to ${location.slice(0, 200)}` });
    trail.push(target.url.href);
    target = guard.enter(location, target.url);
  }
}
