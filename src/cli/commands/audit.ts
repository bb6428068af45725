import { exportLog } from '../../drivers/store/export.ts';
import { homeAt, openHome } from '../../drivers/store/home.ts';
import { tryLock } from '../../drivers/store/lock.ts';
import { openStore } from '../../drivers/store/store.ts';
import { verifyLog } from '../../drivers/store/verify.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { isConsistent, rootFromInclusion } from '../../kernel/merkle.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import { readNamed } from '../authority.ts';
import { BODIES, reading } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { type Args, type Command, flag, numeric, text } from './shared.ts';

type Action = (io: Io, args: Args<Record<string, unknown>>) => Promise<number>;

export const audit: Command = {
  name: 'audit',
  usage: 'audit <action> [entry]',
  describe: 'Look at the log and prove it: list, verify, proof, checkpoint, export',
  examples: [
    ['oxios audit verify', 'every entry, hash, tile and signature'],
    ['oxios audit verify --checkpoint kept.txt', 'against a checkpoint kept elsewhere'],
    ['oxios audit proof 42', 'that entry 42 is in the log'],
    ['oxios audit list --type tool.denied', 'only what was refused'],
  ],
  options: (yargs) =>
    yargs
      .positional('action', { choices: ['list', 'verify', 'proof', 'checkpoint', 'export'] as const, demandOption: true })
      .positional('entry', { type: 'number', describe: 'proof: index of the entry' })
      .option('checkpoint', { type: 'string', describe: 'verify: a checkpoint kept elsewhere', requiresArg: true })
      .option('from', { type: 'number', describe: 'proof: that the log of this size is the beginning of the present one', requiresArg: true })
      .option('run', { type: 'string', describe: 'list, export: only this run', requiresArg: true })
      .option('type', { type: 'string', array: true, describe: 'list: only these types', requiresArg: true })
      .option('follow', { alias: 'f', type: 'boolean', describe: 'list: go on with what comes' }),
  run: (args) => (ACTIONS[text(args.action) ?? ''] as Action)(createIo(args), args),
};

const ACTIONS: Readonly<Record<string, Action>> = {
  async list(io, args) {
    const store = reading(homePath(args.home));
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const types = args.type as readonly string[] | undefined;
    const run = text(args.run);
    for await (const event of store.read({ follow: flag(args.follow), ...(run ? { run: run as never } : {}), ...(types ? { types } : {}) }, stop.signal)) {
      const action = 'action' in event ? String(event.action) : 'criterion' in event ? String(event.criterion) : '';
      io.out(
        io.json
          ? JSON.stringify(event)
          : sanitize(`${event.leaf} ${new Date(event.at).toISOString()} ${event.run} ${event.seq} ${event.pid} ${event.actor} ${event.type} ${action}`)
              .replaceAll('\n', ' ')
              .trimEnd(),
      );
    }
    store.close();
    return EXIT.ok;
  },
  async verify(io, args) {
    const home = homePath(args.home);
    reading(home).close();
    const kept = text(args.checkpoint);
    const found = verifyLog(homeAt(home), kept === undefined ? undefined : new TextDecoder().decode(readNamed(kept)));
    if (io.json) io.out(JSON.stringify(found));
    else if (found.ok) io.out(`${found.entries} entries verified, head ${found.head.root}`);
    else io.out(`NOT VERIFIED: entry ${found.first_bad?.seq}: ${found.first_bad?.reason}`);
    return found.ok ? EXIT.ok : EXIT.rejected;
  },
  async proof(io, args) {
    const from = numeric(args.from);
    if (from !== undefined) return consistency(io, homePath(args.home), from);
    const leaf = numeric(args.entry);
    if (leaf === undefined) throw new OxiosError('USAGE', 'the index of an entry is missing', { hint: 'see them with oxios audit list' });
    const store = reading(homePath(args.home));
    const proof = store.proof(leaf);
    store.close();
    if (proof && rootFromInclusion(hex(proof.hash), proof.leaf, proof.size, proof.path.map(hex))?.toString('hex') !== proof.root)
      throw new OxiosError('AUDIT_TAMPERED', `entry ${leaf} does not lead to the root of the log`, { hint: 'see where it breaks: oxios audit verify' });
    if (!proof) throw new OxiosError('NOT_FOUND', `there is no entry ${leaf}`, { hint: 'see them with oxios audit list' });
    io.out(
      io.json
        ? JSON.stringify(proof)
        : `entry ${leaf} of ${proof.size}\nhash ${proof.hash}\n${proof.path.map((one) => `  ${one}`).join('\n')}\nroot ${proof.root}`,
    );
    return EXIT.ok;
  },
  async checkpoint(io, args) {
    const home = openHome(homePath(args.home));
    reading(home.path).close();
    const lock = tryLock(home);
    if (!lock)
      throw new OxiosError('HOME_BUSY', 'a kernel runs on this home and signs checkpoints itself', { hint: 'the newest is in checkpoints/latest of the home' });
    const store = openStore({ home, bodies: BODIES });
    const note = await store.log.checkpoint();
    store.close();
    lock.release();
    io.out(io.json ? JSON.stringify({ note }) : note.trimEnd());
    return EXIT.ok;
  },
  async export(io, args) {
    const home = homePath(args.home);
    reading(home).close();
    for (const line of exportLog(homeAt(home), text(args.run))) io.out(line);
    return EXIT.ok;
  },
};

/** That nothing of the first `from` entries was changed: checked before it is shown. */
function consistency(io: Io, home: ReturnType<typeof homePath>, from: number): number {
  const store = reading(home);
  const proof = store.consistency(from);
  store.close();
  if (!proof) throw new OxiosError('NOT_FOUND', `the log never had ${from} entries`, { hint: 'see its size: oxios audit verify' });
  const [old, now] = [
    { size: from, root: hex(proof.old_root) },
    { size: proof.size, root: hex(proof.root) },
  ];
  if (!isConsistent(old, now, proof.path.map(hex)))
    throw new OxiosError('AUDIT_TAMPERED', `the first ${from} entries are not the beginning of the log`, { hint: 'see where it breaks: oxios audit verify' });
  io.out(
    io.json
      ? JSON.stringify(proof)
      : `the first ${from} of ${proof.size} entries\nroot ${proof.old_root}\n${proof.path.map((one) => `  ${one}`).join('\n')}\nroot ${proof.root}`,
  );
  return EXIT.ok;
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
