import type { TreeChange } from '../../kernel/host.ts';
import { type Entry, isSame, type Manifest } from './manifest.ts';

/** What must be done to `from` to get `to`, by path; folders are left to `folderChanges`. */
export function difference(from: Manifest, to: Manifest): readonly TreeChange[] {
  const out: TreeChange[] = [];
  const add = (path: string, change: TreeChange['change'], ...entries: readonly Entry[]) =>
    out.push({ path, change, ...(entries.some((one) => one.kind === 'large') ? { unkept: true } : {}) });
  for (const [path, entry] of from) if (entry.kind !== 'dir' && isNoFile(to.get(path))) add(path, 'removed', entry);
  for (const [path, entry] of to) {
    if (entry.kind === 'dir') continue;
    const before = from.get(path);
    if (!before || before.kind === 'dir') add(path, 'added', entry);
    else if (!isSame(before, entry)) add(path, 'modified', before, entry);
  }
  return out.sort(byPath);
}

/** The same for folders: those that are new, changed their mode, or are gone. */
export function folderChanges(from: Manifest, to: Manifest): readonly TreeChange[] {
  const out: TreeChange[] = [];
  for (const [path, { kind }] of from) if (kind === 'dir' && to.get(path)?.kind !== 'dir') out.push({ path, change: 'removed' });
  for (const [path, { kind, mode }] of to) {
    if (kind !== 'dir') continue;
    const before = from.get(path);
    if (before?.kind !== 'dir') out.push({ path, change: 'added' });
    else if (before.mode !== mode) out.push({ path, change: 'modified' });
  }
  return out.sort(byPath);
}

const isNoFile = (entry: Entry | undefined): boolean => entry === undefined || entry.kind === 'dir';
const byPath = (a: TreeChange, b: TreeChange): number => (a.path < b.path ? -1 : 1);
