import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';
import { listing } from './listing.ts';

const input = z.object({
  glob: z.string().optional().describe('such as **/*.test.ts; default everything'),
  path: z.string().optional().describe('folder, default the working directory'),
  kind: z.enum(['file', 'directory']).optional().describe('default file'),
  hidden: z.boolean().optional().describe('also dot files'),
  max_depth: z.number().int().positive().optional(),
  max: z.number().int().positive().max(5000).optional().describe('default 500'),
});

export const find = defineTool<z.infer<typeof input>>({
  name: 'find',
  summary: 'Find files or folders by name. Ignored files are left out. Paths in the answer are relative to path.',
  input,
  effect: 'read',
  audience: 'model',
  needs: ({ path = '.' }, sys) => [{ on: 'fs', right: 'read', under: sys.resolve(path) }],
  describe: ({ glob = '*', path = '.' }) => `find ${glob} in ${path}`,
  async run(one, sys) {
    const found = await sys.fs.find({
      under: sys.resolve(one.path ?? '.'),
      max_results: one.max ?? 500,
      ...(one.glob ? { glob: one.glob } : {}),
      ...(one.kind ? { kind: one.kind } : {}),
      ...(one.hidden ? { hidden: true } : {}),
      ...(one.max_depth ? { max_depth: one.max_depth } : {}),
    });
    return listing(found, 'nothing found');
  },
});
