import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isUnder } from '../../../src/kernel/capability.ts';
import { OxiosError } from '../../../src/kernel/errors.ts';
import type { PathGuard } from '../../../src/kernel/host.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';

/** What stands in every file outside: it must never be seen inside. */
export const SECRET = 'kept-outside';

export interface World {
  readonly root: string;
  /** The granted folder. */
  readonly ws: AbsPath;
  /** Beside it, with a name that begins like it. */
  readonly outside: string;
  readonly guard: PathGuard;
  at(path: string): AbsPath;
  /** Names and contents of everything outside. */
  beyond(): Readonly<Record<string, string>>;
}

export function world(): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-fs-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const ws = join(root, 'w') as AbsPath;
  const outside = join(root, 'w-evil');
  mkdirSync(join(ws, 'sub/deep'), { recursive: true });
  mkdirSync(join(outside, 'sub'), { recursive: true });
  writeFileSync(join(outside, 'secret.txt'), SECRET);
  writeFileSync(join(outside, 'sub/secret.txt'), SECRET);
  writeFileSync(join(ws, 'in.txt'), 'inside');
  writeFileSync(join(ws, 'sub/deep/in.txt'), 'deep inside');
  return {
    root,
    ws,
    outside,
    guard: { roots: [ws], allows: (reached) => isUnder(reached, ws) },
    at: (path) => (path.startsWith('/') ? path : `${ws}/${path}`) as AbsPath,
    beyond: () =>
      Object.fromEntries(
        readdirSync(outside, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
      ),
  };
}

/** Everything in the workspace that could lead out of it or hang. */
export function traps({ ws, outside, root }: Pick<World, 'ws' | 'outside' | 'root'>): void {
  const link = (to: string, name: string) => symlinkSync(to, join(ws, name));
  link(join(outside, 'secret.txt'), 'to-secret');
  link(outside, 'to-outside');
  link('../w-evil', 'to-outside-relative');
  link('to-outside', 'to-to-outside');
  link(join(outside, 'missing'), 'dangling-out');
  link('missing', 'dangling-in');
  link('loop-b', 'loop-a');
  link('loop-a', 'loop-b');
  link('.', 'self');
  link('sub', 'to-sub');
  link('sub/deep/in.txt', 'to-in');
  link('/proc/self/environ', 'to-environ');
  link('/proc/self/fd', 'to-fds');
  link('/proc/self/root', 'to-root');
  link('/dev/zero', 'to-zero');
  link('../../w-evil/secret.txt', 'sub/up');
  for (let n = 0; n < 45; n++) link(n === 0 ? 'in.txt' : `chain-${n - 1}`, `chain-${n}`);
  linkSync(join(outside, 'secret.txt'), join(ws, 'hard'));
  execFileSync('mkfifo', [join(ws, 'pipe'), join(root, 'pipe')]);
}

/** A listening socket at the path. */
export async function socketAt(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
}

/** The code of the failure; what it gave when there was none. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OxiosError) return error.code;
    throw error;
  }
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
export const NEVER = new AbortController().signal;
