import type { PathGuard } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';

/** Where a walk ended: a directory that is held, and the last name in it. */
export interface Spot {
  /** The path really reached, free of links. */
  readonly path: AbsPath;
  /** The directory that is held. */
  readonly dir: AbsPath;
  /** Undefined when the held directory itself is meant. */
  readonly name: string | undefined;
  /** How a system call names the last component, so that nothing above it can be swapped. */
  readonly entry: string;
  /** How a system call names another entry of the held directory. */
  beside(name: string): string;
  /** Throws PATH_DENIED when the opened file is not the one the walk led to (only where directories cannot be held). */
  confirm(fd: number): void;
  release(): void;
}

/** What `last` returns when the last component is a link: the walk goes on with its target. */
export const LINK = Symbol('link');

export interface WalkRequest<T> {
  readonly path: AbsPath;
  readonly guard: PathGuard;
  /** Missing parents are made. */
  readonly make?: boolean;
  /** Called with the guard's consent; may be called again for the target of a link. */
  last(spot: Spot): T | typeof LINK;
}

export interface Walked<T> {
  /** The caller releases it. */
  readonly spot: Spot;
  readonly value: T;
}

export type Walk = <T>(request: WalkRequest<T>) => Walked<T>;

/** Linux follows 40 links in one lookup (path_resolution(7)). */
export const MAX_HOPS = 40;

/** What the kernel's own process shows of itself is never an agent's to read. */
export const isPseudo = (path: string): boolean => path === '/proc' || path.startsWith('/proc/');
