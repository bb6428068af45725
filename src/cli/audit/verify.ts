import { homeAt, knownHome, openHome } from '../../drivers/store/home.ts';
import { publicKey, signingKey } from '../../drivers/store/keys.ts';
import { type Lock, tryLock } from '../../drivers/store/lock.ts';
import { anchoredNote, keptNote, signHead } from '../../drivers/store/seals.ts';
import { verifyAll } from '../../drivers/store/verify.ts';
import { verifierKey } from '../../kernel/checkpoint.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { ifLogged, reading, writing } from '../boot.ts';
import { type Args, text } from '../commands/shared.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import type { Io } from '../io.ts';
import { givenCheckpoint } from './given.ts';

export async function verify(io: Io, args: Args<Record<string, unknown>>): Promise<number> {
  const home = knownHome(homePath(args.home));
  const given = givenCheckpoint(text(args.checkpoint));
  const anchor = readConfig(home.path).anchor_dir;
  const anchored = anchor === undefined ? undefined : anchoredNote(anchor);
  // Says that there is nothing, where there never was anything.
  if (keptNote(home) === undefined && !given && anchored === undefined) reading(home.path).close();
  const { verification: found, signed } = await verifyAll(home, {
    ...(given ? { 'the given checkpoint': given.note } : {}),
    ...(anchored === undefined ? {} : { 'the checkpoint in anchor_dir': anchored }),
  });
  if (io.json) io.out(JSON.stringify(found));
  else if (found.ok) io.out(`${found.entries} entries verified, the first ${signed} signed\nhead ${found.head.root}\n${keyLine(home.keys)}`.trimEnd());
  else io.out(`NOT VERIFIED: entry ${found.first_bad?.seq}: ${found.first_bad?.reason}`);
  return found.ok ? EXIT.ok : EXIT.rejected;
}

function keyLine(folder: string): string {
  const key = publicKey(folder);
  return key ? `key  ${verifierKey(key)}` : '';
}

/** The log as it is now, signed. */
export async function checkpoint(io: Io, args: Args<Record<string, unknown>>): Promise<number> {
  reading(homePath(args.home)).close();
  const home = openHome(homePath(args.home));
  const lock = tryLock(home);
  const note = lock ? await logged(home.path, lock) : signedOnly(home.path);
  const key = publicKey(home.keys);
  io.out(io.json ? JSON.stringify({ note, ...(key ? { key: verifierKey(key) } : {}) }) : note.trimEnd());
  return EXIT.ok;
}

/** No kernel runs: the checkpoint is an entry of the log like every other. */
async function logged(path: AbsPath, lock: Lock): Promise<string> {
  try {
    const store = writing(homeAt(path));
    try {
      return await store.log.checkpoint();
    } finally {
      store.close();
    }
  } finally {
    lock.release();
  }
}

/** The kernel that runs is the only one that writes; what it has written so far can be signed all the same. */
function signedOnly(path: AbsPath): string {
  const store = ifLogged(path);
  const head = store?.head();
  store?.close();
  const { keys } = homeAt(path);
  if (head && publicKey(keys)) return signHead(signingKey(keys), head);
  throw new OxiosError('HOME_BUSY', 'the kernel that runs on this home has signed nothing yet', { hint: 'try again in a few seconds' });
}
