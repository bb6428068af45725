import { closeSync, constants, mkdirSync, openSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { isUnder } from '../../kernel/capability.ts';
import { errnoOf } from '../../kernel/errors.ts';
import type { PathGuard } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { landing } from '../../kernel/mount.ts';
import { denied, failure, linkLoop, missing, throughFile } from './failure.ts';
import { isPseudo, LINK, MAX_HOPS, type Spot, type Walk, type Walked } from './spot.ts';

/**
 * Opens each component relative to the one before, through `/proc/self/fd`, and follows links by hand: a directory
 * swapped for a link in the middle of it leads nowhere else. The roots of a guard must be canonical paths.
 */
export const walk: Walk = (request) => {
  const { path, guard, make = false } = request;
  const trip = straight(path, guard) ?? inMount(path, guard) ?? { asked: path, guard, at: '/', fd: NONE, todo: components(path), hops: 0 };
  try {
    for (;;) {
      const found = step(trip, make, request.last);
      if (found) return found;
    }
  } finally {
    if (trip.fd !== NONE) closeSync(trip.fd);
  }
};

/** One component further; what was found when it was the last one. */
function step<T>(trip: Trip, make: boolean, last: (spot: Spot) => T | typeof LINK): Walked<T> | undefined {
  for (cross(trip); trip.fd === NONE; cross(trip)) begin(trip);
  const name = trip.todo.shift();
  if (name === '..') leave(trip, dirname(trip.at));
  else if (name === undefined || trip.todo.length === 0) return arrive(trip, name, last);
  else descend(trip, name, make);
  return undefined;
}

/** The last component: judged, then used. Undefined when it was a link, and the walk goes on with its target. */
function arrive<T>(trip: Trip, name: string | undefined, last: (spot: Spot) => T | typeof LINK): Walked<T> | undefined {
  const spot = spotAt(trip.fd, trip.at, name);
  if (isPseudo(spot.path) || !trip.guard.allows(spot.path)) throw denied(trip.asked, spot.path, trip.guard);
  const value = reach(trip, spot, last);
  if (value === LINK) {
    follow(trip, name ?? '.');
    return undefined;
  }
  trip.fd = NONE;
  return { spot, value };
}

interface Trip {
  readonly asked: AbsPath;
  readonly guard: PathGuard;
  /** The directory reached: canonical, since every link up to it was resolved. */
  at: string;
  /** `at`, held; NONE when it must be entered again from a root. */
  fd: number;
  todo: string[];
  hops: number;
}

const NONE = -1;
/** Only to step through: needs search permission, not read. Linux's asm-generic/fcntl.h; Node does not name it. */
const O_PATH = 0o10000000;
const STEP = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const ENTER = O_PATH | constants.O_DIRECTORY;

/**
 * The folder of a plain path in one step. A held folder whose path is, letter for letter, the one that was asked for was reached
 * through no link: it is the folder a walk by components would hold. All else walks: undefined.
 */
function straight(path: AbsPath, guard: PathGuard): Trip | undefined {
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, slash);
  if (!PLAIN.test(path) || !guard.roots.some((root) => isUnder(folder, root))) return undefined;
  let fd = NONE;
  try {
    fd = openSync(folder, STEP);
    const trip: Trip = { asked: path, guard, at: folder, fd, todo: [path.slice(slash + 1)], hops: 0 };
    if (readlinkSync(`/proc/self/fd/${fd}`) === folder) return trip;
  } catch {
    // Whatever it is, the walk meets it as well and says what is wrong.
  }
  if (fd !== NONE) closeSync(fd);
  return undefined;
}

/** Absolute, in a folder that is not the root, no empty, `.` or `..` component. */
const PLAIN = /^(?:\/(?!\.{0,2}(?:\/|$))[^/]+){2,}$/u;

/** Enters the outermost root on the way. Above every root a name is only a name: nothing is opened there. */
function begin(trip: Trip): void {
  for (;;) {
    if (cross(trip)) return;
    const name = trip.todo[0];
    const next = nextPlace(trip.at, name);
    const root = name === '..' ? undefined : rootFor(trip.guard, next);
    if (root !== undefined) {
      enter(trip, root);
      return;
    }
    if (!leadsOn(trip, name, next)) throw denied(trip.asked, childrenOf(next, trip.todo.slice(1)), trip.guard);
    trip.todo.shift();
    trip.at = next;
  }
}

function nextPlace(at: string, name: string | undefined): string {
  if (name === undefined) return at;
  return name === '..' ? dirname(at) : childOf(at, name);
}

/** Whether a root can still be below. */
const leadsOn = ({ guard }: Trip, name: string | undefined, next: string): boolean =>
  name === '..' || (name !== undefined && [...guard.roots, ...(guard.mount ? [guard.mount.at] : [])].some((one) => isUnder(one, next)));

/** A path into a mount begins there: on the way to it no name stands for another place. */
function inMount(path: AbsPath, guard: PathGuard): Trip | undefined {
  const { mount } = guard;
  if (!mount || !isUnder(path, mount.root)) return undefined;
  const trip: Trip = { asked: path, guard, at: mount.root, fd: NONE, todo: components(path.slice(mount.root.length)), hops: 0 };
  trip.fd = openFolder(trip, mount.root);
  return trip.fd === NONE ? undefined : trip;
}

