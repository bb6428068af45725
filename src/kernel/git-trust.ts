import { join } from 'node:path';
import { covers } from './capability.ts';
import { programSetting, readsWithGit } from './command/git-guard.ts';
import type { ParsedCommand } from './command/simple.ts';
import { OxiosError } from './errors.ts';
import type { PathGuard } from './host.ts';
import type { AbsPath } from './ids.ts';
import type { Lent } from './lent.ts';

const ANYWHERE: PathGuard = { roots: ['/' as AbsPath], allows: () => true };
/** Where a repository keeps its settings, and what it says of those inside it. */
const SETTINGS = ['.git/config', '.git/config.worktree', '.gitmodules'];

/** Throws COMMAND_DENIED where Git would only read, but the repository makes it run a program, and nobody granted Git itself. */
export async function trustsRepository(lent: Lent, parsed: Extract<ParsedCommand, { ok: true }>): Promise<void> {
  const held = [...lent.authority.caps, ...lent.authority.granted];
  if (!readsWithGit(parsed) || held.some((one) => covers(one, { on: 'exec', command: 'git' }))) return;
  const folders = new Set(parsed.commands.flatMap((one) => (one.program === 'git' ? (one.at ?? []) : [])));
  for (const folder of new Set(['.', ...folders])) {
    if (/^[/~]/u.test(folder)) continue;
    for (const file of SETTINGS) {
      const setting = programSetting(await textOf(lent, join(lent.proc.cwd, folder, file) as AbsPath));
      if (setting === undefined) continue;
      throw new OxiosError('COMMAND_DENIED', `the repository names a program for Git to run: ${setting} in ${file}`, {
        hint: 'the user can look at it and grant exec:git',
      });
    }
  }
}

async function textOf({ host }: Lent, path: AbsPath): Promise<string> {
  try {
    return new TextDecoder().decode((await host.fs.read(path, ANYWHERE)).bytes);
  } catch (error) {
    // What is not there says nothing.
    if (error instanceof OxiosError) return '';
    throw error;
  }
}
