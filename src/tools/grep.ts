import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';
import { listing } from './listing.ts';

const input = z.object({
  pattern: z.string().describe('Rust regular expression'),
  path: z.string().optional().describe('folder or file, default the working directory'),
  glob: z.string().optional().describe('only files that match, such as *.ts'),
  type: z.string().optional().describe('only files of this kind, such as py'),
  literal: z.boolean().optional().describe('pattern is plain text'),
  ignore_case: z.boolean().optional(),
  multiline: z.boolean().optional(),
  context: z.number().int().min(0).max(20).optional().describe('lines around each hit'),
  mode: z.enum(['lines', 'files', 'count']).optional().describe('default lines'),
  hidden: z.boolean().optional().describe('also dot files'),
  max: z.number().int().positive().max(2000).optional().describe('default 200'),
});

export const grep = defineTool<z.infer<typeof input>>({
  name: 'grep',
  summary: 'Search file contents with ripgrep. Ignored and binary files are left out.',
  input,
  effect: 'read',
  audience: 'model',
  needs: ({ path = '.' }, sys) => [{ on: 'fs', right: 'read', under: sys.resolve(path) }],
  describe: ({ pattern, path = '.' }) => `grep ${JSON.stringify(pattern)} in ${path}`,
  async run(one, sys) {
    const under = sys.resolve(one.path ?? '.');
    const isFile = (await sys.fs.stat(under))?.kind === 'file';
    const folder = isFile ? sys.resolve(under.slice(0, under.lastIndexOf('/')) || '/') : under;
    const globs = [...(one.glob ? [one.glob] : []), ...(isFile ? [`/${under.slice(under.lastIndexOf('/') + 1)}`] : [])];
    const found = await sys.fs.search({
      pattern: one.pattern,
      under: folder,
      mode: one.mode ?? 'lines',
      max_results: one.max ?? 200,
      ...(globs.length > 0 ? { globs } : {}),
      ...(one.type ? { file_type: one.type } : {}),
      ...(one.literal ? { literal: true } : {}),
      ...(one.ignore_case ? { ignore_case: true } : {}),
      ...(one.multiline ? { multiline: true } : {}),
      ...(one.context ? { context_lines: one.context } : {}),
      ...(one.hidden ? { hidden: true } : {}),
    });
    return listing(found, 'nothing matches');
  },
});
