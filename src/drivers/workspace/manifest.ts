/** One file or link as it was found. */
export interface Entry {
  readonly kind: 'file' | 'link';
  readonly mode: number;
  readonly size: number;
  /** Of the content, or of a link's target; hex SHA-256. */
  readonly sha256: string;
  /** While these and size and mode are the same, it did not change and is not read. 0: read it again. */
  readonly mtime: number;
  readonly ctime: number;
  readonly ino: number;
  /** The last scan that met it. */
  met: number;
}

export type Manifest = Map<string, Entry>;
