import type { AbsPath } from './ids.ts';

/**
 * A folder that a process sees in the place of the workspace. All that is decided, asked, remembered and logged speaks of
 * the workspace; only where a file is opened and where a command is run does its real place count.
 */
export interface Mount {
  /** Where the files really are. */
  readonly root: AbsPath;
  /** Names in the workspace that are seen as they are there, for reading: what no copy has, such as node_modules and .git. */
  readonly through: readonly string[];
}
