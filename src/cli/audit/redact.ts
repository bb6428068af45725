import { userInfo } from 'node:os';
import { openHome } from '../../drivers/store/home.ts';
import { tryLock } from '../../drivers/store/lock.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { Redaction, RedactionRequest } from '../../kernel/redaction.ts';
import { reading, running, writing } from '../boot.ts';
import { type Args, counted, text } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import { type Io, withoutSecrets } from '../io.ts';
import { whole } from './proof.ts';
import { runWanted } from './run-wanted.ts';

/** Takes words out of the log for good; exits 1 where some of them stay. */
export async function redact(io: Io, args: Args<Record<string, unknown>>): Promise<number> {
  const path = homePath(args.home);
  const done = await redacted(path, requestIn(path, args));
  if (io.json) io.out(JSON.stringify(done));
  else for (const line of linesOf(done)) io.out(line);
  return done.kept.length === 0 ? EXIT.ok : EXIT.rejected;
}

function requestIn(path: AbsPath, args: Args<Record<string, unknown>>): RedactionRequest {
  const entry = whole('the number of an entry', args.entry);
  const match = text(args.match);
  if ((entry === undefined) === (match === undefined))
    throw new OxiosError('USAGE', 'what to take out is an entry or a text (--match), one of them', { hint: 'see the entries with oxios audit list' });
  if (entry !== undefined && args.run !== undefined)
    throw new OxiosError('USAGE', 'an entry has its number in the whole log: --run goes with --match', { hint: 'leave out --run' });
  const reason = withoutSecrets(text(args.reason) ?? '');
  if (match !== undefined && match !== '' && reason.includes(match))
    throw new OxiosError('USAGE', 'the reason holds what is to be taken out, and stays in the log', { hint: 'say why without saying what' });
  const store = reading(path);
  const run = runWanted(store, text(args.run));
  store.close();
  return {
    ...(entry === undefined ? {} : { entries: [entry] }),
    ...(match === undefined ? {} : { match }),
    ...(run === undefined ? {} : { run }),
    reason,
    by: userInfo().username,
  };
}

/** By this process, or by the kernel that runs: there is only one that writes. */
async function redacted(path: AbsPath, request: RedactionRequest): Promise<Redaction> {
  const home = openHome(path);
  const lock = tryLock(home);
  if (!lock) {
    const kernel = await running(path);
    return kernel.redact(request).finally(() => kernel.close());
  }
  try {
    const store = writing(home);
    return await store.redact(request).finally(() => store.close());
  } finally {
    lock.release();
  }
}

const linesOf = ({ entries, files, kept }: Redaction): readonly string[] => [
  entries.length === 0 ? 'nothing was left to take out' : `taken out of ${counted(entries.length, 'entry', 'entries')}: ${listed(entries)}`,
  ...(files.length === 0 ? [] : [`${counted(files.length, 'file', 'files')} of blobs/ removed`]),
  ...(kept.length === 0 ? [] : [`NOT TAKEN OUT: it also stands in what the proofs are over, in ${counted(kept.length, 'entry', 'entries')}: ${listed(kept)}`]),
];

/** More numbers than this nobody reads. */
const MAX_LISTED = 20;
const listed = (leaves: readonly number[]): string => `${leaves.slice(0, MAX_LISTED).join(' ')}${leaves.length > MAX_LISTED ? ' ...' : ''}`;
