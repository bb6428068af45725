import { OxiosError } from './errors.ts';
import type { Host, HostFs, PathGuard } from './host.ts';
import type { AbsPath } from './ids.ts';
import { isThrough, type Mounted, realOf, seenAs } from './mount.ts';

/** The host as a process sees it: the same, or with another folder in the place of the workspace. */
export const hostSeen = (host: Host, mount: Mounted | undefined): Host => (mount ? { ...host, fs: mountedFs(host.fs, mount) } : host);

/** The edge of a mount: paths go in as the process names them, and come out so. The guard is asked in its words too. */
export function mountedFs(fs: HostFs, mount: Mounted): HostFs {
  const real = (path: AbsPath): AbsPath => realOf(mount, path);
  const seen = (path: AbsPath): AbsPath => seenAs(mount, path) ?? path;
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw inItsWords(mount, error);
    }
  };
  const reading = (guard: PathGuard): PathGuard => guardOf(mount, guard, true);
  const writing = (guard: PathGuard): PathGuard => guardOf(mount, guard, false);
  return {
    async read(path, guard, range) {
      const found = await told(fs.read(real(path), reading(guard), range));
      return { ...found, path: seen(found.path) };
    },
    async write(path, bytes, guard, options) {
      if (isThrough(mount, path)) throw readOnly(path);
      const done = await told(fs.write(real(path), bytes, writing(guard), options));
      return { ...done, path: seen(done.path) };
    },
    tidy: (path, guard) => told(fs.tidy(real(path), writing(guard))),
    stat: (path, guard) => told(fs.stat(real(path), reading(guard))),
    reach: async (path) => seen(await fs.reach(real(path), mount)),
    list: (path, guard) => told(fs.list(real(path), reading(guard))),
    search: (request, guard, signal) => told(fs.search({ ...request, under: real(request.under) }, reading(guard), signal)),
    find: (request, guard, signal) => told(fs.find({ ...request, under: real(request.under) }, reading(guard), signal)),
  };
}

function guardOf(mount: Mounted, guard: PathGuard, reads: boolean): PathGuard {
  const through = reads ? mount.through.map((name) => `${mount.at}/${name}` as AbsPath) : [];
  const roots = guard.roots.flatMap((root) => [realOf(mount, root), ...through.filter((one) => one.startsWith(`${root === '/' ? '' : root}/`))]);
  return {
    roots: guard.roots.some((root) => mount.at.startsWith(`${root === '/' ? '' : root}/`)) ? [...roots, mount.root] : roots,
    allows(reached) {
      const path = seenAs(mount, reached);
      return path !== undefined && (reads || !isThrough(mount, path)) && guard.allows(path);
    },
    mount,
  };
}

const readOnly = (path: AbsPath): OxiosError =>
  new OxiosError('PATH_DENIED', `${path} is only for reading while others work beside this agent`, { hint: 'leave what is installed as it is' });

/** Where files really are is nobody's business. */
function inItsWords(mount: Mounted, error: unknown): unknown {
  if (!(error instanceof OxiosError)) return error;
  const said = (text: string): string => text.replaceAll(mount.root, mount.at);
  return new OxiosError(error.code, said(error.detail), { ...(error.hint === undefined ? {} : { hint: said(error.hint) }), cause: error });
}
