type Env = Readonly<Record<string, string | undefined>>;

/** Servers of this machine are never behind a proxy. */
const HERE = 'localhost,127.0.0.1,[::1]';

/** The proxies that the environment names, in the form that Node's agents take. */
export function proxyOf(env: Env): Record<string, string | undefined> {
  const of = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const [https_proxy, http_proxy, except] = [of('HTTPS_PROXY') ?? of('ALL_PROXY'), of('HTTP_PROXY') ?? of('ALL_PROXY'), of('NO_PROXY')];
  return { https_proxy, http_proxy, no_proxy: except === undefined ? HERE : `${except},${HERE}` };
}
