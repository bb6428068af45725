import { setGlobalProxyFromEnv } from 'node:http';

type Env = Readonly<Record<string, string | undefined>>;

/** Servers of this machine are never behind a proxy. */
const HERE = 'localhost,127.0.0.1,[::1]';

/** Sends what this process fetches through the proxy that the environment names. Only providers are fetched from. */
export function useProxy(env: Env): void {
  const of = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const [https_proxy, http_proxy, except] = [of('HTTPS_PROXY') ?? of('ALL_PROXY'), of('HTTP_PROXY') ?? of('ALL_PROXY'), of('NO_PROXY')];
  if (https_proxy === undefined && http_proxy === undefined) return;
  setGlobalProxyFromEnv({ https_proxy, http_proxy, no_proxy: except === undefined ? HERE : `${except},${HERE}` });
}
