import { hash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { errnoOf } from '../../kernel/errors.ts';

/** Folders of installed things: a copy links to them, and the sandbox shows them read-only. */
export const isInstalled = (path: string): boolean => /(^|\/)(node_modules|\.venv|venv)$/u.test(path);

/** A repository of Git, whose files no snapshot has. */
export const isGit = (path: string): boolean => /(^|\/)\.git$/u.test(path);

/** Written by programs that only run what is installed. */
const CACHES = new Set(['.cache', '.vite', '.vite-temp', '.vitest', '__pycache__']);

/**
 * One hash over names, sizes and time stamps of installed folders; empty when there are none. Content is not read: who
 * changes a file changes its ctime, which only the system can set.
 */
export function stateOfInstalled(root: string, folders: readonly string[]): string {
  const lines: string[] = [];
  for (const folder of [...folders].sort()) walk(`${root}/${folder}`, folder, lines);
  return lines.length === 0 ? '' : hash('sha256', lines.join('\n'), 'hex');
}

function walk(at: string, path: string, lines: string[]): void {
  for (const entry of entriesOf(at)) {
    if (CACHES.has(entry.name)) continue;
    const full = `${at}/${entry.name}`;
    const stats = lstatSync(full, { throwIfNoEntry: false });
    if (!stats) continue;
    if (stats.isDirectory()) walk(full, `${path}/${entry.name}`, lines);
    else lines.push(`${path}/${entry.name}\0${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.mode}`);
  }
}

function entriesOf(at: string): readonly Dirent[] {
  try {
    return readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (['EACCES', 'ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}
