import { z } from 'zod';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Mount } from '../../kernel/mount.ts';
import { OBSTACLE, pauseOn } from '../pause.ts';

const LEASE = z.object({ root: z.string(), through: z.array(z.string()), tree: z.string(), made: z.boolean() });
const MERGED = z.object({ installed: z.array(z.string()), conflicts: z.array(z.string()), changed: z.array(z.string()), tree: z.string() });

export interface Copy extends Mount {
  /** As it is. */
  readonly tree: string;
  /** It was not there before. */
  readonly made: boolean;
}

/** The copy of that name, made of the snapshot if it is not there. */
export async function openCopy(ctx: BodyContext, name: string, tree: string, git: boolean): Promise<Copy> {
  const { root, ...rest } = await asked(ctx, 'isolate', { name, tree, git }, LEASE);
  return { ...rest, root: root as AbsPath };
}

export const mergeCopy = (ctx: BodyContext, input: Readonly<Record<string, Json>>): Promise<z.infer<typeof MERGED>> => asked(ctx, 'merge', input, MERGED);

export async function closeCopy(ctx: BodyContext, name: string): Promise<void> {
  // What cannot be removed now goes with the run.
  await ctx.invoke('release', { name });
}

/** What a tool found; what stands in its way pauses the run. */
async function asked<T>(ctx: BodyContext, tool: string, input: Readonly<Record<string, Json>>, schema: z.ZodType<T>): Promise<T> {
  const result = await ctx.invoke(tool, input);
  const found = schema.safeParse(result.details);
  if (found.success) return found.data;
  const obstacle = OBSTACLE.safeParse(result.details);
  if (obstacle.success) pauseOn(obstacle.data);
  throw new OxiosError('IO', `${tool} failed: ${result.text}`, { hint: 'go on with oxios run --sequential, which needs no copies' });
}
