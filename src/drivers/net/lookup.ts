import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import { addressIn, isLocalhost } from '../../kernel/net/endpoint.ts';

/** All addresses of a host. Throws NET when there are none: a name that cannot be looked up leads nowhere. */
export type Lookup = (name: string, signal: AbortSignal) => Promise<readonly string[]>;

/** How often a server is asked, and how long it may take each time, milliseconds. */
const TRIES = 2;
const TRY_MS = 3000;

/** Asks these servers (`ADDRESS[:PORT]`); none: as every program of the system does. */
export function createLookup(servers: readonly string[]): Lookup {
  const ask = servers.length > 0 ? askServers(servers) : askSystem;
  return async (name, signal) => {
    const literal = addressIn(name);
    if (literal !== undefined) return [literal];
    if (isLocalhost(name)) return ['127.0.0.1', '::1'];
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([ask(name), aborted]);
    } catch (error) {
      if (signal.aborted) throw error;
      throw new OxiosError('NET', `${name} cannot be looked up: ${errnoOf(error) ?? 'no answer'}`, {
        hint: 'check the name, and the network of this machine',
        cause: error,
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}

async function askSystem(name: string): Promise<readonly string[]> {
  const found = await process.getBuiltinModule('node:dns').promises.lookup(name, { all: true, order: 'verbatim' });
  return found.map((one) => one.address);
}

function askServers(servers: readonly string[]): (name: string) => Promise<readonly string[]> {
  const resolver = new (process.getBuiltinModule('node:dns').promises.Resolver)({ timeout: TRY_MS, tries: TRIES });
  resolver.setServers(servers);
  return async (name) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    // Of two failures the one that is no plain absence says more.
    const failures = [four, six].flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
    if (found.length === 0) throw failures.find((one) => errnoOf(one) !== 'ENODATA') ?? failures[0];
    return found;
  };
}
