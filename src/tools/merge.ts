import { z } from 'zod';
import type { AbsPath } from '../kernel/ids.ts';
import { defineTool } from '../kernel/tool.ts';

const input = z.object({
  /** Whose work it is, for people. */
  what: z.string(),
  /** The folder it was done in. */
  copy: z.custom<AbsPath>((value) => typeof value === 'string'),
  /** Snapshots: the workspace when the folder was made, the folder as it was made, and both as they are now. */
  base: z.string(),
  copied: z.string(),
  ours: z.string(),
  theirs: z.string(),
  /** Generated files: where both sides differ, the folder's is taken. */
  yields: z.array(z.string()),
  /** Names that the folder's processes saw in the workspace itself. */
  through: z.array(z.string()),
});

/** Brings what was done in a folder of its own into the workspace, all of it or nothing. Made again after a crash, it finishes what it began. */
export const merge = defineTool<z.infer<typeof input>>({
  name: 'merge',
  summary: 'Bring what was done in a copy into the workspace.',
  input,
  effect: 'idempotent',
  audience: 'body',
  needs: () => [],
  describe: ({ what }) => `merge the work on ${what}`,
  async run({ what: _, through, ...request }, sys) {
    const installed = (await sys.workspace.leftOut(request.copy)).filter((path) => INSTALLED.test(path) && !through.includes(path));
    if (installed.length > 0)
      return { ok: true, text: `installed: ${installed.join(', ')}`, details: { installed, conflicts: [], changed: [], tree: request.ours } };
    const { conflicts, changed, tree } = await sys.workspace.merge(request);
    const text = conflicts.length > 0 ? `conflicts: ${conflicts.join(', ')}` : `${changed.length} changed`;
    return { ok: true, text, details: { installed: [], conflicts: [...conflicts], changed: changed.map(({ path }) => path), tree } };
  },
});

/** Folders of packages. They are in no snapshot, and so in no merge. */
const INSTALLED = /(^|\/)(node_modules|\.venv|venv)$/u;
