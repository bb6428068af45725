import { join, relative } from 'node:path';
import { isUnder } from './capability.ts';
import { type Authority, decide } from './decide.ts';
import type { SandboxSpec } from './host.ts';
import type { AbsPath } from './ids.ts';

export interface SandboxInput {
  readonly authority: Authority;
  readonly cwd: AbsPath;
  /** A disposable copy that stands in for `cwd`. */
  readonly copy?: { readonly root: AbsPath; readonly linked: readonly AbsPath[] };
  readonly home: AbsPath;
  readonly userHome: AbsPath;
  readonly path: string;
  /** Seed and records inside the workspace. */
  readonly hidden: readonly AbsPath[];
  /** Files with keys and the like that were not granted. */
  readonly secrets: readonly AbsPath[];
}

/** Version managers keep whole toolchains below one folder of the home; nothing else of it is shown. */
const TOOLCHAINS = ['.pyenv', '.nvm', '.volta', '.rustup', '.asdf', '.local/share/mise', '.bun', '.deno', '.sdkman', '.fnm', '.nodenv', '.rbenv', 'n'];

/** The mounts of a command: workspace writable if granted, the rest read-only, the user's home and Oxios' own folder hidden. Pure. */
export function sandboxFor(input: SandboxInput): SandboxSpec {
  const held = [...input.authority.caps, ...input.authority.granted].filter((one) => one.on === 'fs');
  const granted = (right: 'read' | 'write') => held.filter((one) => one.right === right && one.under !== '/').map((one) => one.under);
  const swap = (path: AbsPath): AbsPath => (input.copy && isUnder(path, input.cwd) ? (join(input.copy.root, relative(input.cwd, path)) as AbsPath) : path);
  const writable = input.copy ? [input.copy.root] : granted('write');
  return {
    writable,
    read_only: [...(input.copy ? input.copy.linked : [input.cwd]), ...granted('read'), ...toolchains(input.path, input.userHome)].filter(
      (path) => !writable.includes(path),
    ),
    hidden: [input.home, ...input.secrets, ...input.hidden.map(swap), ...(input.copy ? [input.cwd] : []), ...homeUnlessRoot(input.userHome)],
    // All or nothing: a command cannot be held to one host, so that only the right to all of them, with none denied, is enough.
    net: decide(input.authority, [{ on: 'net', host: '*' }]).verdict === 'allow',
  };
}

export const homedirOf = (env: Readonly<Record<string, string | undefined>>, userHome: string): string => env.HOME ?? userHome;

const homeUnlessRoot = (userHome: AbsPath): readonly AbsPath[] => (userHome === '/' ? [] : [userHome]);

function toolchains(path: string, userHome: AbsPath): readonly AbsPath[] {
  const found = new Set<AbsPath>();
  for (const folder of path.split(':')) {
    if (!isUnder(folder, userHome) || folder === userHome) continue;
    const below = relative(userHome, folder);
    const chain = TOOLCHAINS.find((one) => isUnder(below, one));
    found.add((chain ? join(userHome, chain) : folder) as AbsPath);
  }
  return [...found];
}
