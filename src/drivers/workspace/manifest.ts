/** One file, link or folder as it was found. */
export interface Entry {
  /** `large`: a file that is known by size and time only, and whose content is not kept. */
  readonly kind: 'file' | 'link' | 'dir' | 'large';
  readonly mode: number;
  readonly size: number;
  /** Of the content, or of a link's target; hex SHA-256. Empty for a folder. */
  readonly sha256: string;
  /** While these and size and mode are the same, it did not change and is not read. 0: read it again. */
  readonly mtime: number;
  readonly ctime: number;
  readonly ino: number;
  /** The last scan that met it. */
  met: number;
}

export type Manifest = Map<string, Entry>;

/** The same of another folder: every file is read again there. */
export const unread = (manifest: Manifest): Manifest => new Map([...manifest].map(([path, entry]) => [path, { ...entry, mtime: 0, ctime: 0, ino: 0, met: 0 }]));

export const isSame = (a: Entry, b: Entry): boolean => a.sha256 === b.sha256 && a.mode === b.mode && a.kind === b.kind;

/** The folder a path is in; the top is empty. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
