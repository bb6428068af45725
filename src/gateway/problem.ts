import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, type ExitName } from '../kernel/error-codes.ts';
import { faultOf, messageOf, OxiosError } from '../kernel/errors.ts';
import { issuesOf } from '../kernel/issues.ts';

/** An error as every client of the gateway sees it; never a stack. */
export interface Problem {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
}

export type ProblemStatus = 400 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503;

/** A body beyond the cap; told apart because HTTP has a status of its own for it. */
export const TOO_LARGE = 'the request is too large';

export const problemOf = (error: unknown): Problem => {
  const { code, detail, hint } = known(error);
  return { error: { code, message: detail, ...(hint === undefined ? {} : { hint }) } };
};

export function statusOf({ error }: Problem): ProblemStatus {
  if (error.code === 'NOT_FOUND') return 404;
  if (error.code === 'KERNEL_VERSION') return 409;
  if (error.code === 'USAGE' && error.message === TOO_LARGE) return 413;
  return STATUS[ERROR_CODES[error.code][0]];
}

const STATUS: Readonly<Record<ExitName, ProblemStatus>> = {
  ok: 500,
  rejected: 409,
  usage: 400,
  seed: 422,
  blocked: 403,
  environment: 503,
  limit: 429,
  internal: 500,
  interrupted: 409,
  terminated: 409,
};

function known(error: unknown): OxiosError {
  if (error instanceof z.ZodError) return new OxiosError('USAGE', issuesOf(error, 'the request'), { hint: 'docs/gateway.md has the form of every request' });
  return faultOf(error) ?? new OxiosError('INTERNAL', messageOf(error).split('\n')[0] ?? '', { cause: error });
}
