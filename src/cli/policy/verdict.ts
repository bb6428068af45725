import { z } from 'zod';
import { createHostFs } from '../../drivers/fs/host-fs.ts';
import { type Capability, parseRule } from '../../kernel/capability.ts';
import { judgeCommand } from '../../kernel/command/judge.ts';
import { type Authority, decide } from '../../kernel/decide.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Decision } from '../../kernel/events.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { judgeUrl } from '../../kernel/net/judge-url.ts';
import { absoluteIn, writtenIn } from '../../kernel/paths.ts';

const said = z.string().min(1);

/** Something an agent could do: a command as text, or one of these. */
export const DEED = z.union([
  said,
  z.strictObject({ command: said }),
  z.strictObject({ read: said }),
  z.strictObject({ write: said }),
  z.strictObject({ url: said }),
  z.strictObject({ rule: said }),
]);
export type Deed = z.infer<typeof DEED>;

export interface Place {
  readonly cwd: AbsPath;
  readonly userHome: AbsPath;
}

/** What the gate answers to it, by the functions the gate itself calls. Where the links of a path lead counts as well. */
export async function verdictOn(deed: Deed, { cwd, userHome }: Place, authority: Authority): Promise<Decision> {
  const resolve = (path: string): AbsPath => absoluteIn(path, cwd, userHome);
  const use = async (right: 'read' | 'write', path: string): Promise<Decision> => {
    const need = (under: AbsPath): Capability => ({ on: 'fs', right, under });
    const named = resolve(path);
    const reached = await createHostFs().reach(writtenIn(path, cwd, userHome));
    return decide(authority, [need(named), ...(reached === named ? [] : [need(reached)])]);
  };
  try {
    if (typeof deed === 'string') return judgeCommand(deed, { cwd, resolve }, authority);
    if ('command' in deed) return judgeCommand(deed.command, { cwd, resolve }, authority);
    if ('url' in deed) return judgeUrl(deed.url, authority);
    if ('rule' in deed) return decide(authority, [parseRule(deed.rule, resolve)]);
    return 'read' in deed ? await use('read', deed.read) : await use('write', deed.write);
  } catch (error) {
    if (error instanceof OxiosError) return { verdict: 'deny', rule: error.code, reason: error.detail };
    throw error;
  }
}

/** As a person writes it. */
export function deedText(deed: Deed): string {
  if (typeof deed === 'string') return deed;
  const [[kind, what] = ['', '']] = Object.entries(deed);
  return kind === 'command' ? what : `${kind} ${what}`;
}
