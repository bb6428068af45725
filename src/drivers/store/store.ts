import { randomBytes } from 'node:crypto';
import { faultOf } from '../../kernel/errors.ts';
import type { BodyFields, KernelEvent } from '../../kernel/events.ts';
import { type Millis, type Pid, pidOf, type RunId } from '../../kernel/ids.ts';
import type { Log } from '../../kernel/log.ts';
import type { Redaction, RedactionRequest } from '../../kernel/redaction.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { createBlobs } from './blobs.ts';
import { createCodec } from './codec.ts';
import type { Home } from './home.ts';
import { createReader } from './reader.ts';
import { redact } from './redaction.ts';
import { openDatabase } from './schema.ts';
import { checkAnchor, createSeals, KERNEL_RUN, refuseTampered, type Seals } from './seals.ts';
import { createViews, type Views } from './views.ts';
import { watchWriter } from './watch.ts';
import { createWriter, type Writer } from './writer.ts';

export interface Store {
  readonly log: Log;
  runs(): readonly RunView[];
  run(id: RunId): RunView | undefined;
  nextPid(): Pid;
  /** See `redaction.ts`. */
  redact(request: RedactionRequest): Promise<Redaction>;
  close(): void;
}

export interface StoreOptions {
  readonly home: Home;
  /** Body fields of all event types. */
  readonly bodies: BodyFields;
  readonly now?: () => Millis;
  /** A log that is written to is signed this often. */
  readonly checkpoint_ms?: Millis;
  /** A folder out of reach that keeps the newest checkpoint too. */
  readonly anchor?: string | undefined;
}

const CHECKPOINT_MS = 10_000;

/** The log of a home, for the one process that writes it. Throws AUDIT_TAMPERED, HOME_VERSION, HOME_UNWRITABLE, DISK_FULL, IO. */
export function openStore({ home, bodies, now = Date.now, checkpoint_ms = CHECKPOINT_MS, anchor }: StoreOptions): Store {
  if (anchor !== undefined) checkAnchor(anchor);
  const db = openDatabase(home.db, false);
  try {
    const blobs = createBlobs(home.blobs);
    const codec = createCodec(bodies, blobs);
    const views: Views = createViews(db, codec);
    const writer: Writer = createWriter({ db, codec, blobs, boot: randomBytes(6).toString('hex'), now, views });
    refuseTampered(home, writer.tree(), anchor);
    const seals = createSeals(home, anchor);
    const log: Log = {
      append: writer.append,
      read: createReader(db, codec, watchWriter(writer)).read,
      head: writer.head,
      checkpoint: () => checkpoint(writer, seals),
    };
    const rhythm = createRhythm(writer, seals, { every: checkpoint_ms, checkpoint: log.checkpoint });
    return {
      log,
      runs: views.all,
      run: views.one,
      nextPid: () => pidOf(views.nextPid()),
      async redact(request) {
        const done = await redact({ db, writer, views, blobs }, request);
        await log.checkpoint();
        return done;
      },
      close() {
        try {
          writer.flush();
          rhythm.stop();
          views.save();
        } finally {
          db.close();
        }
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

async function checkpoint(writer: Writer, seals: Seals): Promise<string> {
  await writer.settled();
  const head = writer.head();
  const note = seals.sign(head);
  await writer.append([{ run: KERNEL_RUN, pid: 0 as Pid, actor: 'kernel', type: 'checkpoint.signed', ...head, note }]);
  return note;
}

interface Rhythm {
  stop(): void;
}

/** Signs a log that is written to every so often, and keeps what was signed: then, at the end of each run, and at the very end. */
function createRhythm(writer: Writer, seals: Seals, { every, checkpoint }: { every: Millis; checkpoint: Log['checkpoint'] }): Rhythm {
  let timer: NodeJS.Timeout | undefined;
  let written = false;
  const keep = (): void => {
    try {
      seals.keep(writer.head());
    } catch (error) {
      // No space, or no key: the one before still holds, and who signs at the end of the run is told.
      if (!faultOf(error)) throw error;
    }
  };
  const beat = (): void => {
    timer = undefined;
    // A log that cannot be written tells whoever writes to it.
    checkpoint().catch((error: unknown) => {
      if (!faultOf(error)) throw error;
    });
  };
  const leave = writer.onCommit((events: readonly KernelEvent[]) => {
    written = true;
    if (events.some((event) => event.type === 'run.result' || event.type === 'checkpoint.signed')) keep();
    if (!timer && events.some((event) => event.type !== 'checkpoint.signed')) timer = setTimeout(beat, every).unref();
  });
  return {
    stop() {
      leave();
      clearTimeout(timer);
      if (written) keep();
    },
  };
}
