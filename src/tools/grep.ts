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
  summary: 'Search file contents with ripgrep. Ignored and binary files are left out. Paths in the answer are relative to path.',
  input,
  effect: 'read',
  audience: 'model',
  needs: ({ path = '.' }, sys) => [{ on: 'fs', right: 'read', under: sys.resolve(path) }],
  describe: ({ pattern, path = '.' }) => `grep ${JSON.stringify(pattern)} in ${path}`,
  async run(one, sys) {
    const found = await sys.fs.search({ ...optionsOf(one), under: sys.resolve(one.path ?? '.') });
    return listing(found, 'nothing matches');
  },
});

const optionsOf = ({
  pattern,
  mode = 'lines',
  max = 200,
  literal = false,
  ignore_case = false,
  multiline = false,
  hidden = false,
  context = 0,
  type,
  glob,
}: z.infer<typeof input>) => ({
  pattern,
  mode,
  max_results: max,
  literal,
  ignore_case,
  multiline,
  hidden,
  context_lines: context,
  ...(type ? { file_type: type } : {}),
  ...(glob ? { globs: [glob] } : {}),
});
