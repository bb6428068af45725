import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, OxiosError } from '../../kernel/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A text in $VISUAL or $EDITOR; undefined when it was left as it was. Throws USAGE where that cannot be started or ends badly:
 * what was written until then stays in a file that the error names.
 */
export async function editOutside(text: string, suffix: string, env: Env = process.env): Promise<string | undefined> {
  const editor = env.VISUAL || env.EDITOR || 'vi';
  const folder = mkdtempSync(join(tmpdir(), 'oxios-edit-'));
  const file = join(folder, `text${suffix}`);
  let isKept = false;
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const code = await foreground(editor, [file], undefined, env);
    const edited = textIn(file);
    if (code === 0 && edited !== undefined) return edited === text ? undefined : edited;
    // Also what else lies there, such as an editor's own record of a text that was not saved.
    isKept = edited !== text || readdirSync(folder).length > 1;
    throw new OxiosError('USAGE', `${editor} ended with ${code}, so nothing was taken over${isKept ? `; what was written is in ${file}` : ''}`, {
      hint: isKept ? 'take it from there' : 'set VISUAL or EDITOR to an editor that is there',
    });
  } finally {
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  }
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A text in $PAGER, else less. Throws USAGE where that cannot be started. */
export async function pageOutside(text: string, env: Env = process.env): Promise<void> {
  const pager = env.PAGER || 'less';
  // less as it comes: raw control characters of the text are shown, not sent.
  const code = await foreground(pager, [], text, { LESS: '', LESSSECURE: '1', ...env });
  if (code === NOT_FOUND) throw new OxiosError('USAGE', `${pager} cannot be started`, { hint: 'set PAGER to a pager that is there' });
}

/** What shells say of a program that is not there. */
const NOT_FOUND = 127;

/** $VISUAL and $PAGER are lines of shell by custom: `code --wait`. Returns the exit code. */
function foreground(command: string, args: readonly string[], input: string | undefined, env: Env): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${command} "$@"`, command, ...args], {
      stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
      env,
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 0 : SIGNALLED)));
    // Whoever leaves a pager early reads no more.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** The exit code shells give to a program that a signal ended. */
const SIGNALLED = 128;
