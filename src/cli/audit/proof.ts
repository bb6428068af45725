import type { ConsistencyProof, ReadStore } from '../../drivers/store/reading.ts';
import type { Checkpoint } from '../../kernel/checkpoint.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { type InclusionProof, isConsistent, rootFromInclusion } from '../../kernel/merkle.ts';
import { reading } from '../boot.ts';
import { type Args, text } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import type { Io } from '../io.ts';
import { givenCheckpoint } from './given.ts';

/** That an entry is in the log, or that an older log is its beginning: checked before it is shown. */
export async function proof(io: Io, args: Args<Record<string, unknown>>): Promise<number> {
  const from = whole('--from', args.from);
  const leaf = whole('the number of an entry', args.entry);
  const given = givenCheckpoint(text(args.checkpoint));
  if (leaf !== undefined && from !== undefined)
    throw new OxiosError('USAGE', 'a proof is of an entry or of a beginning (--from), not of both', { hint: 'leave one of them out' });
  const old = from ?? (leaf === undefined ? given?.size : undefined);
  if (leaf === undefined && old === undefined) throw new OxiosError('USAGE', 'the number of an entry is missing', { hint: 'see them with oxios audit list' });
  const store = reading(homePath(args.home));
  try {
    const shown = old === undefined ? included(store, leaf ?? 0, given) : continued(store, old, given);
    io.out(io.json ? JSON.stringify(shown.json) : shown.text);
  } finally {
    store.close();
  }
  return EXIT.ok;
}

interface Shown {
  readonly json: object;
  readonly text: string;
}

function included(store: ReadStore, leaf: number, given: Checkpoint | undefined): Shown {
  const found = store.proof(leaf, given?.size);
  if (!found) throw missing(store, given, `there is no entry ${leaf}`);
  if (given && hex(given.root) !== found.root) throw other(given.size);
  if (!leads(found))
    throw new OxiosError('AUDIT_TAMPERED', `entry ${leaf} does not lead to the root of the log`, { hint: 'see where it breaks: oxios audit verify' });
  return { json: found, text: `entry ${leaf} of ${found.size}\nhash ${found.hash}\n${steps(found.path)}root ${found.root}` };
}

const leads = ({ hash, leaf, size, path, root }: InclusionProof): boolean => {
  const reached = rootFromInclusion(bytes(hash), leaf, size, path.map(bytes));
  return reached !== undefined && hex(reached) === root;
};

function continued(store: ReadStore, from: number, given: Checkpoint | undefined): Shown {
  const found = store.consistency(from);
  if (!found) throw missing(store, given, `the log never had ${from} entries`);
  if (given?.size === from && hex(given.root) !== found.old_root) throw other(from);
  if (!holds(found))
    throw new OxiosError('AUDIT_TAMPERED', `the first ${from} entries are not the beginning of the log`, { hint: 'see where it breaks: oxios audit verify' });
  return { json: found, text: `the first ${from} of ${found.size} entries\nroot ${found.old_root}\n${steps(found.path)}root ${found.root}` };
}

const holds = ({ from, old_root, size, root, path }: ConsistencyProof): boolean =>
  isConsistent({ size: from, root: bytes(old_root) }, { size, root: bytes(root) }, path.map(bytes));

/** A checkpoint over more than there is tells of a log that was cut. */
function missing(store: ReadStore, given: Checkpoint | undefined, what: string): OxiosError {
  const { size } = store.head();
  if (given && given.size > size)
    return new OxiosError('AUDIT_TAMPERED', `the checkpoint states ${given.size} entries, the log has ${size}`, {
      hint: 'see what is missing: oxios audit verify --checkpoint FILE',
    });
  return new OxiosError('NOT_FOUND', `${what}; it has ${size}`, { hint: 'see them with oxios audit list' });
}

const other = (size: number): OxiosError =>
  new OxiosError('AUDIT_TAMPERED', `the first ${size} entries do not have the root that the checkpoint states`, {
    hint: 'see where it breaks: oxios audit verify --checkpoint FILE',
  });

export function whole(what: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new OxiosError('USAGE', `${what} is a whole number from 0`, { hint: 'see the entries with oxios audit list' });
}

const steps = (path: readonly string[]): string => path.map((one) => `  ${one}\n`).join('');
const hex = (some: Buffer): string => some.toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');
