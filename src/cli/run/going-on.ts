import type { AbsPath } from '../../kernel/ids.ts';
import type { ResumeOptions } from '../../kernel/kernel-types.ts';
import { rulesSaid } from '../authority.ts';
import { type Args, flag, text, texts } from '../commands/shared.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { flagLimits, limitFlags } from '../limits.ts';
import { rulesIn, waitOf } from '../project/settings.ts';
import { absoluteScript, scriptsIn } from './flags.ts';
import { recordsIn } from './hidden.ts';

/** What the flags change of a run that goes on, and what the policy files say by now. */
export async function goingOn(args: Args<Record<string, unknown>>, run: { readonly cwd: string }, interactive: boolean): Promise<ResumeOptions> {
  const home = homePath(args.home);
  const answer = text(args.answer);
  const named = text(args.model);
  const model = named === undefined ? undefined : absoluteScript(named);
  return {
    limits: flagLimits(limitFlags(args)),
    extend: flag(args.extend),
    interactive,
    ...rulesSaid(run.cwd, { allow: texts(args.allow), deny: texts(args.deny) }),
    ...(await rulesIn(run.cwd as AbsPath, home)),
    ...waitOf(args, readConfig(home)),
    require_sandbox: flag(args.requireSandbox),
    hidden: [...recordsIn(args), ...(model === undefined ? [] : scriptsIn(model))],
    ...(model === undefined ? {} : { model }),
    ...(answer === undefined ? {} : { answer }),
  };
}
