import { OxiosError } from './errors.ts';
import type { AbsPath } from './ids.ts';

export type Capability =
  | { readonly on: 'fs'; readonly right: 'read' | 'write'; readonly under: AbsPath }
  /** `git` or `git:diff`; `*` is any program. `reads`: the command line was judged to change nothing (needs only). */
  | { readonly on: 'exec'; readonly command: string; readonly reads?: boolean }
  /** Host with optional `:port`; `*` any. */
  | { readonly on: 'net'; readonly host: string }
  | { readonly on: 'memory'; readonly right: 'read' | 'write' }
  | { readonly on: 'mcp'; readonly server: string }
  | { readonly on: 'program'; readonly name: string }
  | { readonly on: 'proc'; readonly right: 'fork' | 'kill' };

/** Reads `fs:read:PATH`, `exec:PROGRAM[:SUBCOMMAND]`, `net:HOST[:PORT]`, `mcp:SERVER`, `program:NAME`, `memory:read|write`, `proc:fork|kill`. Throws RULE_INVALID. */
export function parseRule(rule: string, absolute: (path: string) => AbsPath): Capability {
  const [on, rest] = split(rule);
  const refuse = (why: string): never => {
    throw new OxiosError('RULE_INVALID', `rule "${rule}" ${why}`, {
      hint: 'write fs:read:PATH, fs:write:PATH, exec:PROGRAM[:SUBCOMMAND], net:HOST[:PORT], mcp:SERVER, program:NAME, memory:read|write or proc:fork|kill',
    });
  };
  if (rest === '') return refuse('names nothing');
  switch (on) {
    case 'fs': {
      const [right, path] = split(rest);
      if (right !== 'read' && right !== 'write') return refuse('has a right other than read or write');
      if (path === '') return refuse('names no path');
      return { on, right, under: absolute(path) };
    }
    case 'exec':
      return { on, command: rest };
    case 'net':
      return { on, host: rest.toLowerCase() };
    case 'mcp':
      return { on, server: rest };
    case 'program':
      return { on, name: rest };
    case 'memory':
      return rest === 'read' || rest === 'write' ? { on, right: rest } : refuse('has a right other than read or write');
    case 'proc':
      return rest === 'fork' || rest === 'kill' ? { on, right: rest } : refuse('has a right other than fork or kill');
    default:
      return refuse(`speaks of "${on}", which is not a kind of capability`);
  }
}

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

/** Whether `path` is `root` or lies below it: whole components, never a string prefix. */
export const isUnder = (path: string, root: string): boolean => path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);

/** Whether holding `grant` allows `need`. Writing a place implies reading it. */
export function covers(grant: Capability, need: Capability): boolean {
  switch (grant.on) {
    case 'fs':
      return need.on === 'fs' && (grant.right === 'write' || need.right === 'read') && isUnder(need.under, grant.under);
    case 'exec':
      return need.on === 'exec' && coversCommand(grant, need);
    case 'net':
      return need.on === 'net' && (grant.host === '*' || grant.host === need.host || grant.host === need.host.replace(/:\d+$/, ''));
    case 'mcp':
      return need.on === 'mcp' && (grant.server === '*' || grant.server === need.server);
    case 'program':
      return need.on === 'program' && (grant.name === '*' || grant.name === need.name);
    default:
      return need.on === grant.on && (need.right === grant.right || (grant.on === 'memory' && grant.right === 'write'));
  }
}

/** What a child gets of what it asked for: the meet of both sets, never more than either. */
export function narrow(held: readonly Capability[], asked: readonly Capability[]): readonly Capability[] {
  const kept = new Map<string, Capability>();
  const keep = (one: Capability) => kept.set(`${formatRule(one)}${one.on === 'exec' && one.reads ? '#reads' : ''}`, one);
  for (const one of asked) if (held.some((grant) => covers(grant, one))) keep(one);
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
