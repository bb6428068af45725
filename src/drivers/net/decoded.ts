import type { Readable, Transform } from 'node:stream';
import { OxiosError } from '../../kernel/errors.ts';

/** What a server may send, before it is decoded: a compressed stream can be as long as it likes and hold nothing, bytes. */
export const MAX_SENT = 16 * 1024 * 1024;

/** Codings that can be undone; what is asked of servers. */
export const CODINGS = 'gzip, deflate, br, zstd';

/** More than one coding is rare, and more than two an attack. */
const MAX_CODINGS = 2;

export interface Body {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

/** The beginning of a body, its codings undone piece by piece: what is not wanted is never made. */
export async function decodedBody(sent: Readable, codings: string, most: number): Promise<Body> {
  const names = codings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const steps = names.length > MAX_CODINGS ? undefined : names.reverse().map(decoder);
  if (!steps || steps.includes(undefined))
    throw new OxiosError('NET', `the answer is encoded as ${names.join(', ').slice(0, 100)}, which cannot be read`, {
      hint: `${CODINGS} can, two of them at most`,
    });
  const stages: readonly (Readable | Transform)[] = [sent, ...steps.flatMap((step) => step ?? [])];
  const last = chained(stages);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of last as AsyncIterable<Buffer>) {
      pieces.push(piece.subarray(0, most - size));
      size += piece.length;
      if (size > most) break;
    }
  } finally {
    for (const stage of stages) stage.destroy();
  }
  return { bytes: Buffer.concat(pieces), truncated: size > most };
}

function chained(stages: readonly (Readable | Transform)[]): Readable {
  const { pipeline } = process.getBuiltinModule('node:stream');
  const [first, ...rest] = stages;
  const last = stages.at(-1);
  if (!first || !last) throw new OxiosError('INTERNAL', 'a body has a source');
  // Whoever reads the last one is told what goes wrong in any.
  if (rest.length > 0) pipeline([first, ...(rest as Transform[])], () => undefined);
  return last;
}

function decoder(name: string): Transform | undefined {
  const { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } = process.getBuiltinModule('node:zlib');
  if (name === 'gzip' || name === 'x-gzip') return createGunzip();
  if (name === 'deflate') return createInflate();
  if (name === 'br') return createBrotliDecompress();
  return name === 'zstd' ? createZstdDecompress() : undefined;
}
