import { homedir } from 'node:os';
import { rememberedFor } from '../../drivers/store/remembered.ts';
import { isUnder, parseRule } from '../../kernel/capability.ts';
import type { Config } from '../../kernel/config.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { lowerRole, type Role } from '../../kernel/roles.ts';
import { type Args, flag, text } from '../commands/shared.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { duration } from '../limits.ts';
import { type Listed, personasIn } from '../personas.ts';
import { policyFor } from '../policy/files.ts';
import { projectOf } from '../run/project.ts';
import { withProject } from './config.ts';
import { extrasIn } from './extras.ts';

/** What holds in a folder before anything is asked of a run: the user's files, and the project's as far as they count. */
export interface Settings {
  readonly config: Config;
  /** `--role`. */
  readonly asked: Role | undefined;
  /** What the configuration and the kind of session make of an agent. */
  readonly usual: Role;
  /** All there are: of Oxios, of the user and of the project. */
  readonly personas: readonly Listed[];
  /** The part of a run's request that comes from here. */
  readonly request: Pick<RunRequest, 'policy' | 'remembered' | 'ignored' | 'trusted' | 'trusts' | 'project' | 'judge' | 'approval_timeout_ms'>;
}

interface Session {
  /** Somebody can be asked. */
  readonly interactive: boolean;
  say(line: string): void;
}

type Given = Args<Record<string, unknown>>;

/** Throws CONFIG_INVALID, POLICY_INVALID, FILE_UNREADABLE. */
export async function settingsIn(cwd: AbsPath, args: Given, { interactive, say }: Session): Promise<Settings> {
  const home = homePath(args.home);
  const own = readConfig(home);
  const trusted = flag(args.trust) || isTrusted(own, cwd);
  const { config, role, judge, personas } = trusted ? withProject(own, cwd, home) : { config: own };
  const ignored = trusted ? [] : extrasIn(cwd, home);
  if (ignored.length > 0)
    say(`left alone, as this folder is not trusted: ${ignored.map((one) => one.path).join(', ')} (--trust for this run, or: oxios trust)`);
  const usual = config.role ?? (interactive ? 'standard' : 'worker');
  return {
    config,
    asked: text(args.role) as Role | undefined,
    usual: role === undefined ? usual : lowerRole(usual, role),
    personas: personasIn(config.personas, personas),
    request: {
      ...(await rulesIn(cwd, home)),
      ...waitOf(args, config),
      ...(ignored.length === 0 ? {} : { ignored }),
      ...(judge === undefined ? {} : { judge }),
      trusted,
      trusts: own.trusted_sources.map((rule) => parseRule(rule, (path) => path as AbsPath)),
      ...projectOf(cwd, trusted, say),
    },
  };
}

export const isTrusted = ({ trusted }: Config, cwd: string): boolean => trusted.some((folder) => isUnder(cwd, folder));

/** What the policy files say and what was approved for the folder: also read anew when a run goes on. */
export const rulesIn = async (cwd: AbsPath, home: AbsPath): Promise<Required<Pick<RunRequest, 'policy' | 'remembered'>>> => ({
  policy: await policyFor({ home, userHome: homedir() as AbsPath, cwd }),
  remembered: rememberedFor(home, cwd),
});

/** The shorter of the flag and the configuration. */
export function waitOf(args: Given, config: Config): Pick<RunRequest, 'approval_timeout_ms'> {
  const said = text(args.approvalTimeout);
  const waits = [said === undefined ? [] : duration(said), config.approval_timeout_s === null ? [] : config.approval_timeout_s * 1000].flat();
  return waits.length === 0 ? {} : { approval_timeout_ms: Math.min(...waits) };
}
