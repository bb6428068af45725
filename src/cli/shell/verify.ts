import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { Verified } from '../../tui/ports.ts';
import { packageRoot } from '../root.ts';

/** As it is printed by `oxios audit verify --json`. */
const FOUND = z.object({
  ok: z.boolean(),
  entries: z.number(),
  head: z.object({ root: z.string() }),
  first_bad: z.object({ seq: z.number(), reason: z.string() }).optional(),
});

/** The whole log, proved by `oxios audit verify` in a process of its own: the shell stays awake meanwhile. */
export async function verifyLog(home: AbsPath): Promise<Verified> {
  const { stdout, stderr } = await ran([join(packageRoot(), 'bin', 'oxios.mjs'), 'audit', 'verify', '--json', '--home', home]);
  const found = parsed(stdout);
  if (!found)
    throw new OxiosError('IO', `the log could not be looked through: ${stderr.trim().split('\n')[0] ?? ''}`, { hint: 'try it with: oxios audit verify' });
  const { ok, entries, head, first_bad } = found;
  return { ok, entries, head: head.root, ...(first_bad ? { first_bad } : {}) };
}

/** What is printed is a line. Bytes. */
const MAX_OUTPUT = 1024 * 1024;

const ran = (args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve) => {
    // A log that is not proved ends it with 1, and is an answer.
    execFile(process.execPath, [...args], { maxBuffer: MAX_OUTPUT }, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });

function parsed(stdout: string): z.infer<typeof FOUND> | undefined {
  try {
    return FOUND.safeParse(JSON.parse(stdout)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
