import { exportLog } from '../../drivers/store/export.ts';
import { homeAt } from '../../drivers/store/home.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { escaped } from '../../kernel/text/sanitize.ts';
import { reading } from '../boot.ts';
import { type Args, flag, text } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import type { Io } from '../io.ts';
import { runWanted } from './run-wanted.ts';

export async function exported(io: Io, args: Args<Record<string, unknown>>): Promise<number> {
  const home = homePath(args.home);
  const store = reading(home);
  const run = runWanted(store, text(args.run));
  store.close();
  for (const line of exportLog(homeAt(home), { run, bodies: flag(args.bodies) })) io.out(escaped(line));
  return EXIT.ok;
}
