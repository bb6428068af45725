import { basename, dirname } from 'node:path';
import { isUnder } from '../capability.ts';
import type { AbsPath } from '../ids.ts';

/** Folders whose files are the machine's own; macOS keeps some of them below `/private`. */
const SYSTEM = /^(?:\/private)?\/(?:etc|usr|bin|sbin|lib|lib32|lib64|libx32|boot|dev|proc|sys|System|Library)(?:\/|$)/u;
/** These are as well, as a whole. */
const WIDE = /^(?:\/private)?\/(?:var|opt|root|run|srv|home|Users|mnt|media|snap|Applications|Volumes|nix)(?:\/[^/]*)?$/u;

/** Whether a file belongs to the system, so that no command of an agent writes it. */
export const systemPlace = (path: AbsPath, cwd: AbsPath): boolean =>
  !isUnder(path, cwd) && (path === '/' || SYSTEM.test(path) || /^[A-Za-z]:\\(?:Windows|Program)/u.test(path));

export interface Whole {
  readonly cwd: AbsPath;
  readonly userHome: AbsPath;
  readonly sparesWorkspace?: true;
}

/** Why a place is too much to be taken away with all that is in it; undefined when it is not. */
export function wholePlace(path: AbsPath, { cwd, userHome, sparesWorkspace }: Whole): string | undefined {
  // All files of a folder are the folder.
  const place = (/^[*?.[\]!^]+$/u.test(basename(path)) && /[*?[]/u.test(path) ? dirname(path) : path) as AbsPath;
  if (isUnder(place, cwd)) return place === cwd && sparesWorkspace ? undefined : inWorkspace(place, cwd);
  if (isUnder(cwd, place)) return 'it holds the workspace';
  if (isUnder(userHome, place)) return 'it holds the home of the user';
  return SYSTEM.test(place) || WIDE.test(place) || dirname(place) === '/' ? 'it belongs to the system' : undefined;
}

function inWorkspace(place: AbsPath, cwd: AbsPath): string | undefined {
  if (place === cwd) return 'it is the whole workspace';
  return /(?:^|\/)\.git$/iu.test(place) ? 'it is the history of the work' : undefined;
}
