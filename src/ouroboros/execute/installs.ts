import type { KernelEvent } from '../../kernel/events.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';

/** Whether what works in a copy came upon installed folders, which it can only read. */
export interface Installs {
  /** The first of them that agents in this copy tried to change. */
  met(root: string): string | undefined;
  stop(): void;
}

/** Looks at what happens, and at what happened in earlier lives. */
export function watchInstalls(ctx: BodyContext): Installs {
  const copies = new Map<number, { readonly root: string; readonly folders: readonly string[] }>();
  const met = new Map<string, string>();
  const look = (event: KernelEvent): void => {
    if (event.type === 'process.forked' && event.mount) {
      const folders = event.mount.through.filter((name) => !/(^|\/)\.git$/u.test(name)).map((name) => `${ctx.cwd}/${name}`);
      copies.set(event.pid, { root: event.mount.root, folders });
      return;
    }
    const copy = copies.get(event.pid);
    const found = copy?.folders.find((folder) => triedToChange(event, folder));
    if (copy && found !== undefined && !met.has(copy.root)) met.set(copy.root, found.slice(ctx.cwd.length + 1));
  };
  ctx.runPast.forEach(look);
  const stop = ctx.watch(look);
  return { met: (root) => met.get(root), stop };
}

function triedToChange(event: KernelEvent, folder: string): boolean {
  const isIn = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
  if (event.type === 'tool.intended') return event.needs.some((rule) => rule.startsWith(WRITES) && isIn(rule.slice(WRITES.length)));
  if (event.type !== 'tool.finished' || event.sandbox?.what !== 'write') return false;
  return event.sandbox.path === undefined ? event.text.includes(folder) : isIn(event.sandbox.path);
}

const WRITES = 'fs:write:';
