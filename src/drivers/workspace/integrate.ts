import { constants, copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { OxiosError } from '../../kernel/errors.ts';
import type { Integrated, MergeRequest, Snapshot } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { difference } from './difference.ts';
import { type Entry, isSame, type Manifest } from './manifest.ts';
import { merged, type Sides } from './merge.ts';
import { native } from './names.ts';
import type { Objects } from './objects.ts';
import { openUp, putBack } from './restore.ts';
import { hasSameBytes } from './same-bytes.ts';

export interface IntegrateDeps {
  readonly store: Objects;
  treeOf(hash: string): Manifest;
  snapshot(root: AbsPath, hidden: readonly AbsPath[]): Snapshot;
  /** What the last snapshot of a folder did not look into. */
  leftOut(root: string): readonly string[];
}

/**
 * The merge of four trees is the same whenever it is made, so that one that was cut off is finished by making it again: each file is
 * then as it was, or as it is to be. A file that is neither was changed by somebody else, and nothing is done.
 */
export async function integrate(deps: IntegrateDeps, request: MergeRequest): Promise<Integrated> {
  const { store, treeOf, snapshot } = deps;
  const { root, hidden } = request;
  const ours = new Map(treeOf(request.ours));
  const sides = { base: treeOf(request.base), copied: treeOf(request.copied), ours, theirs: treeOf(request.theirs) };
  const { manifest, changed, conflicts } = merged(store, sides, new Set(request.yields));
  const refused = changed.filter((path) => !request.allows(path) || isUnseen(sides, deps.leftOut(request.copy), path));
  if (conflicts.length + refused.length > 0) return { conflicts: [...conflicts, ...refused], changed: [], tree: request.ours };
  const options = { hidden, only: new Set(changed) };
  const scanned = (): Manifest => treeOf(snapshot(root, hidden).tree);
  let now = scanned();
  while (openUp({ root, now, wanted: manifest, options })) now = scanned();
  const others = changed.filter((path) => !isOneOf(now.get(path), ours.get(path), manifest.get(path)) && !isCopied(request, path, now.get(path)));
  if (others.length > 0) return { conflicts: others, changed: [], tree: snapshot(root, hidden).tree };
  const { aside } = await putBack({ store, root, now: new Map(now), wanted: manifest, options });
  if (aside.length > 0) throw new OxiosError('IO', `folders stood in the way of a merge: ${aside.join(', ')}`, { hint: 'put back what you need of them' });
  for (const path of changed) if (manifest.get(path)?.kind === 'large') copyLarge(request, path);
  const files = difference(ours, manifest).filter(({ path }) => options.only.has(path));
  return { conflicts: [], changed: files, tree: snapshot(root, hidden).tree };
}

/** What nobody looked into is not gone. */
const isUnseen = ({ copied, theirs }: Sides, leftOut: readonly string[], path: string): boolean =>
  copied.has(path) && !theirs.has(path) && leftOut.some((one) => one === '' || path === one || path.startsWith(`${one}/`));

/** A large file that was brought in before: it has a stamp of its own there. */
function isCopied({ copy, root }: MergeRequest, path: string, now: Entry | undefined): boolean {
  return now?.kind === 'large' && hasSameBytes(native(join(copy, path)), native(join(root, path)));
}

/** A folder is only there or not. */
const isOneOf = (now: Entry | undefined, ...known: readonly (Entry | undefined)[]): boolean =>
  known.some((one) => (now === undefined || one === undefined ? now === one : now.kind === 'dir' ? one.kind === 'dir' : isSame(now, one)));

/** No content is kept of it: it comes from the copy itself. */
function copyLarge({ copy, root }: MergeRequest, path: string): void {
  const place = join(root, path);
  const aside = `${place}.oxios-${process.pid}`;
  copyFileSync(native(join(copy, path)), native(aside), constants.COPYFILE_FICLONE);
  renameSync(native(aside), native(place));
}
