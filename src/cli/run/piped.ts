import { OxiosError } from '../../kernel/errors.ts';

const MAX_PIPED = 1_000_000;
/** Somebody may have left standard input open without meaning to: said after this time, milliseconds. */
const PATIENCE_MS = 3000;

/** What was piped in; nothing from a terminal, a closed stdin or /dev/null. */
export async function pipedText(say: (line: string) => void): Promise<string> {
  const { fstatSync } = await import('node:fs');
  try {
    const stat = fstatSync(0);
    if (!stat.isFIFO() && !stat.isFile() && !stat.isSocket()) return '';
  } catch {
    return '';
  }
  const chunks: Buffer[] = [];
  let size = 0;
  const reminder = setTimeout(() => say('waiting for the end of standard input; give none with < /dev/null'), PATIENCE_MS);
  try {
    for await (const chunk of process.stdin) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MAX_PIPED)
        throw new OxiosError('USAGE', `standard input has more than ${MAX_PIPED} bytes`, { hint: 'put it into a file of the workspace and name that' });
    }
  } finally {
    clearTimeout(reminder);
  }
  return Buffer.concat(chunks).toString('utf8').trim();
}
