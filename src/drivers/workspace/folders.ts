import { hash } from 'node:crypto';
import { type Entry, folderOf, type Manifest, nameOf } from './manifest.ts';

/** A manifest by folder: names are found faster than paths, and a folder without changes keeps its hash. */
export interface Folders {
  /** What is in a folder, by name; the path of the top is empty. */
  in(folder: string): ReadonlyMap<string, Entry> | undefined;
  set(path: string, entry: Entry): void;
  delete(path: string): void;
  /** Hex SHA-256 over folders, paths, kinds, modes and contents. */
  hash(): string;
}

export function createFolders(manifest: Manifest): Folders {
  const folders = new Map<string, Map<string, Entry>>();
  const hashes = new Map<string, string>();
  const set = (path: string, entry: Entry): void => {
    const at = folderOf(path);
    const folder = folders.get(at) ?? new Map<string, Entry>();
    folders.set(at, folder);
    folder.set(nameOf(path), entry);
    hashes.delete(at);
  };
  for (const [path, entry] of manifest) set(path, entry);
  return {
    in: (folder) => folders.get(folder),
    set,
    delete(path) {
      const at = folderOf(path);
      const folder = folders.get(at);
      folder?.delete(nameOf(path));
      if (folder?.size === 0) folders.delete(at);
      hashes.delete(at);
    },
    hash() {
      for (const [at, folder] of folders) if (!hashes.has(at)) hashes.set(at, hashOf(at, folder));
      const lines = [...hashes].map(([at, one]) => `${at}\0${one}\n`);
      return hash('sha256', whole(lines.sort().join('')), 'hex');
    },
  };
}

function hashOf(at: string, folder: ReadonlyMap<string, Entry>): string {
  const prefix = at === '' ? '' : `${at}/`;
  const lines = [...folder].map(([name, entry]) => `${prefix}${name}\0${entry.kind} ${entry.mode.toString(8)} ${entry.sha256}\n`);
  return hash('sha256', whole(lines.sort().join('')), 'hex');
}

/** As bytes a lone surrogate would be the same as any other. */
const whole = (text: string): string => (text.isWellFormed() ? text : JSON.stringify(text));
