import { BUILDING } from './programs/building.ts';
import { CHANGING } from './programs/changing.ts';
import { GIT } from './programs/git.ts';
import { JAVASCRIPT } from './programs/javascript.ts';
import { NETWORK } from './programs/network.ts';
import { READING } from './programs/reading.ts';
import { SYSTEM } from './programs/system.ts';
import type { Program } from './programs/types.ts';

/** All that is known of programs; one that is not here takes a grant, and then anything is its own business. */
const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  Object.entries({ ...BUILDING, ...JAVASCRIPT, ...CHANGING, ...NETWORK, ...SYSTEM, ...READING, git: GIT }),
);

/** `mkfs.ext4` is `mkfs`, `python3.12` is `python3`; a path that is not the system's own is no known program. */
export const programOf = (name: string): Program | undefined => PROGRAMS.get(name) ?? PROGRAMS.get(kindOf(name));

const FAMILIES = /^(mkfs|fsck|python3|python2|python|pip3|pip|node|gcc|clang|ruby|perl|php|lua|vim)[-.]?\d*(?:\.[\w.]+)?$/u;

/** The name that a program goes by in the tables. */
export const kindOf = (name: string): string => SAME.get(name) ?? FAMILIES.exec(name)?.[1] ?? name;

/** Other names of the same program. */
const SAME: ReadonlyMap<string, string> = new Map([
  ...['gawk', 'mawk', 'nawk', 'original-awk'].map((name) => [name, 'awk'] as const),
  ...['gsed', 'gfind', 'ggrep', 'gsort', 'gtar', 'grm', 'gcp', 'gmv', 'gln', 'gdd', 'ghead', 'gtail', 'gxargs'].map((name) => [name, name.slice(1)] as const),
  ['bsdtar', 'tar'],
  ['batcat', 'bat'],
  ['fdfind', 'fd'],
  ['nodejs', 'node'],
  ['view', 'vim'],
  ['vimdiff', 'vim'],
  ['pico', 'nano'],
  ['egrep', 'grep'],
  ['fgrep', 'grep'],
]);
