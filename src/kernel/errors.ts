import { ERROR_CODES, type ErrorCode, EXIT } from './error-codes.ts';

export interface ErrorExtras {
  /** The next step, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The only error class that reaches a person: `CODE: what happened` and a next step in `hint`. */
export class OxiosError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, detail: string, extras: ErrorExtras = {}) {
    super(`${code}: ${detail}`, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'OxiosError';
    this.code = code;
    this.detail = detail;
    this.hint = extras.hint;
  }
}

export const exitOf = (code: ErrorCode): number => EXIT[ERROR_CODES[code][0]];

/** The `code` of a Node system error (`ENOENT`, `ENOSPC`, ...), or undefined. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** An error as ours: it is one already, or it is the operating system's or SQLite's about space, a device or a damaged file. Undefined for any other. */
export function faultOf(error: unknown): OxiosError | undefined {
  if (error instanceof OxiosError) return error;
  if (!(error instanceof Error)) return undefined;
  const sqlite = 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (FULL.has(errnoOf(error) ?? '') || sqlite === SQLITE_FULL)
    return new OxiosError('DISK_FULL', `no space left on the disk: ${messageOf(error)}`, { hint: 'free some space and go on', cause: error });
  if (DEVICE.has(errnoOf(error) ?? '') || SQLITE_DEVICE.has(sqlite))
    return new OxiosError('IO', messageOf(error), { hint: 'check the disk and the limits of this machine', cause: error });
  if (SQLITE_DAMAGED.has(sqlite))
    return new OxiosError('AUDIT_TAMPERED', `a database of the home is damaged: ${messageOf(error)}`, {
      hint: 'see where with oxios audit verify; put it back from a backup, or use another folder with --home',
      cause: error,
    });
  return undefined;
}

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
const DEVICE: ReadonlySet<string> = new Set(['EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'EROFS']);

/** Primary result codes of SQLite: FULL; NOMEM, READONLY, IOERR, CANTOPEN. */
const SQLITE_FULL = 13;
const SQLITE_DEVICE: ReadonlySet<number> = new Set([7, 8, 10, 14]);
/** CORRUPT, NOTADB. */
const SQLITE_DAMAGED: ReadonlySet<number> = new Set([11, 26]);
