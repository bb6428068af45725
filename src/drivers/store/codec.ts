import { hash, randomFillSync } from 'node:crypto';
import { OxiosError } from '../../kernel/errors.ts';
import { type BodyFields, type KernelEvent, standIn } from '../../kernel/events.ts';
import type { Blobs } from './blobs.ts';

/** An entry as it is stored: `bytes` is the leaf; what may be redacted lies beside it behind a salted commitment. */
export interface Stored {
  readonly bytes: string;
  /** 32 hex digits. */
  readonly salt: string | null;
  readonly body: string | null;
}

/** What is read of a row to have the event again. */
export interface StoredRow {
  readonly bytes: unknown;
  readonly body: unknown;
  readonly blob: unknown;
}

export interface Codec {
  encode(event: KernelEvent): Stored;
  /** The event whole again; what was redacted is marked, and its fields hold what stands for them. */
  decode(row: StoredRow): KernelEvent;
}

const SALT_BYTES = 16;
/** Salts are drawn from a pool: one call to the generator for 256 of them. */
const POOL_BYTES = 256 * SALT_BYTES;

export function createCodec(bodies: BodyFields, blobs: Pick<Blobs, 'get'>): Codec {
  const salt = createSalts();
  const bodyOf = ({ body, blob }: StoredRow): string | null => {
    if (body !== null) return String(body);
    return blob === null ? null : (blobs.get(String(blob))?.toString('utf8') ?? null);
  };
  return {
    encode(event) {
      const fields = bodies[event.type];
      if (!fields) return { bytes: JSON.stringify(event), salt: null, body: null };
      const head: Record<string, unknown> = {};
      const kept: Record<string, unknown> = {};
      const all = event as unknown as Readonly<Record<string, unknown>>;
      for (const field in all) (fields.includes(field) ? kept : head)[field] = all[field];
      const body = JSON.stringify(kept);
      const grain = salt();
      head.c = commitment(grain, body);
      return { bytes: JSON.stringify(head), salt: grain, body };
    },
    decode(row) {
      const { c, ...head } = parsed(row.bytes) as { c?: string; type: string };
      if (c === undefined) return head as unknown as KernelEvent;
      const body = bodyOf(row);
      const kept =
        body === null ? { ...Object.fromEntries((bodies[head.type] ?? []).flatMap((field) => stoodFor(head.type, field))), redacted: true } : parsed(body);
      return { ...head, ...kept } as unknown as KernelEvent;
    },
  };
}

/** Nothing where the field may be absent. */
function stoodFor(type: string, field: string): readonly (readonly [string, unknown])[] {
  const value = standIn(type, field);
  return value === undefined ? [] : [[field, value]];
}

function parsed(text: unknown): object {
  try {
    const value: unknown = JSON.parse(String(text));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new OxiosError('AUDIT_TAMPERED', `an entry of the log is not what was written: ${String(text).slice(0, SHOWN)}`, {
    hint: 'see which with oxios audit verify; put the log back from a backup, or use another folder with --home',
  });
}

/** Characters of a damaged entry that are shown. */
const SHOWN = 40;

/** SHA-256 of the salt's hex digits and the body. */
export const commitment = (salt: string, body: string): string => hash('sha256', salt + body, 'hex');

function createSalts(): () => string {
  let pool = '';
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = randomFillSync(Buffer.alloc(POOL_BYTES)).toString('hex');
      used = 0;
    }
    used += 2 * SALT_BYTES;
    return pool.slice(used - 2 * SALT_BYTES, used);
  };
}
