import type { z } from 'zod';

/** The first few faults of a value from outside, each with its place, on one line. */
export const issuesOf = (error: z.ZodError, whole: string): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.length > 0 ? issue.path.join('.') : whole}: ${(issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message}`)
    .join('; ');
