import type { Capability } from '../capability.ts';
import { hostCovers } from '../net/endpoint.ts';
import type { Named } from './judge.ts';

/** What the user's own rules name by itself. `net:*` names nobody, and a folder none of the files in it. */
export function namedBy(rules: readonly Capability[]): Named {
  return ({ kind, value }) => {
    if (kind === 'path') return rules.some((rule) => rule.on === 'fs' && rule.right === 'write' && rule.under === value);
    const host = kind === 'address' ? hostIn(value) : undefined;
    return host !== undefined && rules.some((rule) => rule.on === 'net' && !rule.host.startsWith('*') && hostCovers(rule.host, host));
  };
}

/** With its port, as needs have it. */
function hostIn(value: string): string | undefined {
  if (!URL.canParse(value) || !value.includes('://')) return value;
  const { hostname, port, protocol } = new URL(value);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
