import type { KeyObject } from 'node:crypto';
import { createPublicKey, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, signCheckpoint } from '../../kernel/checkpoint.ts';
import type { BodyFields } from '../../kernel/events.ts';
import { type Pid, pidOf, type RunId } from '../../kernel/ids.ts';
import type { Log } from '../../kernel/log.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { createBlobs } from './blobs.ts';
import { createCodec } from './codec.ts';
import type { Home } from './home.ts';
import { signingKey } from './keys.ts';
import { createReader, type Reader } from './reader.ts';
import { openDatabase } from './schema.ts';
import { createViews, type Views } from './views.ts';
import { createWriter, type Writer } from './writer.ts';

export interface Store {
  readonly log: Log;
  runs(): readonly RunView[];
  run(id: RunId): RunView | undefined;
  /** Inclusion proof of entry `leaf` in the present log; hashes hex. Undefined when there is no such entry. */
  proof(leaf: number): { leaf: number; size: number; root: string; hash: string; path: readonly string[] } | undefined;
  nextPid(): Pid;
  close(): void;
}

export interface StoreOptions {
  readonly home: Home;
  /** Body fields of all event types. */
  readonly bodies: BodyFields;
  readonly now?: () => number;
}

/** The run that entries about the log itself belong to. */
export const KERNEL_RUN = 'kernel' as RunId;

/** The log of a home, for the one process that writes it. */
export function openStore({ home, bodies, now = Date.now }: StoreOptions): Store {
  const db = openDatabase(home.db, false);
  const codec = createCodec(bodies);
  const blobs = createBlobs(home.blobs);
  const views: Views = createViews(db, codec);
  const boot = randomBytes(6).toString('hex');
  const writer: Writer = createWriter({ db, codec, blobs, boot, now, views });
  const reader: Reader = createReader(db, codec, blobs, writer.onCommit);
  let key: KeyObject | undefined;

  const log: Log = {
    append: writer.append,
    read: reader.read,
    head: writer.head,
    async checkpoint() {
      key ??= signingKey(home.keys);
      await writer.settled();
      const { size, root } = writer.head();
      const note = signCheckpoint({ origin: `oxios/${fingerprint(createPublicKey(key))}`, size, root: Buffer.from(root, 'hex') }, key);
      await writer.append([{ run: KERNEL_RUN, pid: 0 as Pid, actor: 'kernel', type: 'checkpoint.signed', size, root, note }]);
      keepLatest(home, note);
      return note;
    },
  };
  return {
    log,
    runs: views.all,
    run: views.one,
    proof: writer.proof,
    nextPid: () => pidOf(views.nextPid()),
    close() {
      writer.flush();
      views.save();
      db.close();
    },
  };
}

/** The newest checkpoint outside the database: a log cut shorter than it is noticed. */
function keepLatest(home: Home, note: string): void {
  mkdirSync(home.checkpoints, { recursive: true, mode: 0o700 });
  const file = join(home.checkpoints, 'latest');
  writeFileSync(`${file}.new`, note, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
