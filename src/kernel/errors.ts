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