/** Where the next name leads into a mount, out of it or through it, the walk goes on there. Above every root nothing is opened. Whether a folder is held. */
function cross(trip: Trip): boolean {
  const { mount } = trip.guard;
  const next = (): ReturnType<typeof landing> => (mount && trip.todo[0] !== undefined ? landing(mount, trip.at, trip.todo[0]) : undefined);
  for (let to = next(); mount && to; to = next()) {
    leave(trip, to.folder);
    trip.todo = [...(to.name === undefined ? [] : [to.name]), ...trip.todo.slice(1)];
    if (isUnder(to.folder, mount.root) || to.name !== undefined) trip.fd = openFolder(trip, to.folder);
  }
  return trip.fd !== NONE;
}

/** Holds the root, or where it does not exist (yet) or is a file, the nearest folder above it. */
function enter(trip: Trip, root: string): void {
  const whole = [...components(trip.at), ...trip.todo];
  for (let folder = root; ; folder = dirname(folder)) {
    const fd = openFolder(trip, folder);
    if (fd === NONE) continue;
    trip.fd = fd;
    const real = readlinkSync(`/proc/self/fd/${fd}`);
    // A root that became a link since it was granted must not carry the grant with it.
    if (real !== folder && !trip.guard.allows(real as AbsPath)) throw denied(trip.asked, real, trip.guard);
    trip.at = real;
    trip.todo = whole.slice(components(folder).length);
    return;
  }
}

function openFolder(trip: Trip, folder: string): number {
  try {
    return openSync(folder, ENTER);
  } catch (error) {
    const code = errnoOf(error);
    if (folder !== '/' && (code === 'ENOENT' || code === 'ENOTDIR')) return NONE;
    throw failure(trip.asked, error);
  }
}

function descend(trip: Trip, name: string, make: boolean): void {
  const entry = `/proc/self/fd/${trip.fd}/${name}`;
  let next: number;
  try {
    next = openSync(entry, STEP);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOTDIR' || code === 'ELOOP') {
      follow(trip, name);
      return;
    }
    if (code !== 'ENOENT') throw failure(trip.asked, error);
    if (!make) throw missing(trip.asked, trip.at, name, { where: `/proc/self/fd/${trip.fd}`, guard: trip.guard });
    next = makeFolder(trip, entry, name);
  }
  leave(trip, childOf(trip.at, name));
  trip.fd = next;
}

function makeFolder(trip: Trip, entry: string, name: string): number {
  const target = [childOf(trip.at, name), ...trip.todo].join('/');
  if (trip.todo.includes('..') || isPseudo(target) || !trip.guard.allows(target as AbsPath)) throw denied(trip.asked, target, trip.guard);
  try {
    mkdirSync(entry);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw failure(trip.asked, error);
  }
  try {
    return openSync(entry, STEP);
  } catch (error) {
    throw failure(trip.asked, error);
  }
}

function reach<T>(trip: Trip, spot: Spot, last: (spot: Spot) => T | typeof LINK): T | typeof LINK {
  try {
    return last(spot);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && spot.name !== undefined) {
      throw missing(trip.asked, trip.at, spot.name, { where: `/proc/self/fd/${trip.fd}`, guard: trip.guard });
    }
    throw failure(trip.asked, error);
  }
}

/** The target of a link takes the place of its name; a relative one goes on from the folder that holds the link. */
function follow(trip: Trip, name: string): void {
  if (++trip.hops > MAX_HOPS) throw linkLoop(trip.asked, MAX_HOPS);
  const target = linkTarget(trip, name);
  trip.todo = [...components(target), ...trip.todo];
  if (target.startsWith('/')) leave(trip, '/');
}

function linkTarget(trip: Trip, name: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${trip.fd}/${name}`);
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') throw throughFile(trip.asked, error);
    throw failure(trip.asked, error);
  }
}

function leave(trip: Trip, at: string): void {
  if (trip.fd !== NONE) closeSync(trip.fd);
  trip.fd = NONE;
  trip.at = at;
}

function spotAt(fd: number, dir: string, name: string | undefined): Spot {
  return {
    path: (name === undefined ? dir : childOf(dir, name)) as AbsPath,
    dir: dir as AbsPath,
    name,
    entry: `/proc/self/fd/${fd}/${name ?? '.'}`,
    beside: (other) => `/proc/self/fd/${fd}/${other}`,
    confirm: () => undefined,
    release: () => closeSync(fd),
  };
}

/** A mount is never entered from a folder around it, where names on the way would count. */
const rootFor = ({ roots, mount }: PathGuard, path: string): string | undefined => (mount && isUnder(path, mount.root) ? mount.root : outermost(roots, path));

function outermost(roots: readonly string[], path: string): string | undefined {
  let best: string | undefined;
  for (const root of roots) if (isUnder(path, root) && (best === undefined || root.length < best.length)) best = root;
  return best;
}

const childOf = (folder: string, name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`);

const childrenOf = (folder: string, names: readonly string[]): string => [folder === '/' ? '' : folder, ...names].join('/') || '/';

const components = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.');
