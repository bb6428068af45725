import { isObject, type Json } from '../../kernel/json.ts';
import { PROTOCOL_ARGS } from '../../ouroboros/job.ts';
import type { ReadSeed } from './same-seed.ts';
import type { SeedFile } from './sarif.ts';

export type BegunSeed = SeedFile & { readonly read: ReadSeed };

/** The seed that a run works on, as it was when the run began. Undefined where it was taken out of the log, which the kernel says. */
export function begunSeed(request: Json): BegunSeed | undefined {
  const read = PROTOCOL_ARGS.safeParse(isObject(request) ? request.args : undefined);
  if (!read.success) return undefined;
  const { seed, file, path, digest, evolves, evaluates } = read.data;
  // The seed that another run came to is in no file.
  const own = evolves || evaluates ? undefined : path;
  return { path: file, text: seed, read: { path: own, digest } };
}
