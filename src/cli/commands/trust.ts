import { resolve } from 'node:path';
import { changeConfig } from '../../drivers/config/write.ts';
import { openHome } from '../../drivers/store/home.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { workspace } from '../authority.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { extrasIn } from '../project/extras.ts';
import { type Command, flag, text } from './shared.ts';

export const trust: Command = {
  name: 'trust',
  usage: 'trust [dir]',
  describe: 'Trust a folder: its own AGENTS.md, configuration, programs, hooks and MCP servers count',
  examples: [
    ['oxios trust', 'this folder, with all below it'],
    ['oxios trust --list', 'the folders that are trusted'],
    ['oxios trust --remove ~/work/app', 'not any more'],
  ],
  options: (yargs) =>
    yargs
      .positional('dir', { type: 'string', describe: 'the folder, default here' })
      .option('list', { type: 'boolean', describe: 'show the trusted folders', conflicts: ['remove', 'dir'] })
      .option('remove', { type: 'boolean', describe: 'do not trust it any more' }),
  async run(args) {
    const io = createIo(args);
    const home = homePath(args.home);
    const { trusted } = readConfig(home);
    if (flag(args.list)) {
      if (io.json) io.out(JSON.stringify(trusted));
      else if (trusted.length === 0) io.say('no folder is trusted');
      else io.out(trusted.join('\n'));
      return EXIT.ok;
    }
    await (flag(args.remove) ? forget : add)(io, home, text(args.dir));
    return EXIT.ok;
  },
};

async function add(io: Io, home: AbsPath, dir: string | undefined): Promise<void> {
  const folder = workspace(dir);
  await change(home, (trusted) => [...trusted.filter((one) => one !== folder), folder]);
  const extras = extrasIn(folder, home).map((one) => one.path);
  io.say(`${folder} is trusted with all below it${extras.length > 0 ? `: ${extras.join(', ')}` : ''}`);
  if (io.json) io.out(JSON.stringify({ folder, trusted: true, extras }));
}

async function forget(io: Io, home: AbsPath, dir: string | undefined): Promise<void> {
  const { trusted } = readConfig(home);
  // A folder that is not there any more is still taken off the list.
  const named = resolve(dir ?? '.');
  const folder = trusted.includes(named) ? named : workspace(dir);
  if (!trusted.includes(folder)) throw new OxiosError('NOT_FOUND', `${folder} is not on the list`, { hint: 'see it with oxios trust --list' });
  await change(home, (before) => before.filter((one) => one !== folder));
  io.say(`${folder} is not trusted any more`);
  if (io.json) io.out(JSON.stringify({ folder, trusted: false, extras: [] }));
}

async function change(home: AbsPath, edit: (trusted: readonly string[]) => readonly string[]): Promise<void> {
  openHome(home);
  const { trusted } = readConfig(home);
  await changeConfig(home, (before) => ({ ...before, trusted: [...edit(trusted)] }));
}
