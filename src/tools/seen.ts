import type { Notes } from '../kernel/tool.ts';

/** SHA-256 of the files a process has read or written, so that a change by somebody else is noticed before it is overwritten. */
export function seen(notes: Notes): { get(path: string): string | undefined; set(path: string, sha256: string): void } {
  return {
    get: (path) => {
      const hash = notes.get(`seen:${path}`);
      return typeof hash === 'string' ? hash : undefined;
    },
    set: (path, hash) => notes.set(`seen:${path}`, hash),
  };
}
