import { homePath } from '../home.ts';
import { attachFlags } from '../shell/flags.ts';
import type { Command } from './shared.ts';

export const attach: Command = {
  name: 'attach',
  usage: 'attach [prompt]',
  describe: 'Open the shell on the kernel that runs on the home: another terminal of the same agents',
  examples: [
    ['oxios attach', 'see and steer what another terminal runs; leaving ends nothing'],
    ['oxios attach --inline', 'below each other, in the scrollback'],
  ],
  options: (yargs) => attachFlags(yargs.positional('prompt', { type: 'string', describe: 'what is said first' })),
  async run(args) {
    // Said before anything is painted: where nothing runs there is nothing to attach to.
    const { running } = await import('../boot.ts');
    (await running(homePath(args.home))).close();
    return (await import('../shell/shell.ts')).shell({ ...args, attached: true });
  },
};
