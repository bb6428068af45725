import { hash, randomFillSync } from 'node:crypto';
import type { BodyFields, KernelEvent } from '../../kernel/events.ts';

/** An entry as it is stored: `bytes` is the leaf; what may be redacted lies beside it behind a salted commitment. */
export interface Stored {
  readonly bytes: string;
  readonly salt: Uint8Array | null;
  readonly body: string | null;
}

export interface Codec {
  encode(event: KernelEvent): Stored;
  /** The event whole again; redacted fields read `[redacted]`. */
  decode(row: { leaf: number; bytes: string; body: string | null }): KernelEvent;
}

const SALT_BYTES = 16;
/** Salts are drawn from a pool: one call to the generator for 256 of them. */
const POOL_BYTES = 256 * SALT_BYTES;

export function createCodec(bodies: BodyFields): Codec {
  let pool = new Uint8Array(0);
  let used = 0;
  const salt = (): Uint8Array => {
    if (used + SALT_BYTES > pool.length) {
      pool = randomFillSync(new Uint8Array(POOL_BYTES));
      used = 0;
    }
    used += SALT_BYTES;
    return pool.slice(used - SALT_BYTES, used);
  };
  return {
    encode(event) {
      const fields = bodies[event.type];
      const head: Record<string, unknown> = { ...event };
      delete head.leaf;
      if (!fields) return { bytes: JSON.stringify(head), salt: null, body: null };
      const kept: Record<string, unknown> = {};
      for (const field of fields) {
        if (head[field] === undefined) continue;
        kept[field] = head[field];
        delete head[field];
      }
      const body = JSON.stringify(kept);
      const grain = salt();
      head.c = commitment(grain, body);
      return { bytes: JSON.stringify(head), salt: grain, body };
    },
    decode({ leaf, bytes, body }) {
      const { c, ...head } = JSON.parse(bytes) as Record<string, unknown> & { c?: string; type: string };
      if (c === undefined) return { ...head, leaf } as unknown as KernelEvent;
      const kept = body === null ? Object.fromEntries((bodies[head.type] ?? []).map((field) => [field, '[redacted]'])) : (JSON.parse(body) as object);
      return { ...head, ...kept, leaf } as unknown as KernelEvent;
    },
  };
}

export const commitment = (salt: Uint8Array, body: string): string => hash('sha256', Buffer.concat([salt, Buffer.from(body)]), 'hex');
