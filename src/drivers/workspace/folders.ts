import { hash } from 'node:crypto';
import type { Entry, Manifest } from './manifest.ts';

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
    const { at, name } = split(path);
    const folder = folders.get(at) ?? new Map<string, Entry>();
    folders.set(at, folder);
    folder.set(name, entry);
    hashes.delete(at);
  };
  for (const [path, entry] of manifest) set(path, entry);
  return {
    in: (folder) => folders.get(folder),
    set,
    delete(path) {
      const { at, name } = split(path);
      const folder = folders.get(at);
      folder?.delete(name);
      if (folder?.size === 0) folders.delete(at);
      hashes.delete(at);
    },
    hash() {
      for (const [at, folder] of folders) if (!hashes.has(at)) hashes.set(at, hashOf(at, folder));
      const lines = [...hashes].map(([at, one]) => `${at}\0${one}\n`);
      return hash('sha256', lines.sort().join(''), 'hex');
    },
  };
}

function hashOf(at: string, folder: ReadonlyMap<string, Entry>): string {
  const prefix = at === '' ? '' : `${at}/`;
  const lines = [...folder].map(([name, entry]) => `${prefix}${name}\0${entry.kind} ${entry.mode.toString(8)} ${entry.sha256}\n`);
  return hash('sha256', lines.sort().join(''), 'hex');
}

function split(path: string): { readonly at: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return { at: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}
