import { OxiosError } from './errors.ts';
import type { AbsPath } from './ids.ts';
import { hostCovers, hostOfRule, hostOpens } from './net/endpoint.ts';

export type Capability =
  | { readonly on: 'fs'; readonly right: 'read' | 'write'; readonly under: AbsPath }
  /** `git` or `git:diff`; `*` is any program. `reads`: the command line was judged to change nothing. `raise`: it does more than a grant is meant for (needs only). */
  | { readonly on: 'exec'; readonly command: string; readonly reads?: boolean; readonly raise?: Raise }
  /** Host with optional `:port`; `*` is any public one. */
  | { readonly on: 'net'; readonly host: string }
  | { readonly on: 'memory'; readonly right: 'read' | 'write' }
  | { readonly on: 'mcp'; readonly server: string }
  | { readonly on: 'program'; readonly name: string }
  | { readonly on: 'proc'; readonly right: 'fork' | 'kill' };

/** The least that is answered to a command, whatever is granted. */
export interface Raise {
  readonly to: 'ask' | 'deny';
  readonly rule: string;
  readonly reason: string;
  /** A grant that names exactly this command is enough. */
  readonly named?: true;
}

/** Reads `fs:read:PATH`, `exec:PROGRAM[:SUBCOMMAND]`, `net:HOST[:PORT]`, `mcp:SERVER`, `program:NAME`, `memory:read|write`, `proc:fork|kill`. Throws RULE_INVALID. */
export function parseRule(rule: string, absolute: (path: string) => AbsPath): Capability {
  const [on, rest] = split(rule);
  const read = READERS[on];
  const found = !read ? `speaks of "${on}", which is not a kind of capability` : rest === '' ? 'names nothing' : read(rest, absolute);
  if (typeof found !== 'string') return found;
  throw new OxiosError('RULE_INVALID', `rule "${rule}" ${found}`, {
    hint: 'write fs:read:PATH, fs:write:PATH, exec:PROGRAM[:SUBCOMMAND], net:HOST[:PORT], mcp:SERVER, program:NAME, memory:read|write or proc:fork|kill',
  });
}

/** By kind: the capability, or what is wrong with the rest of the rule. */
const READERS: Readonly<Record<string, (rest: string, absolute: (path: string) => AbsPath) => Capability | string>> = {
  fs(rest, absolute) {
    const [right, path] = split(rest);
    if (right !== 'read' && right !== 'write') return 'has a right other than read or write';
    return path === '' ? 'names no path' : { on: 'fs', right, under: absolute(path) };
  },
  exec: (command) => ({ on: 'exec', command }),
  net(rest) {
    const host = hostOfRule(rest);
    return host === undefined ? 'names no host: a name, an address or *, and a port if you like' : { on: 'net', host };
  },
  mcp: (server) => ({ on: 'mcp', server }),
  program: (name) => ({ on: 'program', name }),
  memory: (right) => (right === 'read' || right === 'write' ? { on: 'memory', right } : 'has a right other than read or write'),
  proc: (right) => (right === 'fork' || right === 'kill' ? { on: 'proc', right } : 'has a right other than fork or kill'),
};

export function formatRule(capability: Capability): string {
  switch (capability.on) {
    case 'fs':
      return `fs:${capability.right}:${capability.under}`;
    case 'exec':
      return `exec:${capability.command}`;
    case 'net':
      return `net:${capability.host}`;
    case 'mcp':
      return `mcp:${capability.server}`;
    case 'program':
      return `program:${capability.name}`;
    default:
      return `${capability.on}:${capability.right}`;
  }
}

/** For the log and for people: also says what a rule cannot. */
export const ruleOf = (one: Capability): string => (one.on === 'exec' && one.reads ? `${formatRule(one)} (commands that only read)` : formatRule(one));

/** Whether `path` is `root` or lies below it: whole components, never a string prefix. */
export const isUnder = (path: string, root: string): boolean => path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);

/** Whether holding `grant` allows `need`. Writing a place implies reading it. */
export const covers = (grant: Capability, need: Capability): boolean =>
  grant.on === need.on && (COVERS[grant.on] as (grant: Capability, need: Capability) => boolean)(grant, need);

/** Whether holding `grant` gives `need`: what covers it limits it, and need not give it. */
export const opens = (grant: Capability, need: Capability): boolean =>
  covers(grant, need) && (grant.on !== 'net' || need.on !== 'net' || hostOpens(grant.host, need.host));

type Kind = Capability['on'];
type Of<K extends Kind> = Extract<Capability, { on: K }>;

/** Both are of the kind of the row. */
const COVERS: { readonly [K in Kind]: (grant: Of<K>, need: Of<K>) => boolean } = {
  fs: (grant, need) => coversRight(grant.right, need.right) && isUnder(need.under, grant.under),
  exec: (grant, need) => coversCommand(grant, need),
  net: (grant, need) => hostCovers(grant.host, need.host),
  mcp: (grant, need) => ['*', need.server].includes(grant.server),
  program: (grant, need) => ['*', need.name].includes(grant.name),
  memory: (grant, need) => coversRight(grant.right, need.right),
  proc: (grant, need) => grant.right === need.right,
};

const coversRight = (granted: 'read' | 'write', needed: 'read' | 'write'): boolean => granted === 'write' || needed === 'read';

/** What a child gets of what it asked for: the meet of both sets, never more than either. */
export function narrow(held: readonly Capability[], asked: readonly Capability[]): readonly Capability[] {
  const kept = new Map<string, Capability>();
  const keep = (one: Capability) => kept.set(`${formatRule(one)}${one.on === 'exec' && one.reads ? '#reads' : ''}`, one);
  for (const one of asked) if (held.some((grant) => opens(grant, one))) keep(one);
  for (const grant of held) if (asked.some((one) => covers(one, grant))) keep(grant);
  return [...kept.values()];
}

type Exec = Extract<Capability, { on: 'exec' }>;

function coversCommand(grant: Exec, need: Exec): boolean {
  if (grant.reads && !need.reads) return false;
  return grant.command === '*' || grant.command === need.command || need.command.startsWith(`${grant.command}:`);
}

function split(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
