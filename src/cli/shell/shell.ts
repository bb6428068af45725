import { realpathSync, statSync } from 'node:fs';
import { OxiosError } from '../../kernel/errors.ts';
import { type AbsPath, runIdOf } from '../../kernel/ids.ts';
import { openShell } from '../../tui/shell.tsx';
import type { Beginning, ShellOptions } from '../../tui/shell-options.ts';
import { type Args, flag, text } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import { openEvents } from '../run/files.ts';
import { checkFlags, checkTerminal } from './flags.ts';
import { type Look, lookIn } from './look.ts';
import { createShellPorts } from './ports.ts';

type Given = Args<Record<string, unknown>>;

/** The shell on this terminal: painted first, all else is loaded then. The number is the exit code. */
export async function shell(args: Given): Promise<number> {
  checkFlags(args, 'shell');
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) checkTerminal({ ...args, prompt: '' });
  const look = lookIn(homePath(args.home));
  const frames = text(args.recordFrames);
  const file = openEvents(frames);
  try {
    return await openShell({
      ...looksOf(args, look),
      ports: createShellPorts({ args, cwd: folderOf(args), look }),
      record: frames === undefined ? undefined : (line) => file.add(`${line}\n`),
      beginning: beginningOf(args, look),
      env: process.env,
      host: process as unknown as ShellOptions['host'],
      stdin: process.stdin,
      stdout: process.stdout,
    });
  } finally {
    file.close();
  }
}

/** A flag goes before the configuration. */
function looksOf(args: Given, look: Look): Omit<ShellOptions, 'ports' | 'record' | 'beginning' | 'env' | 'host' | 'stdin' | 'stdout'> {
  const { layout, theme, themes, keys, vim, mouse } = look;
  return {
    layout: flag(args.inline) ? 'inline' : flag(args.panes) ? 'panes' : layout,
    theme: text(args.theme) ?? theme,
    themes,
    keys,
    vim: args.vim === undefined ? vim : flag(args.vim),
    mouse,
    screenReader: flag(args.screenReader),
    plain: args.color === false || process.env.NO_COLOR !== undefined || process.env.TERM === 'dumb',
  };
}

function beginningOf(args: Given, { wrong }: Look): Beginning {
  const named = text(args.session);
  const session = named !== undefined ? runIdOf(named) : flag(args.continue) ? ('last' as const) : flag(args.attached) ? ('living' as const) : undefined;
  const first = text(args.prompt);
  return { notices: wrong, ...(session === undefined ? {} : { session }), ...(first === undefined ? {} : { first }) };
}

/** As far as it takes to name the folder; what agents may do in it is judged when they begin. Throws FILE_MISSING. */
function folderOf(args: Given): AbsPath {
  const wanted = text(args.projectDir) ?? process.cwd();
  if (statSync(wanted, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new OxiosError('FILE_MISSING', `the folder ${wanted} does not exist`, { hint: 'name an existing folder' });
  return realpathSync(wanted) as AbsPath;
}
