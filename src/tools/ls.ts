import { z } from 'zod';
import type { DirectoryEntry } from '../kernel/host.ts';
import { defineTool } from '../kernel/tool.ts';
import { listing } from './listing.ts';

const MAX_ENTRIES = 1000;
const input = z.object({ path: z.string().optional().describe('folder, default the working directory') });

export const ls = defineTool<z.infer<typeof input>>({
  name: 'ls',
  summary: 'List a folder: names, sizes in bytes, a slash after folders.',
  input,
  effect: 'read',
  audience: 'model',
  needs: ({ path = '.' }, sys) => [{ on: 'fs', right: 'read', under: sys.resolve(path) }],
  describe: ({ path = '.' }) => `ls ${path}`,
  async run({ path = '.' }, sys) {
    const entries = await sys.fs.list(sys.resolve(path));
    return listing({ lines: entries.slice(0, MAX_ENTRIES).map(line), truncated: entries.length > MAX_ENTRIES }, 'the folder is empty');
  },
});

function line(entry: DirectoryEntry): string {
  if (entry.kind === 'directory') return `${entry.name}/`;
  if (entry.link_to !== undefined) return `${entry.name} -> ${entry.link_to}`;
  return entry.kind === 'file' ? `${entry.name} ${entry.size}` : `${entry.name} (special)`;
}
