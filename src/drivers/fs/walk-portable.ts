import { fstatSync, lstatSync, mkdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isUnder } from '../../kernel/capability.ts';
import { errnoOf } from '../../kernel/errors.ts';
import type { PathGuard } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { denied, failure, linkLoop, missing } from './failure.ts';
import { isPseudo, LINK, MAX_HOPS, type Spot, type Walk } from './spot.ts';

/**
 * For systems without `/proc`: the real path of the longest existing parent is judged, and an opened file is compared
 * with it afterwards. Weaker than holding directories: a write can be misled by a swap between the check and the rename.
 */
export const walkPortable: Walk = ({ path, guard, make = false, last }) => {
  let asked: string = path;
  for (let hops = 0; hops <= MAX_HOPS; hops++) {
    const dir = folderOf(path, asked, guard, make);
    const name = asked === '/' ? undefined : basename(asked);
    const spot = spotAt(path, dir, name, guard);
    if (!granted(spot.path, guard) || !guard.allows(spot.path)) throw denied(path, spot.path, guard);
    const value = reach(path, spot, guard, last);
    if (value !== LINK) return { spot, value };
    asked = joined(dir, readlinkSync(spot.entry));
  }
  throw linkLoop(path, MAX_HOPS);
};

/** Not made shorter: `..` behind a link leads up from where the link leads. */
const joined = (dir: string, target: string): string => (target.startsWith('/') ? target : `${dir}/${target}`).replace(/(.)\/+$/u, '$1');

function folderOf(path: AbsPath, asked: string, guard: PathGuard, make: boolean): string {
  const folder = dirname(asked);
  const real = realOfExisting(folder);
  if (real.rest === '') return real.path;
  const target = join(real.path, real.rest, basename(asked));
  if (!make) {
    const [name = ''] = real.rest.split('/');
    throw missing(path, real.path, name, { where: real.path, guard });
  }
  if (!granted(target, guard) || !guard.allows(target as AbsPath)) throw denied(path, target, guard);
  try {
    mkdirSync(folder, { recursive: true });
    return realpathSync.native(folder);
  } catch (error) {
    throw failure(path, error);
  }
}

/** The real path of the longest part that exists, and what is left of it. */
export function realOfExisting(path: string): { readonly path: string; readonly rest: string } {
  for (let folder = path, rest = ''; ; rest = join(basename(folder), rest), folder = dirname(folder)) {
    try {
      return { path: realpathSync.native(folder), rest };
    } catch (error) {
      if (folder === '/' || errnoOf(error) !== 'ENOENT') throw failure(path, error);
    }
  }
}

function reach<T>(path: AbsPath, spot: Spot, guard: PathGuard, last: (spot: Spot) => T | typeof LINK): T | typeof LINK {
  try {
    return last(spot);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && spot.name !== undefined) throw missing(path, spot.dir, spot.name, { where: spot.dir, guard });
    throw failure(path, error);
  }
}

const granted = (path: string, guard: PathGuard): boolean => !isPseudo(path) && guard.roots.some((root) => isUnder(path, root));

function spotAt(asked: string, dir: string, name: string | undefined, guard: PathGuard): Spot {
  const path = (name === undefined ? dir : join(dir, name)) as AbsPath;
  return {
    path,
    dir: dir as AbsPath,
    name,
    entry: path,
    beside: (other) => join(dir, other),
    confirm(fd) {
      const opened = fstatSync(fd);
      const there = lstatSync(path);
      const real = realpathSync.native(dir);
      if (opened.ino !== there.ino || opened.dev !== there.dev || real !== dir) throw denied(asked, real, guard);
    },
    release: () => undefined,
  };
}
