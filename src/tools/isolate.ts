import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';

const input = z.object({
  /** Of the folder, among those of the run. */
  name: z.string().regex(/^[a-z\d][a-z\d.-]*$/u),
  /** Snapshot it begins with. */
  tree: z.string(),
  /** Its processes see the repositories of the workspace, for reading. */
  git: z.boolean(),
});

/** A folder for processes to see in the place of the workspace. Made again after a crash, it is the one that is there. */
export const isolate = defineTool<z.infer<typeof input>>({
  name: 'isolate',
  summary: 'Make a folder with the files of a snapshot, to be worked in instead of the workspace.',
  input,
  effect: 'idempotent',
  audience: 'body',
  needs: () => [],
  describe: ({ name }) => `make a copy to work in: ${name}`,
  async run({ name, tree, git }, sys) {
    const lease = await sys.workspace.lease(name, tree, git);
    return { ok: true, text: lease.root, details: { root: lease.root, through: [...lease.through], tree: lease.tree, made: lease.made } };
  },
});
