import { basename, dirname, join, relative } from 'node:path';
import { type Capability, isUnder } from './capability.ts';
import { type Authority, decide, withheld } from './decide.ts';
import type { SandboxSpec } from './host.ts';
import type { AbsPath } from './ids.ts';
import type { Mounted } from './mount.ts';
import { credentialsIn, startupIn } from './protect.ts';

export interface SandboxInput {
  readonly authority: Authority;
  readonly cwd: AbsPath;
  /** A disposable copy that stands in for `cwd`. */
  readonly copy?: { readonly root: AbsPath; readonly linked: readonly AbsPath[] };
  /** What the process sees in the place of the workspace. */
  readonly mount?: Mounted | undefined;
  readonly home: AbsPath;
  /** Of the user: as the environment and as the system names it. */
  readonly homes: readonly AbsPath[];
  readonly path: string;
  /** Seed and records inside the workspace. */
  readonly hidden: readonly AbsPath[];
  /** Files with keys and the like that were not granted. */
  readonly secrets: readonly AbsPath[];
  /** `.git` of repositories inside the workspace. */
  readonly repositories: readonly AbsPath[];
  /** Folders of a home that is itself granted for writing. */
  readonly homeFolders: readonly AbsPath[];
}

/**
 * Version managers and caches keep whole toolchains below one folder of the home, and name each other: nothing else of it is
 * shown, and none of these holds a key. Of some, only the part that does not.
 */
const TOOLCHAINS = `
  .pyenv .nvm .volta .rustup .asdf .bun .deno .sdkman .fnm .nodenv .rbenv .rvm .linuxbrew .opam .ghcup .juliaup .elan .dotnet .foundry .krew n
  .cargo/bin .cargo/registry .cargo/git .cargo/env go/bin go/pkg .local/bin .local/lib .local/pipx .local/share/mise .local/share/fnm .local/share/uv
  .local/share/pnpm .local/share/pipx .local/share/virtualenvs .npm-global .yarn miniconda3 miniforge3 anaconda3 .m2/repository .gradle/wrapper .gem/ruby
`
  .trim()
  .split(/\s+/u) as readonly string[];

/** The homes of others, and what is installed beside them. */
const HOMES: readonly AbsPath[] = ['/home', '/root'].map((folder) => folder as AbsPath);

/** The mounts of a command: workspace writable if granted, the rest read-only, homes and Oxios' own folder hidden. Pure. */
export function sandboxFor(input: SandboxInput): SandboxSpec {
  const { authority, copy, cwd, home, mount } = input;
  const off = withheld(authority);
  const held = [...authority.caps, ...authority.granted].filter((one) => one.on === 'fs' && one.under !== '/');
  const under = (list: readonly Capability[], right: 'read' | 'write') => list.flatMap((one) => (one.on === 'fs' && one.right === right ? [one.under] : []));
  const swap = (path: AbsPath): AbsPath => (copy && isUnder(path, cwd) ? (join(copy.root, relative(cwd, path)) as AbsPath) : path);
  const granted = under(held, 'write');
  const named = [...(copy ? [copy.root] : granted), ...(copy ? copy.linked : [cwd]), ...under(held, 'read')];
  const { homeFolders, homes } = input;
  const beside = granted.filter((path) => !homes.includes(path) && !homeFolders.some((one) => isUnder(path, one)));
  // What is mounted by itself cannot be removed or renamed, or even be written when it is only to be read: in a folder that is writable nothing is.
  const writable = copy ? [copy.root] : [...outermost(beside), ...homeFolders];
  const readable = [...(copy ? copy.linked : [cwd]), ...under(held, 'read').filter((path) => copy || !writable.some((one) => isUnder(path, one)))];
  const isGranted = (path: AbsPath): boolean => named.some((one) => one === path);
  const isShown = (folder: AbsPath): boolean => named.some((one) => isUnder(folder, one));
  return {
    writable,
    read_only: [
      ...readable,
      ...(mount ? mount.through.map((name) => join(mount.at, name) as AbsPath) : []),
      ...toolchains(input.path, input.homes),
      ...under(off, 'write').map(swap),
      ...input.repositories.map(swap),
      ...(copy ? [] : homes.filter((folder) => granted.some((one) => isUnder(folder, one)))),
      ...[join(cwd, '.oxios') as AbsPath, ...startupIn(input.homes)].map(swap).filter((path) => writable.some((one) => isUnder(path, one))),
    ].filter((path) => !writable.includes(path) || under(off, 'write').includes(path)),
    hidden: [
      home,
      ...input.secrets,
      ...input.hidden.map(swap),
      ...under(off, 'read').map(swap),
      ...(copy ? [cwd] : []),
      ...credentialsIn(input.homes).filter((path) => !isGranted(path)),
    ],
    private: [...HOMES, ...input.homes].filter((folder) => !isShown(folder)),
    // All or nothing: a command cannot be held to one host, so that only the right to all of them, with none denied, is enough.
    net: decide(authority, [{ on: 'net', host: '*' }]).verdict === 'allow',
    ...(mount ? { mount } : {}),
  };
}

const outermost = (paths: readonly AbsPath[]): readonly AbsPath[] => paths.filter((path) => !paths.some((one) => one !== path && isUnder(path, one)));

export const homedirOf = (env: Readonly<Record<string, string | undefined>>, userHome: string): string => env.HOME ?? userHome;

/** Programs that the user's PATH finds in a home, with what they are installed with. */
function toolchains(path: string, homes: readonly AbsPath[]): readonly AbsPath[] {
  const all = [...HOMES, ...homes];
  const onPath = path
    .split(':')
    .flatMap((folder) => (all.some((home) => folder !== home && isUnder(folder, home)) ? [installed(folder as AbsPath, homes)] : []));
  return [...new Set([...homes.flatMap((home) => TOOLCHAINS.map((name) => join(home, name) as AbsPath)), ...onPath])];
}

/** `bin` stands beside what its programs need; not where it collects programs of many. */
function installed(folder: AbsPath, homes: readonly AbsPath[]): AbsPath {
  const around = dirname(folder) as AbsPath;
  const isOfOne =
    ['bin', 'sbin', '.bin', 'shims'].includes(basename(folder)) && !homes.some((home) => isUnder(home, around)) && !SHARED.includes(basename(around));
  return isOfOne ? around : folder;
}

const SHARED = ['.local', '.cargo', 'go', 'home'];
